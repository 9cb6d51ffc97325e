"""Local expansions: a polynomial about a finite end of the domain, in the distance from it.

With ``y`` the distance into the domain, ``a = c_m y^m + ...`` and ``m`` is what decides. A
coefficient counts as zero below ``1e-12`` of the sum of the sizes of the terms that make it, so
``x*(x - 0.3)`` vanishes at the end 0.3 although ``0.3`` is not a double; about 0 it is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

TOLERANCE = 1e-12


@dataclass(frozen=True, slots=True)
class Expansion:
    """Coefficients of a polynomial in the distance ``y`` from ``position`` into the domain.

    ``coefficients`` are increasing, with exact zeros where the tolerance says zero; ``order`` is
    the index of the first that is not zero (the length, if all are).
    """

    position: float
    coefficients: tuple[float, ...]

    @property
    def order(self) -> int:
        """Order of vanishing at the end."""
        nonzero = (k for k, c in enumerate(self.coefficients) if c != 0.0)
        return next(nonzero, len(self.coefficients))


def expand(p: Sequence[float], position: float, *, direction: int) -> Expansion:
    """Expand ``p`` about ``position`` with ``x = position + direction * y``.

    Examples
    --------
    >>> expand([1.0, 0.0, -1.0], 1.0, direction=-1).coefficients
    (0.0, 2.0, -1.0)
    """
    if position != 0.0:
        shifted = _shift(p, position)
        sizes = _shift([abs(c) for c in p], abs(position))
        p = [
            c if abs(c) > TOLERANCE * size else 0.0 for c, size in zip(shifted, sizes, strict=True)
        ]
    signed = [-c if direction < 0 and k % 2 else c for k, c in enumerate(p)]
    return Expansion(position, tuple(signed))


def deflate(p: Sequence[float], root: float, times: int) -> list[float]:
    """Divide ``p`` by ``(root - y)`` a number of times, dropping the remainders.

    Examples
    --------
    >>> deflate([1.0, 0.0, -1.0], 1.0, 1)
    [1.0, 1.0]
    """
    p = list(p)
    for _ in range(min(times, len(p) - 1)):
        quotient, carry = [], 0.0
        for c in reversed(p[1:]):
            carry = carry * root + c
            quotient.append(-carry)
        p = quotient[::-1]
    return p


def value(p: Sequence[float], x: float) -> float:
    """Return ``p(x)`` by Horner's rule (inf instead of an overflow error)."""
    total = 0.0
    for c in reversed(p):
        total = total * x + c
    return total


def magnitude(p: Sequence[float], x: float) -> float:
    """Return ``|p0| + |p1 x| + ...``, the size of the terms that make up ``p(x)``."""
    return value([abs(c) for c in p], abs(x))


def _shift(p: Sequence[float], x0: float) -> list[float]:
    """Return the coefficients of ``p(x0 + y)`` in ``y``, by repeated synthetic division."""
    shifted = list(p)
    for start in range(len(shifted) - 1):
        for k in range(len(shifted) - 2, start - 1, -1):
            shifted[k] += x0 * shifted[k + 1]
    return shifted
