"""Where the noise coefficient ``a`` is positive: its numerical zeros strictly inside the domain.

A value counts as zero below ``1e-12`` of ``|a0| + |a1 x| + ... + |an x^n|``: the coefficients of
``(x - 0.1)**2`` are rounded, and it must still be seen to vanish at 0.1. Two rules in turn:

1. Sign rule: on ``(0, inf)`` coefficients of one sign, on ``(0, w)`` Bernstein coefficients of one
   sign, leave no zero. This decides most generators in microseconds.
2. Otherwise an exact Sturm count, and a look at the complex roots beside the real line for minima
   that are zero to rounding.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from functools import cache

import numpy as np

from explorer.generators import sturm
from explorer.generators.expansion import TOLERANCE, Expansion, deflate, magnitude, value


def zeros(a: Sequence[float], left: Expansion | None, right: Expansion | None) -> list[float]:
    """Return the zeros of ``a`` strictly inside the domain, increasing; zeros at ends excluded.

    Parameters
    ----------
    a : sequence of float
        Increasing coefficients.
    left, right : Expansion or None
        Expansion of ``a`` about each finite end; None at an infinite end.

    Returns
    -------
    list of float
        Simple and multiple zeros alike, each once; a cluster within the tolerance is one zero.
    """
    if left is None and right is not None:  # look from the finite end
        mirrored = [-c if k % 2 else c for k, c in enumerate(a)]
        return [-z for z in reversed(zeros(mirrored, right.mirrored(), None))]
    p, width = _seen_from_left(a, left, right)
    if _one_sign(p, left is not None, width):
        return []
    start = left.position if left else 0.0
    low, high = (0.0, width) if left else (-math.inf, math.inf)
    links = sturm.chain(p)
    found = [start + y for y in _touching(p, low, high) if _is_zero(a, start + y)]
    if sturm.count(links, low, high):
        found += [start + y for y in sturm.roots(links, low, high)]
    return _clusters(a, sorted(found))


def positive_parts(
    a: Sequence[float], inside: Sequence[float], domain: tuple[float, float]
) -> list[tuple[float, float]]:
    """Return the open sub-intervals between zeros of ``a`` on which ``a > 0``."""
    ends = [domain[0], *inside, domain[1]]
    return [gap for gap in itertools.pairwise(ends) if _sign_between(a, *gap) > 0]


def _seen_from_left(
    a: Sequence[float], left: Expansion | None, right: Expansion | None
) -> tuple[list[float], float]:
    """Return coefficients in the distance ``y`` from the left end, zeros at ends divided out."""
    if left is None:
        return list(a), math.inf
    p = list(left.coefficients[left.order :])
    if right is None:
        return p, math.inf
    width = right.position - left.position
    return deflate(p, width, right.order), width


def _one_sign(p: Sequence[float], half: bool, width: float) -> bool:
    """Tell whether a sign rule leaves no zero in the domain."""
    if not half:
        even = p[::2]
        return not any(p[1::2]) and even[0] != 0.0 and _same_sign(even)
    if math.isinf(width):
        return _same_sign(p)
    scaled = [c * width**k for k, c in enumerate(p)]
    margin = 1e-13 * sum(map(abs, scaled))
    bernstein = _to_bernstein(len(p) - 1) @ np.array(scaled)
    return bool(bernstein.min() > margin or bernstein.max() < -margin)


def _same_sign(p: Sequence[float]) -> bool:
    return min(p) >= 0.0 or max(p) <= 0.0


@cache
def _to_bernstein(n: int) -> np.ndarray:
    """Return the (n+1, n+1) matrix from power coefficients on (0, 1) to Bernstein's."""
    rows = [[math.comb(j, k) / math.comb(n, k) for k in range(n + 1)] for j in range(n + 1)]
    return np.array(rows)


def _touching(p: Sequence[float], low: float, high: float) -> list[float]:
    """Return real parts of the complex roots: where a minimum may touch zero."""
    lead = max(map(abs, p))
    try:
        with np.errstate(all="ignore"):
            candidates = np.roots([c / lead for c in reversed(p)]).real.tolist()
    except np.linalg.LinAlgError:  # coefficients too far apart: the exact count still decides
        return []
    return [y for y in candidates if low < y < high]


def _is_zero(a: Sequence[float], x: float) -> bool:
    size = magnitude(a, x)
    return size < math.inf and abs(value(a, x)) <= TOLERANCE * size


def _clusters(a: Sequence[float], found: list[float]) -> list[float]:
    """Merge zeros between which ``a`` stays within the tolerance."""
    groups: list[list[float]] = []
    for x in found:
        if groups and _is_zero(a, (groups[-1][-1] + x) / 2):
            groups[-1].append(x)
        else:
            groups.append([x])
    return [_neat(a, sum(group) / len(group)) for group in groups]


def _neat(a: Sequence[float], x: float) -> float:
    """Return the shortest decimal near ``x`` that is a zero too: people type short decimals."""
    if abs(x) < 1e-100 and a[0] == 0.0:
        return 0.0
    for candidate in (float(f"{x:.{digits}g}") for digits in range(1, 9)):
        if abs(candidate - x) <= 1e-3 * abs(x) and _is_zero(a, candidate):
            return candidate
    return x


def _sign_between(a: Sequence[float], low: float, high: float) -> int:
    """Return the sign of ``a`` inside ``(low, high)``, exactly."""
    if math.isinf(low) and math.isinf(high):
        x = 0.0
    elif math.isinf(low):
        x = high - 1.0 - abs(high)
    elif math.isinf(high):
        x = low + 1.0 + abs(low)
    else:
        x = low + (high - low) / 2
    return sturm.sign(a, x)
