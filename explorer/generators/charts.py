"""Coordinates for a generator: charts ``x = anchor + alpha e^xi - beta e^-xi``.

``alpha = beta = s / 2`` is ``anchor + s sinh xi`` (fine near the anchor, geometric far out); one
of the two alone is a logarithmic coordinate at a degenerate end, which absorbs the root of ``a``
there. One or two charts are enough unless the generator has features of very different sizes;
each chart carries ``a`` and ``b`` shifted exactly to its anchor, so that nothing cancels near it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from explorer.core.errors import InputError
from explorer.generators.generator import Generator
from explorer.generators.roots import nearly_real, roots, taylor_shift

FINE = 1.0 / 30.0  # a feature this much narrower than its distance to an anchor gets its own chart
SHORTEST = 1e-290
ZERO = 1e-12  # relative size below which a(end) counts as a root at the end


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """A piece of the domain in its own coordinate.

    Parameters
    ----------
    anchor, alpha, beta : float
        The map ``x = anchor + alpha e^xi - beta e^-xi``.
    a, b : list of float
        Increasing Taylor coefficients of ``a`` and ``b`` at the anchor, equal lengths.
    low, high : float
        Range of ``xi``; infinite where the end of the domain has to be cut.
    singular, slack : numpy.ndarray, complex
        Roots of ``a`` and of ``b`` in the coordinate ``xi``, except those at the anchor.
    """

    anchor: float
    alpha: float
    beta: float
    a: list[float]
    b: list[float]
    low: float
    high: float
    singular: np.ndarray
    slack: np.ndarray

    def coordinate(self, t: float) -> float:
        """Return ``xi`` of the point ``anchor + t``."""
        return _coordinate(self.alpha, self.beta, t)


def evaluate(charts, xi, owner):
    """Return ``t, dx/dxi, a, b`` at ``xi`` of shape (P, p); row ``i`` lies in chart ``owner[i]``.

    ``t = x - charts[0].anchor``: near that anchor it is exact where ``x`` is rounded.
    """
    ends = np.searchsorted(owner, range(len(charts) + 1)) if len(charts) > 1 else (0, len(xi))
    parts = []
    for j, chart in enumerate(charts):
        rows = xi[ends[j] : ends[j + 1]]
        grow, decay = chart.alpha * np.exp(rows), chart.beta * np.exp(-rows)
        t = grow - decay
        shift = chart.anchor - charts[0].anchor
        parts.append((t + shift if shift else t, grow + decay, *_horner_pair(chart.a, chart.b, t)))
    return parts[0] if len(parts) == 1 else _stacked(parts)


def sizes(charts, xi, owner):
    """Return the sums of the sizes of the terms of ``a`` and of ``b``, the measure of rounding."""
    ends = np.searchsorted(owner, range(len(charts) + 1))
    parts = []
    for j, chart in enumerate(charts):
        rows = xi[ends[j] : ends[j + 1]]
        t = np.abs(chart.alpha * np.exp(rows) - chart.beta * np.exp(-rows))
        parts.append(_horner_pair([abs(c) for c in chart.a], [abs(c) for c in chart.b], t))
    return _stacked(parts)


def _horner_pair(a_coefficients, b_coefficients, t):
    ab = np.empty((2, *t.shape))
    a, b = ab[0], ab[1]
    a[...], b[...] = a_coefficients[-1], b_coefficients[-1]
    for a_k, b_k in zip(a_coefficients[-2::-1], b_coefficients[-2::-1], strict=True):
        ab *= t
        a += a_k
        b += b_k
    return a, b


def _stacked(parts):
    return tuple(np.concatenate(column) for column in zip(*parts, strict=True))


def layout(
    g: Generator, degenerate: tuple[bool, bool], separate: float = FINE
) -> tuple[Chart, ...]:
    """Return the charts that cover the domain, from left to right.

    Parameters
    ----------
    g : Generator
    degenerate : (bool, bool)
        Whether ``a`` vanishes at the left and right end.
    separate : float
        A feature narrower than this share of its distance to an anchor gets its own chart.

    Raises
    ------
    InputError
        If the coefficients at an anchor leave the range of doubles.
    """
    n = max(len(g.a), len(g.b))
    a = list(g.a) + [0.0] * (n - len(g.a))
    b = list(g.b) + [0.0] * (n - len(g.b))
    anchors = _end_anchors(g.domain, degenerate)
    features = _features(a, b, g.domain)
    if not anchors:
        anchors.append(_centre(features, separate))
    for x, width in sorted(features, key=lambda feature: feature[1]):
        distance = min(abs(x - anchor) for anchor, _ in anchors)
        if width < separate * distance:
            anchors.append((x, width))
    anchors.sort()
    charts = tuple(_chart(a, b, g.domain, anchors, j) for j in range(len(anchors)))
    if not all(np.isfinite(chart.a + chart.b).all() for chart in charts):
        raise out_of_range()
    return charts


def out_of_range() -> InputError:
    """Return the error for a generator whose densities even logarithms of doubles cannot hold."""
    return InputError(
        "b",
        "The sizes of the coefficients differ by more than double precision can hold here.",
        "Bring them closer together, or move the domain towards 0.",
    )


def _end_anchors(domain, degenerate):
    """Finite ends as anchors (point, scale); scale -inf or inf marks a degenerate left or right."""
    anchors = []
    for end, is_degenerate, mark in zip(domain, degenerate, (-math.inf, math.inf), strict=True):
        if math.isfinite(end):
            anchors.append((end, mark if is_degenerate else 0.0))
    return anchors


def _features(a, b, domain):
    """Critical points of log pi and complex roots of ``a`` in the domain, with their widths."""
    slope = [b_k - (k + 1) * a_k for k, (b_k, a_k) in enumerate(zip(b, [*a[1:], 0.0], strict=True))]
    features = []
    for x in nearly_real(roots(slope)) + ([0.0] if slope[0] == 0.0 else []):
        if domain[0] < x < domain[1]:
            bend = abs(_horner([k * c for k, c in enumerate(slope)][1:], x))
            noise = abs(_horner(a, x))
            features.append((x, math.sqrt(noise / bend) if bend else math.inf))
    inside = [z for z in roots(a).tolist() if domain[0] < z.real < domain[1]]
    return features + [(z.real, z.imag) for z in inside if z.imag > 0.0]


def _centre(features, separate):
    """Anchor for the whole line: amid the critical points, or at a much finer one."""
    low, high = min(features)[0], max(features)[0]
    x, width = min(features, key=lambda feature: feature[1])
    reach = 0.5 * (high - low)
    return (x, width) if width < separate * reach else (0.5 * (low + high), -reach)


def _chart(a, b, domain, anchors, j):
    x, scale = anchors[j]
    sizes = taylor_shift([abs(value) for value in a], abs(x))
    a, b = taylor_shift(a, x), taylor_shift(b, x)
    if math.isinf(scale):
        _clear_root(a, sizes)
        alpha, beta = (1.0, 0.0) if scale < 0.0 else (0.0, 1.0)
    else:
        length = max(min(_length(a, b), domain[1] - domain[0]), SHORTEST)
        alpha = beta = 0.5 * (max(length, -scale) if scale <= 0.0 else scale)
    left = anchors[j - 1][0] if j else domain[0]
    right = anchors[j + 1][0] if j + 1 < len(anchors) else domain[1]
    low = _bound(alpha, beta, (left - x) * (0.5 if j else 1.0))
    high = _bound(alpha, beta, (right - x) * (0.5 if j + 1 < len(anchors) else 1.0))
    singular, slack = (_in_chart(roots(p), alpha, beta) for p in (a, b))
    return Chart(x, alpha, beta, a, b, low, high, singular, slack)


def _bound(alpha, beta, t):
    if t == 0.0 and not (alpha and beta):
        return -math.inf if alpha else math.inf
    return t if math.isinf(t) else _coordinate(alpha, beta, t)


def _coordinate(alpha, beta, t):
    if alpha and beta:
        return math.asinh(t / (2.0 * alpha))
    return math.log(t / alpha) if alpha else -math.log(-t / beta)


def _clear_root(a, sizes):
    """Set what rounding left of a root at a degenerate end to zero."""
    for k, (value, size) in enumerate(zip(a, sizes, strict=True)):
        if abs(value) > ZERO * size:
            break
        a[k] = 0.0


def _length(a, b):
    """Return the shortest length on which Taylor terms of ``a`` or ``b`` change the picture."""
    if a[0] <= 0.0:
        return math.inf
    rates = [(abs(value) / a[0]) ** (1.0 / k) for k, value in enumerate(a) if k]
    rates += [(abs(value) / a[0]) ** (1.0 / (k + 1)) for k, value in enumerate(b)]
    fastest = max(rates)
    return 1.0 / fastest if fastest else math.inf


def _in_chart(t, alpha, beta):
    if not (alpha and beta):
        return np.log(t / alpha) if alpha else -np.log(-t / beta)
    xi = np.arcsinh(t / (2.0 * alpha))
    return np.concatenate((xi, 1j * np.pi - xi))


def _horner(c, x):
    value = 0.0
    for c_k in reversed(c):
        value = value * x + c_k
    return value
