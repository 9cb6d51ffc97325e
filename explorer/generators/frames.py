"""The domain of a generator seen from anchors, for the relaxation solvers.

A *frame* is a piece of the domain with an anchor: a finite end, or the middle of the features on
the line. ``a`` and ``b`` are shifted to the anchor exactly, so that nothing cancels beside an end.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.generators.generator import Generator
from explorer.generators.roots import nearly_real, roots, taylor_shift

REACH = 30.0  # widths within which a feature beyond the end of a frame matters in it
ROOT_AT_END = 1e-12  # relative size below which a(end) is a root
STEEPEST = 20.0  # largest exponent g of a degenerate end that one Radau element takes


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A piece of the domain seen from an anchor: ``x = anchor + y``.

    Attributes
    ----------
    anchor : float
    low, high : float
        Range of y; one of them is 0 where the anchor is an end of the domain.
    a, b : (n,) increasing Taylor coefficients at the anchor
    power : float or None
        Exponent g of ``pi ~ |y|^(g - 1)`` if the anchor is a degenerate end of order 1 that one
        Radau element can take, else None.
    is_cut : bool
        The anchor is a degenerate end that has to be cut off like an infinite one.
    singular : (r,) complex roots of ``a`` in y, without one at a degenerate anchor
    features : (f,) places in y that matter, increasing, and ``widths`` (f,) their lengths
    """

    anchor: float
    low: float
    high: float
    a: np.ndarray
    b: np.ndarray
    power: float | None
    is_cut: bool
    singular: np.ndarray
    features: np.ndarray
    widths: np.ndarray

    def noise_and_drift(self, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return ``a`` and ``b`` at the offsets ``y`` (any shape)."""
        return polynomial(self.a, y), polynomial(self.b, y)

    def log_depth(self, y: np.ndarray) -> np.ndarray:
        """How many e-foldings ``y`` lies where all is a power of the offset; negative if it is not.

        There the logarithm of the offset is the natural coordinate: far beyond all roots of ``a``,
        or close to a degenerate end that has to be cut.
        """
        sizes = np.abs(self.singular)
        size = np.maximum(np.abs(y), 1e-300)
        depth = np.full(y.shape, -1.0)
        if sizes.size:
            depth = np.log(size / (2.0 * sizes.max()))
        if self.is_cut:
            nearest = min([*sizes.tolist(), self.high - self.low])
            inward = np.log(0.5 * nearest / size) if np.isfinite(nearest) else np.log1p(size)
            depth = np.maximum(depth, inward)
        return depth

    def lengths(self) -> list[float]:
        """Lengths at which one Taylor term of ``a`` or ``b`` overtakes another."""
        terms = [(k, abs(c)) for k, c in enumerate(self.a.tolist()) if c]
        terms_b = [(k + 1, abs(c)) for k, c in enumerate(self.b.tolist()) if c]
        found = [
            (low_size / high_size) ** (1.0 / (high - low))
            for first, second in ((terms, terms), (terms_b, terms_b), (terms, terms_b))
            for low, low_size in first
            for high, high_size in second
            if high > low
        ]
        width = self.high - self.low
        if math.isfinite(width):
            return [min(length, width) for length in found] + [width]
        return found or [1.0]

    def regular_part(self) -> tuple[np.ndarray, np.ndarray]:
        """Return ``n, m`` with ``b/a = power/y + n/m`` and ``a = y m``, exact at y = 0."""
        m = self.a[1:]
        n = (self.b - (self.power or 0.0) * np.append(m, 0.0))[1:]
        return n, m


def polynomial(coefficients: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Evaluate increasing coefficients by Horner's rule (faster here than numpy's checks)."""
    value = np.full_like(y, coefficients[-1])
    for c in coefficients[-2::-1]:
        value *= y
        value += c
    return value


def frames(g: Generator) -> tuple[Frame, ...]:
    """Return the frames of a generator from left to right: one, or two on a bounded interval."""
    left, right = g.domain
    if math.isinf(left) and math.isinf(right):
        anchor = _centre(_features(g.a, g.b, left, right))
        return (_frame(g, anchor, left, right),)
    if math.isinf(right):
        return (_frame(g, left, 0.0, math.inf),)
    if math.isinf(left):
        return (_frame(g, right, -math.inf, 0.0),)
    half = 0.5 * (right - left)
    return (_frame(g, left, 0.0, half), _frame(g, right, -half, 0.0))


def _centre(places: list[tuple[float, float]]) -> float:
    """Return the middle of the features, or the finest of them if it is fine beside their span."""
    span = places[-1][0] - places[0][0]
    place, width = min(places, key=lambda feature: feature[1] or math.inf)
    return place if 0.0 < width < span / 30.0 else 0.5 * (places[0][0] + places[-1][0])


def _frame(g: Generator, anchor: float, low: float, high: float) -> Frame:
    """Return the piece of the domain from ``anchor + low`` to ``anchor + high``."""
    size = max(len(g.a), len(g.b))
    a = taylor_shift(list(g.a) + [0.0] * (size - len(g.a)), anchor)
    b = taylor_shift(list(g.b) + [0.0] * (size - len(g.b)), anchor)
    at_end = low == 0.0 or high == 0.0
    scale = sum(abs(c) * abs(anchor) ** k for k, c in enumerate(g.a))
    degenerate = at_end and abs(a[0]) <= ROOT_AT_END * scale
    if degenerate:
        a[0] = 0.0
    power = _radau_power(a, b) if degenerate else None
    places = _features(a, b, low, high)
    return Frame(
        anchor=anchor,
        low=low,
        high=high,
        a=np.array(a),
        b=np.array(b),
        power=power,
        is_cut=degenerate and power is None,
        singular=roots(a),
        features=np.array([place for place, _ in places]),
        widths=np.array([width for _, width in places]),
    )


def _radau_power(a: list[float], b: list[float]) -> float | None:
    """Return the exponent ``g = b(0) / a'(0)`` at a root ``a(0) = 0`` if an element can take it."""
    if len(a) < 2 or not a[1]:
        return None
    power = b[0] / a[1]
    return power if 0.0 < power <= STEEPEST else None


def _features(
    a: Sequence[float], b: Sequence[float], low: float, high: float
) -> list[tuple[float, float]]:
    """Critical points of log pi and roots of ``a`` near (low, high), with the lengths they set."""
    size = max(len(a), len(b)) + 1
    a = [*a, *[0.0] * (size - len(a))]
    b = [*b, *[0.0] * (size - len(b))]
    slope = [b[k] - (k + 1) * a[k + 1] for k in range(size - 1)]
    bends = [k * c for k, c in enumerate(slope)][1:]
    found = []
    critical = nearly_real(roots(slope)) + ([0.0] if slope[0] == 0.0 and any(slope) else [])
    for place in critical:
        bend, noise = abs(_value(bends, place)), abs(_value(a, place))
        width = math.sqrt(noise / bend) if bend and noise else 0.0
        if low - REACH * width < place < high + REACH * width:
            found.append((place, width))
    for z in roots(a).tolist():
        beyond = max(low - z.real, z.real - high, 0.0)
        width = math.hypot(z.imag, beyond)
        if width > 0.0:
            found.append((min(max(z.real, low), high), width))
    return sorted(found) or [(0.0, 0.0)]


def _value(c: Sequence[float], x: float) -> float:
    value = 0.0
    for c_k in reversed(c):
        value = value * x + c_k
    return value
