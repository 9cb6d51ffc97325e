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
FIRST = 0.15  # length of the first tail interval
NEAR = 0.5  # distance in xi from which a root of a makes a needle
AROUND = np.array([-2.0, -1.0, -0.4, 0.0, 0.4, 1.0, 2.0])  # of its distance
PIECES = 6
LARGEST = 690.0  # nats: powers of x stay below this


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """Intervals in ``xi`` and the course of the densities at 6 nodes in each, ends included.

    Parameters
    ----------
    low, high, owner : numpy.ndarray, shape (K,)
        Intervals and the index of their chart.
    x, log_dx, potential : numpy.ndarray, shape (K, 6)
        Nodes, ``log dx/dxi`` and ``C``.
    log_density, log_scale, log_product : numpy.ndarray, shape (K, 6)
        ``ell = log(pi dx/dxi)`` and ``log(e^-C dx/dxi)``, up to constants, and their sum, in which
        ``C`` cancels.
    core : slice
        The intervals between the outermost critical points.
    """

    low: np.ndarray
    high: np.ndarray
    owner: np.ndarray
    x: np.ndarray
    log_dx: np.ndarray
    potential: np.ndarray
    log_density: np.ndarray
    log_scale: np.ndarray
    log_product: np.ndarray
    core: slice


def probe(charts: tuple[Chart, ...], step: float = STEP) -> Probe:
    """Follow ``C`` and ``ell`` over the whole domain, tails included."""
    edges, tails = zip(*(_edges(chart, step) for chart in charts), strict=True)
    low = np.concatenate([e[:-1] for e in edges])
    high = np.concatenate([e[1:] for e in edges])
    owner = np.repeat(np.arange(len(charts)), [len(e) - 1 for e in edges])
    return _measured(charts, low, high, owner, slice(tails[0][0], len(low) - tails[-1][1]))


def subdivided(charts: tuple[Chart, ...], course: Probe, chosen: set[int]) -> Probe:
    """Return the probe with the chosen intervals cut into pieces."""
    times = np.ones(len(course.low), dtype=int)
    times[list(chosen)] = PIECES
    low, high, owner = (
        np.repeat(column, times) for column in (course.low, course.high, course.owner)
    )
    first = np.repeat(np.cumsum(times) - times, times)
    length = (high - low) / np.repeat(times, times)
    low = low + (np.arange(len(low)) - first) * length
    start = course.core.start + (PIECES - 1) * sum(i < course.core.start for i in chosen)
    stop = course.core.stop + (PIECES - 1) * sum(i < course.core.stop for i in chosen)
    return _measured(charts, low, low + length, owner, slice(start, stop))


def _measured(charts, low, high, owner, core):
    half = 0.5 * (high - low)[:, None]
    xi = 0.5 * (high + low)[:, None] + half * PROBE_NODES
    t, dx, a, b = evaluate(charts, xi, owner)
    x = charts[0].anchor + t
    inside = (b / a * dx * half) @ PROBE_FORWARD
    steps, first = inside[:, -1], core.start
    potential = inside  # summed outward from the core, because the tails are huge
    potential[first + 1 :] += np.cumsum(steps[first:-1])[:, None]
    potential[:first] -= np.cumsum(steps[:first][::-1])[::-1, None]
    potential[:first, -1] = potential[1 : first + 1, 0]  # where a huge step has just cancelled
    log_dx, log_a = np.log(dx), np.log(a)
    return Probe(
        low=low,
        high=high,
        owner=owner,
        x=x,
        log_dx=log_dx,
        potential=potential,
        log_density=potential + log_dx - log_a,
        log_scale=log_dx - potential,
        log_product=2.0 * log_dx - log_a,
        core=core,
    )


def _edges(chart, step):
    """Return probe points of a chart and how many of its intervals are left and right tail."""
    low, high = _core(chart)
    if not math.isfinite(high - low):  # coefficients beyond the range of doubles
        low, high = 0.0, 1.0
    n = min(max(math.ceil((high - low) / step), 4), 400)
    core = low + (high - low) / n * np.arange(n + 1)
    left, right = _reach(chart)
    before = low - _offsets(low - left)[::-1] if math.isinf(chart.low) else core[:0]
    after = high + _offsets(right - high) if math.isinf(chart.high) else core[:0]
    special = np.concatenate((chart.singular, chart.slack))
    before, core, after = (_with_needles(part, special) for part in (before, core, after))
    return np.concatenate((before, core, after)), (len(before), len(after))


def _with_needles(edges, special):
    """Add points around the roots of ``a``, where noise is low, and of ``b``, where drift is."""
    if len(edges) < 2:
        return edges
    near = special[np.abs(special.imag) < NEAR]
    points = (near.real[:, None] + np.abs(near.imag)[:, None] * AROUND).ravel()
    return np.union1d(edges, points[(points > edges[0]) & (points < edges[-1])])


def _offsets(reach):
    n = math.ceil(math.log1p(max(reach, 1.0) * (GROWTH - 1.0) / FIRST) / math.log(GROWTH))
    offsets = np.cumsum(FIRST * GROWTH ** np.arange(n))
    return offsets[offsets <= max(reach, FIRST)]


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
    sides = [t for t in summits if (t < 0.0 and chart.beta) or (t > 0.0 and chart.alpha)]
    xi = [value for t in sides if chart.low < (value := chart.coordinate(t)) < chart.high]
    finite = [end for end in (chart.low, chart.high) if math.isfinite(end)]
    xi = xi or finite or [0.0]
    low = min(xi) if math.isinf(chart.low) else chart.low
    high = max(xi) if math.isinf(chart.high) else chart.high
    if high - low < STEP:  # a tail may start at a finite end of the chart
        low, high = (high - STEP, high) if math.isinf(chart.low) else (low, low + STEP)
    return low, high
