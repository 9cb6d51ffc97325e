"""Changes of clock and of ruler: what they do to a generator, and the fair form of all of them.

Time change ``(a, b) -> (c a, c b)``: the same stationary law, ``lambda_1 -> c lambda_1``.
Scaling ``x -> s x``: ``a -> s^2 a(x/s)``, ``b -> s b(x/s)``; shift ``x -> x + m``. Both leave
``lambda_1`` alone. Together they bring any generator with finite moments to mean 0,
``Var_pi(X) = 1`` and ``E_pi[a] = 1``, where ``lambda_1`` is the fair speed ``Lambda``.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.polynomial import Polynomial

from explorer.core.errors import InputError
from explorer.generators.generator import Generator
from explorer.generators.spectrum import spectrum

LARGEST = 1e12  # factor, and 1 / factor
TINY = 1e-99  # a coefficient below this is left out, as a Generator cannot hold it


def time_change(g: Generator, c: float) -> Generator:
    """Return ``(c a, c b)``: the same law, run ``c`` times as fast.

    Parameters
    ----------
    g : Generator
    c : float
        From 1e-12 to 1e12.

    Raises
    ------
    InputError
        If ``c`` is out of range.

    Examples
    --------
    >>> time_change(Generator("1", "-x"), 2.0)
    Generator(a=(2.0,), b=(0.0, -2.0), domain=(-inf, inf))
    """
    c = _factor(c, "c")
    return Generator(c * np.array(g.a), c * np.array(g.b), g.domain)


def rescale(g: Generator, s: float) -> Generator:
    """Return the generator of ``s X``; the gap does not change.

    Parameters
    ----------
    g : Generator
    s : float
        From 1e-12 to 1e12.

    Raises
    ------
    InputError
        If ``s`` is out of range.

    Examples
    --------
    >>> rescale(Generator("1 + x**2", "-6*x"), 2.0)
    Generator(a=(4.0, 0.0, 1.0), b=(0.0, -6.0), domain=(-inf, inf))
    """
    s = _factor(s, "s")
    a = [c * s ** (2 - power) for power, c in enumerate(g.a)]
    b = [c * s ** (1 - power) for power, c in enumerate(g.b)]
    return Generator(a, b, (g.domain[0] * s, g.domain[1] * s))


def shift(g: Generator, m: float) -> Generator:
    """Return the generator of ``X + m``; the gap does not change.

    Examples
    --------
    >>> shift(Generator("1", "-x"), 5.0).b
    (5.0, -1.0)
    """
    m = m if abs(m) >= TINY else 0.0
    moved = Polynomial([-m, 1.0])
    a, b = (
        np.where(np.abs(c) < TINY, 0.0, c) for c in (g.a_poly(moved).coef, g.b_poly(moved).coef)
    )
    return Generator(a, b, (g.domain[0] + m, g.domain[1] + m))


def normalise(g: Generator) -> Generator:
    """Return the generator with mean 0, ``Var_pi(X) = 1`` and ``E_pi[a] = 1``.

    Its spectral gap is the fair speed ``Lambda`` of ``g``.

    Raises
    ------
    NotErgodicError
        If there is no exponential rate.
    InputError
        If the variance or the noise power of the stationary law is infinite.

    Examples
    --------
    >>> g = normalise(Generator("3", "-2*(x - 5)"))
    >>> [round(c, 12) for c in g.a], [round(c, 12) + 0.0 for c in g.b]
    ([1.0], [0.0, -1.0])
    """
    law = spectrum(g, k=1)
    mean, variance, noise = law.mean, law.variance, law.noise_power
    if mean is None or not variance or not noise:
        problem = "The variance or the noise power of the stationary law is infinite."
        raise InputError("a", problem, "Use a law with lighter tails, or a of lower degree.")
    centred = shift(g, -mean)
    return time_change(rescale(centred, 1.0 / math.sqrt(variance)), variance / noise)


def _factor(value: float, name: str) -> float:
    if not 1.0 / LARGEST <= value <= LARGEST:  # also refuses nan
        raise InputError(
            name, f"The factor {name} = {value:g} is out of range.", "Use 1e-12 to 1e12."
        )
    return float(value)
