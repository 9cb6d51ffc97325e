"""Roots of a polynomial in floating point, for the placing of meshes (not for decisions)."""

from __future__ import annotations

import math

import numpy as np

NONE = np.zeros(0, dtype=complex)


def roots(coefficients) -> np.ndarray:
    """Return the complex roots of a polynomial with increasing coefficients.

    Roots at exactly 0 are left out. The variable is scaled by a power of two first, so that
    coefficients of any size neither overflow nor underflow.

    Examples
    --------
    >>> sorted(roots([2.0, -3.0, 1.0]).real.tolist())
    [1.0, 2.0]
    """
    c = [float(value) for value in coefficients]
    while c and c[-1] == 0.0:
        c.pop()
    while c and c[0] == 0.0:
        c.pop(0)
    n = len(c) - 1
    if n < 1 or not all(map(math.isfinite, c)):
        return NONE
    step = round((math.frexp(c[0])[1] - math.frexp(c[-1])[1]) / n)  # log2 of the typical root
    top = max(math.frexp(value)[1] + k * step for k, value in enumerate(c) if value)
    c = [math.ldexp(value, k * step - top) for k, value in enumerate(c)]
    while c and c[-1] == 0.0:  # below the range of doubles
        c.pop()
    n = len(c) - 1
    if n < 1:
        return NONE
    if n == 1:
        found = np.array([complex(-c[0] / c[1])])
    elif n == 2:
        found = _quadratic(*c)
    else:
        companion = np.eye(n, k=-1)
        companion[:, -1] = [-value / c[-1] for value in c[:-1]]
        found = np.linalg.eigvals(companion).astype(complex)
    return found * math.ldexp(1.0, step) if abs(step) < 1000 else NONE


def _quadratic(c0: float, c1: float, c2: float) -> np.ndarray:
    discriminant = c1 * c1 - 4.0 * c2 * c0
    if discriminant < 0.0:
        root = complex(-c1, math.sqrt(-discriminant)) / (2.0 * c2)
        return np.array([root, root.conjugate()])
    half = -0.5 * (c1 + math.copysign(math.sqrt(discriminant), c1))  # no cancellation
    return np.array([half / c2, c0 / half if half else 0.0], dtype=complex)


def nearly_real(values: np.ndarray) -> list[float]:
    """Return the real parts of those roots that rounding may have pushed off the real line."""
    on_line = np.abs(np.imag(values)) <= 1e-3 * np.abs(values)
    return sorted(np.real(values)[on_line].tolist())


def taylor_shift(coefficients, point: float) -> list[float]:
    """Return the coefficients of ``p(point + t)`` in ``t``, each rounded once.

    Doubles are integers times a power of two, so the shift is done in integers.

    Examples
    --------
    >>> taylor_shift([1.0, 0.0, 1.0], 3.0)
    [10.0, 6.0, 1.0]
    """
    if point == 0.0:
        return [float(value) for value in coefficients]
    n = len(coefficients) - 1
    numerator, denominator = float(point).as_integer_ratio()
    ratios = [float(value).as_integer_ratio() for value in coefficients]
    common = max(bottom for _, bottom in ratios)
    shifted = [
        top * (common // bottom) * denominator ** (n - k) for k, (top, bottom) in enumerate(ratios)
    ]
    for k in range(n):  # repeated synthetic division by (y - numerator), y = x * denominator
        for j in range(n - 1, k - 1, -1):
            shifted[j] += numerator * shifted[j + 1]
    return [_ratio(value, common * denominator ** (n - k)) for k, value in enumerate(shifted)]


def _ratio(top: int, bottom: int) -> float:
    """Return a ratio of integers of any size as a float, rounded once."""
    try:
        return top / bottom
    except OverflowError:
        return math.inf if top > 0 else -math.inf
