r"""Kernel distance with a polynomial kernel of degree 3 (KID), with error bars from subsets.

    KID = MMD^2 without bias,    k(u, v) = (u.v / d + 1)^3,

in any space of features: pixels along principal axes, a classifier's features, Inception's. It is
the mean over random subsets of equal size; unlike the Fréchet distance, its mean does not depend
on that size.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.analysis.rows import pair
from explorer.core import rng
from explorer.core.errors import InputError

STREAM = 43  # of the subsets


@dataclass(frozen=True, slots=True)
class Kid:
    """A kernel distance.

    Attributes
    ----------
    value : float
        Mean over the subsets; may be negative.
    spread : float
        Standard deviation of one subset's value (the number that papers print after the ±).
    subsets, size : int
        How many subsets, and samples of either side in each.
    """

    value: float
    spread: float
    subsets: int
    size: int


def kid(x: Any, y: Any, *, subsets: int = 50, size: int = 1000, seed: int = 0) -> Kid:
    """Return the kernel distance of two sets of features.

    Parameters
    ----------
    x, y : array, shapes (n, d) and (m, d)
    subsets : int
        At least 2.
    size : int
        Samples of each side per subset, drawn without replacement; at most min(n, m), which is
        also what is used where fewer are there.
    seed : int
        Of the subsets.

    Returns
    -------
    Kid
        The subsets overlap: with few samples the spread says too little.

    Raises
    ------
    InputError
        If the features do not fit, or there are fewer than two subsets or samples.

    References
    ----------
    Bińkowski et al., Demystifying MMD GANs (2018)

    Examples
    --------
    >>> x = np.random.default_rng(0).standard_normal((200, 3))
    >>> found = kid(x, x + 2.0, subsets=10, size=50)
    >>> found.value > 5 * found.spread, found.size
    (True, 50)
    """
    a, b = pair(x, y, least=2)
    size = min(size, len(a), len(b))
    if size < 2 or subsets < 2:
        problem = f"There are {subsets} subsets of {size} samples."
        raise InputError("size", problem, "Give two or more subsets of two or more samples.")
    draw = rng.numpy_generator(seed, STREAM)
    values = [
        polynomial_mmd2(
            a[draw.choice(len(a), size, replace=False)],
            b[draw.choice(len(b), size, replace=False)],
        )
        for _ in range(subsets)
    ]
    return Kid(math.fsum(values) / subsets, float(np.std(values, ddof=1)), subsets, size)


def polynomial_mmd2(x: Any, y: Any, *, degree: int = 3) -> float:
    """Return the unbiased MMD^2 of two sets of features with ``k = (u.v / d + 1)^degree``.

    Examples
    --------
    >>> polynomial_mmd2([[0.0], [0.0]], [[1.0], [1.0]])  # 1 + 8 - 2
    7.0
    """
    a, b = pair(x, y, least=2)
    n, m, d = len(a), len(b), a.shape[1]

    def kernel(u: np.ndarray, v: np.ndarray) -> np.ndarray:
        return (u @ v.T / d + 1.0) ** degree

    def within(u: np.ndarray) -> float:
        k = kernel(u, u)
        return float(k.sum() - np.trace(k)) / (len(u) * (len(u) - 1))

    return within(a) + within(b) - 2.0 * float(kernel(a, b).sum()) / (n * m)
