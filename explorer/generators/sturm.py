"""Real roots of a polynomial, counted and isolated exactly.

A double is a rational number, so a polynomial with double coefficients has an exact Sturm chain.
It is kept as Python integers: ``p0 = p``, ``p1 = p'``, ``p_{k+1} = -c (p_{k-1} mod p_k)`` with
some ``c > 0``, all divided by the last member, the greatest common divisor of ``p`` and ``p'``.
The number of distinct real roots in ``(x, y]`` is the loss of sign changes along the chain from
``x`` to ``y``; multiple roots count once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

Chain = list[list[int]]

_TINY = 1e-200  # a root closer to 0 than this is given as it stands


def chain(coefficients: Sequence[float]) -> Chain:
    """Return the Sturm chain of a polynomial with increasing double coefficients.

    Examples
    --------
    >>> len(chain([-2.0, 0.0, 1.0]))
    3
    """
    p = _integers(coefficients)
    links = [p, [k * c for k, c in enumerate(p)][1:]]
    while links[-1]:
        links.append(_negative_remainder(links[-2], links[-1]))
    links.pop()
    if len(links[-1]) > 1:  # a multiple root: the whole chain vanishes there unless divided
        divisor = links[-1]
        links = [_quotient(link, divisor) for link in links]
    return links


def count(links: Chain, low: float, high: float) -> int:
    """Return the number of distinct real roots in ``(low, high]``.

    Examples
    --------
    >>> count(chain([-2.0, 0.0, 1.0]), -math.inf, 1.5)
    2
    """
    return _changes(links, low) - _changes(links, high)


def roots(links: Chain, low: float, high: float) -> list[float]:
    """Return the distinct real roots in ``(low, high]``, increasing, to double precision.

    Examples
    --------
    >>> [round(x, 15) for x in roots(chain([-2.0, 0.0, 1.0]), 0.0, math.inf)]
    [1.414213562373095]
    """
    bound = _bound(links[0])
    low, high = max(low, -bound), min(high, bound)
    if not low < high:
        return []
    found: list[float] = []
    stack = [(low, high, _changes(links, low), _changes(links, high))]
    while stack:
        x, y, at_x, at_y = stack.pop()
        if at_x == at_y:
            continue
        if at_x - at_y == 1:
            found.append(_bisected(links[0], x, y))
            continue
        middle = _split(x, y)
        if middle is None:
            found.append(x + (y - x) / 2)
            continue
        at_middle = _changes(links, middle)
        stack.append((middle, y, at_middle, at_y))
        stack.append((x, middle, at_x, at_middle))
    return found


def _bisected(p: list[int], x: float, y: float) -> float:
    """Return the only root in ``(x, y]`` of a polynomial without multiple roots."""
    at_y = _sign(p, y)
    while at_y and (middle := _split(x, y)) is not None:
        at_middle = _sign(p, middle)
        if at_middle == 0:
            return middle
        x, y = (x, middle) if at_middle == at_y else (middle, y)
    return x + (y - x) / 2 if at_y else y


def sign(coefficients: Sequence[float], x: float) -> int:
    """Return the exact sign of the polynomial at ``x``.

    Examples
    --------
    >>> sign([-2.0, 0.0, 1.0], 1.0)
    -1
    """
    return _sign(_integers(coefficients), x)


def _split(x: float, y: float) -> float | None:
    """Return a point strictly between, or None where doubles have none to offer."""
    if x < 0 < y:
        return 0.0 if y - x > _TINY else None
    near, far = sorted((abs(x), abs(y)))
    if near * 16 < far:  # a geometric step is quick towards a root near 0
        size = math.sqrt(max(near, far * 2.0**-64)) * math.sqrt(far)
    else:
        size = near + (far - near) / 2
    if not near < size < far or far < _TINY:
        return None
    return size if y > 0 else -size


def _integers(coefficients: Sequence[float]) -> list[int]:
    ratios = [float(c).as_integer_ratio() for c in coefficients]
    common = max(denominator for _, denominator in ratios)  # all are powers of two
    return _primitive([numerator * (common // denominator) for numerator, denominator in ratios])


def _primitive(p: list[int]) -> list[int]:
    while p and p[-1] == 0:
        p.pop()
    divisor = math.gcd(*p) if p else 1
    return [c // divisor for c in p] if divisor > 1 else p


def _negative_remainder(p: list[int], q: list[int]) -> list[int]:
    """Return ``-(p mod q)`` times a positive integer, without common factor."""
    remainder, lead = list(p), q[-1]
    positive = abs(lead)
    while len(remainder) >= len(q):
        factor = remainder[-1] if lead > 0 else -remainder[-1]
        offset = len(remainder) - len(q)
        remainder = [positive * c for c in remainder]
        for k, c in enumerate(q):
            remainder[offset + k] -= factor * c
        remainder.pop()
        while remainder and remainder[-1] == 0:
            remainder.pop()
    return _primitive([-c for c in remainder])


def _quotient(p: list[int], divisor: list[int]) -> list[int]:
    """Return ``p / divisor`` times a positive integer, for a divisor without remainder."""
    remainder, lead = list(p), divisor[-1]
    quotient: list[int] = []
    for offset in range(len(p) - len(divisor), -1, -1):
        factor = remainder[offset + len(divisor) - 1]
        quotient = [c * abs(lead) for c in quotient]
        quotient.append(factor if lead > 0 else -factor)
        remainder = [abs(lead) * c for c in remainder]
        for k, c in enumerate(divisor):
            remainder[offset + k] -= quotient[-1] * c
    return _primitive(quotient[::-1])


def _changes(links: Chain, x: float) -> int:
    """Return the number of sign changes along the chain at ``x``."""
    changes, last = 0, 0
    for p in links:
        sign = _sign(p, x)
        if sign and last and sign != last:
            changes += 1
        last = sign or last
    return changes


def _sign(p: list[int], x: float) -> int:
    if math.isinf(x):
        odd = x < 0 and len(p) % 2 == 0
        value = -p[-1] if odd else p[-1]
    elif x == 0:
        value = p[0]
    else:
        numerator, denominator = x.as_integer_ratio()
        value, scale = p[-1], denominator
        for c in reversed(p[:-1]):
            value = value * numerator + c * scale
            scale *= denominator
    return (value > 0) - (value < 0)


def _bound(p: list[int]) -> float:
    """Return a power of two above the size of every root (Fujiwara's bound)."""
    n = len(p) - 1
    exponents = [
        (abs(c).bit_length() - abs(p[-1]).bit_length() + 1) / (n - k)
        for k, c in enumerate(p[:-1])
        if c
    ]
    return 2.0 ** min(1000, 2 + math.ceil(max(exponents, default=0)))
