"""A coarse look at a generator over its whole domain, before any panel is placed.

Between the outermost critical points of ``log(pi |x - anchor|)`` the probe is even; beyond them
``ell = log(pi dx/dxi)`` only falls, and the intervals grow, so that any tail is reached.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from explorer.generators.charts import Chart, evaluate
from explorer.generators.quadrature import PROBE_FORWARD, PROBE_NODES
from explorer.generators.roots import nearly_real, roots

STEP = 0.35  # interval length in xi in the core
GROWTH = 1.25  # of the intervals in the tails
LARGEST = 690.0  # nats: powers of x stay below this


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """Intervals in ``xi`` and the course of the densities at 6 nodes in each, ends included.

    Parameters
    ----------
    low, high, owner : numpy.ndarray, shape (K,)
        Intervals and the index of their chart.
    potential, log_density : numpy.ndarray, shape (K, 6)
        ``C`` and ``ell = log(pi dx/dxi)``, up to a constant.
    core : slice
        The intervals between the outermost critical points.
    """

    low: np.ndarray
    high: np.ndarray
    owner: np.ndarray
    potential: np.ndarray
    log_density: np.ndarray
    core: slice

    def cut(self, drop: float):
        """Return ``(interval, xi)`` of the left and right cut, None for an end left whole."""
        ell = self.log_density
        slope = np.diff(ell[self.core]).ravel()
        rising, falling = np.flatnonzero(slope > 0.0), np.flatnonzero(slope < 0.0)
        steps = PROBE_NODES.size - 1
        right = self.core.start + (rising[-1] // steps if rising.size else 0)
        left = self.core.start + (falling[0] if falling.size else slope.size - 1) // steps
        right_cut = _fall(ell[right:], self.low[right:], self.high[right:], drop)
        left_cut = _fall(ell[left::-1, ::-1], self.high[left::-1], self.low[left::-1], drop)
        return (
            left_cut and (left - left_cut[0], left_cut[1]),
            right_cut and (right + right_cut[0], right_cut[1]),
        )

    def span(self, left, right) -> float:
        """Return by how many nats ``ell`` varies between two cuts."""
        kept = self.log_density[left[0] if left else 0 : right[0] if right else None]
        return float(np.ptp(kept)) if kept.size else 0.0

    def cost(self, charts, swing: float, longest: float) -> np.ndarray:
        """Return how many panels each interval needs, shape (K,)."""
        length = self.high - self.low
        cost = np.maximum(np.ptp(self.potential, axis=1), np.ptp(self.log_density, axis=1)) / swing
        first, last = self.core.start, self.core.stop
        shore = self.log_density[:, 0] > self.log_density[min(last, len(length) - 1), 0] - 8.0
        shore[:first] = self.log_density[:first, -1] > self.log_density[first, 0] - 8.0
        shore[self.core] = True
        cost = np.maximum(cost, length / np.where(shore, longest, 4.0))
        for j, chart in enumerate(charts):
            if chart.singular.size:
                mine = slice(*np.searchsorted(self.owner, (j, j + 1)))
                z = chart.singular[:, None]
                gap = np.maximum(np.maximum(self.low[mine] - z.real, z.real - self.high[mine]), 0.0)
                distance = np.hypot(gap, z.imag).min(axis=0)
                reach = np.maximum(distance, 1e-3 * length[mine])
                cost[mine] = np.maximum(cost[mine], length[mine] / reach)
        return cost


def probe(charts: tuple[Chart, ...]) -> Probe:
    """Follow ``C`` and ``ell`` over the whole domain, tails included."""
    edges, tails = zip(*(_edges(chart) for chart in charts), strict=True)
    low = np.concatenate([e[:-1] for e in edges])
    high = np.concatenate([e[1:] for e in edges])
    owner = np.repeat(np.arange(len(charts)), [len(e) - 1 for e in edges])
    core = slice(tails[0][0], len(low) - tails[-1][1])
    half = 0.5 * (high - low)[:, None]
    xi = 0.5 * (high + low)[:, None] + half * PROBE_NODES
    _, dx, a, b = evaluate(charts, xi, owner)
    inside = (b / a * dx * half) @ PROBE_FORWARD
    steps, first = inside[:, -1], core.start
    potential = inside  # summed outward from the core, because the tails are huge
    potential[first + 1 :] += np.cumsum(steps[first:-1])[:, None]
    potential[:first] -= np.cumsum(steps[:first][::-1])[::-1, None]
    return Probe(low, high, owner, potential, potential + np.log(dx / a), core)


def _edges(chart):
    """Return probe points of a chart and how many of its intervals are left and right tail."""
    low, high = _core(chart)
    n = min(max(math.ceil((high - low) / STEP), 4), 80)
    core = low + (high - low) / n * np.arange(n + 1)
    left, right = _reach(chart)
    before = low - _offsets(low - left)[::-1] if math.isinf(chart.low) else core[:0]
    after = high + _offsets(right - high) if math.isinf(chart.high) else core[:0]
    return np.concatenate((before, core, after)), (len(before), len(after))


def _offsets(reach):
    n = math.ceil(math.log1p(max(reach, 1.0) * (GROWTH - 1.0) / 0.15) / math.log(GROWTH))
    offsets = np.cumsum(0.15 * GROWTH ** np.arange(n))
    return offsets[offsets <= max(reach, 0.2)]


def _reach(chart):
    """Return the range of ``xi`` in which powers of ``x`` and ``a`` neither over- nor underflow."""
    degree = max(len(chart.a), 2)
    order = max(1, next(k for k, value in enumerate(chart.a) if value))
    left = -LARGEST / (degree if chart.beta else order)
    right = LARGEST / (degree if chart.alpha else order)
    return left, right


def _core(chart):
    """Return the chart's range, an infinite end replaced by the outermost critical point."""
    if math.isfinite(chart.low) and math.isfinite(chart.high):
        return chart.low, chart.high
    a, b = chart.a, chart.b
    rate = [b_k - (k + 1) * a_k for k, (b_k, a_k) in enumerate(zip(b, [*a[1:], 0.0], strict=True))]
    summits = nearly_real(roots(np.add([0.0, *rate], [*a, 0.0])))  # of log(pi |t|), t = x - anchor
    sides = [t for t in summits if chart.beta if t < 0.0] + [
        t for t in summits if chart.alpha if t > 0.0
    ]
    xi = [value for t in sides if chart.low < (value := chart.coordinate(t)) < chart.high]
    finite = [end for end in (chart.low, chart.high) if math.isfinite(end)]
    xi = xi or finite or [0.0]
    low = min(xi) if math.isinf(chart.low) else chart.low
    high = max(xi) if math.isinf(chart.high) else chart.high
    if high - low < STEP:  # a tail may start at a finite end of the chart
        low, high = (high - STEP, high) if math.isinf(chart.low) else (low, low + STEP)
    return low, high


def _fall(ell, near, far, drop):
    """Return interval and ``xi`` at which ``ell`` is ``drop`` below its first maximum, or None."""
    depth = ell[0].max() - ell[:, -1]
    below = np.flatnonzero(depth > drop)
    if not below.size:
        return None
    i = int(below[0])
    start = max(depth[i - 1] if i else 0.0, 1e-3 * drop)
    part = math.log(drop / start) / math.log(depth[i] / start)  # depth grows geometrically
    return i, float(near[i] + min(part, 1.0) * (far[i] - near[i]))
