"""How the bottom of the essential spectrum answers to each coefficient.

It is a closed form of the leading terms at one end, so a central difference of the classification
is exact to about 1e-10; no quadrature is involved.
"""

from __future__ import annotations

import numpy as np

from explorer.generators.classify import Classification, classify
from explorer.generators.generator import Generator

STEP = 1e-5  # relative step: the truncation error of the rational closed form is about STEP^2


def essential_gradient(g: Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return ``d essential / d coefficient`` for ``a`` and ``b``; nan where it has no derivative.

    Examples
    --------
    >>> g = Generator("1 + x**2", "0")  # (A - B)^2 / (4 A)
    >>> a, b = essential_gradient(g)
    >>> a.round(8).tolist(), b.round(8).tolist()
    ([0.0, 0.0, 0.25], [0.0])
    """
    return _slopes(g, "a"), _slopes(g, "b")


def _slopes(g: Generator, which: str) -> np.ndarray:
    values = getattr(g, which)
    slopes = np.full(len(values), np.nan)
    for i, value in enumerate(values):
        step = STEP * max(abs(value), STEP)
        ends = [_shifted(g, which, i, value + sign * step) for sign in (1.0, -1.0)]
        if all(e.exponentially_ergodic and np.isfinite(e.essential) for e in ends):
            slopes[i] = (ends[0].essential - ends[1].essential) / (2.0 * step)
    return slopes


def _shifted(g: Generator, which: str, i: int, value: float) -> Classification:
    values = list(getattr(g, which))
    values[i] = value
    both = {"a": g.a, "b": g.b, which: values}
    return classify(Generator(both["a"], both["b"], g.domain))
