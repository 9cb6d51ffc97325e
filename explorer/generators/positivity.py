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
from numpy.polynomial import Polynomial

from explorer.generators import sturm
from explorer.generators.expansion import TOLERANCE, Expansion, deflate, expand, magnitude, value


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
    if _one_sign(a, left, right):
        return []
    low = left.position if left else -math.inf
    high = right.position if right else math.inf
    links = sturm.chain(a)
    found = [x for x in _touching(a, low, high) if _is_zero(a, x)]
    if sturm.count(links, low, high):
        found += sturm.roots(links, low, high)
    at_ends = {end.position for end in (left, right) if end is not None and end.order}
    groups = _clusters(a, sorted({*found, *at_ends}))
    inside = [group for group in groups if at_ends.isdisjoint(group)]
    return sorted({_neat(a, sum(group) / len(group)) for group in inside})


def positive_parts(
    a: Sequence[float], inside: Sequence[float], domain: tuple[float, float]
) -> list[tuple[float, float]]:
    """Return the open sub-intervals between zeros of ``a`` on which ``a > 0``."""
    ends = [domain[0], *inside, domain[1]]
    return [gap for gap in itertools.pairwise(ends) if _sign_between(a, *gap) > 0]


def _one_sign(a: Sequence[float], left: Expansion | None, right: Expansion | None) -> bool:
    """Tell whether a sign rule leaves no zero in the domain."""
    near = left or right
    if near is None:
        even = a[::2]
        return not any(a[1::2]) and even[0] != 0.0 and _same_sign(even)
    p = near.coefficients[near.order :]
    if left is None or right is None:
        return _same_sign(p)
    width = right.position - left.position
    scaled = [c * width**k for k, c in enumerate(deflate(p, width, right.order))]
    margin = 1e-13 * sum(map(abs, scaled))
    bernstein = _to_bernstein(len(scaled) - 1) @ np.array(scaled)
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


def _clusters(a: Sequence[float], found: list[float]) -> list[list[float]]:
    """Group zeros between which ``a`` stays within the tolerance."""
    groups: list[list[float]] = []
    for x in found:
        if groups and _is_zero(a, (groups[-1][-1] + x) / 2):
            groups[-1].append(x)
        else:
            groups.append([x])
    return groups


def _neat(a: Sequence[float], x: float) -> float:
    """Return the zero near ``x`` at which ``a`` vanishes to the highest order.

    A zero of order ``m`` is known only to ``eps^(1/m)``, but it is a simple zero of the
    derivative of order ``m - 1``. The shortest decimal is preferred: people type short decimals.
    """
    if abs(x) < 1e-100 and a[0] == 0.0:
        return 0.0
    for m in range(len(a) - 1, 0, -1):
        z = _newton(Polynomial(a).deriv(m - 1).coef.tolist(), x)
        shortened = (float(f"{z:.{digits}g}") for digits in range(1, 9))
        for candidate in (*shortened, z):
            near = abs(candidate - x) <= 1e-2 * abs(x)
            if near and expand(a, candidate, direction=1).order >= m:
                return candidate
    return x


def _newton(p: Sequence[float], x: float) -> float:
    slopes = [k * c for k, c in enumerate(p)][1:]
    for _ in range(6):
        slope = value(slopes, x)
        if slope == 0.0 or math.isinf(slope):
            break
        x -= value(p, x) / slope
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
