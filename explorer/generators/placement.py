"""Where panels go: intervals in the charts' coordinate, cost by cost.

The probe says how much ``C`` and ``ell`` vary, how far the roots of ``a`` are, and where the mass
is; a panel gets one unit of that cost. In a *tail*, well below its summit, panels may be longer.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from explorer.generators.charts import Chart
from explorer.generators.cuts import Cuts
from explorer.generators.probe import Probe
from explorer.generators.quadrature import NODES

LONGEST = 0.75  # panel length in xi where the mass is
LONGEST_TAIL = 6.0
SHORE = 4.0  # nats below its summit down to which a tail counts as massive
MAX_PANELS = 600


class Intervals(NamedTuple):
    """Panels as intervals of ``xi``, from left to right.

    Parameters
    ----------
    low, high : numpy.ndarray, shape (P,)
    owner : numpy.ndarray, shape (P,)
        Index of the chart.
    """

    low: np.ndarray
    high: np.ndarray
    owner: np.ndarray

    def nodes(self) -> np.ndarray:
        """Return the Gauss-Legendre nodes in ``xi``, shape (P, 20)."""
        return 0.5 * ((self.high + self.low)[:, None] + (self.high - self.low)[:, None] * NODES)

    def halved(self, chosen: np.ndarray) -> Intervals:
        """Return the panels with the chosen ones (P,) cut in two."""
        times = 1 + chosen
        low, high, owner = (np.repeat(column, times) for column in self)
        second = np.cumsum(times)[chosen] - 1
        middle = 0.5 * (low[second] + high[second])
        low[second], high[second - 1] = middle, middle
        return Intervals(low, high, owner)


def place(
    charts: tuple[Chart, ...], course: Probe, cuts: Cuts, least: int, swing: float
) -> Intervals | None:
    """Return about ``max(cost, least)`` panels between two cuts; None if they were too many."""
    start, first = (cuts[0].xi, cuts[0].interval) if cuts[0] else (course.low[0], 0)
    last_one = (course.high[-1], len(course.low) - 1)
    stop, last = (cuts[1].xi, cuts[1].interval) if cuts[1] else last_one
    kept = slice(first, last + 1)
    low, high, owner = course.low[kept].copy(), course.high[kept].copy(), course.owner[kept]
    density = _cost(charts, course, swing)[kept] / (high - low)
    low[0], high[-1] = start, stop
    total = (density * (high - low)).sum()
    if not total < MAX_PANELS:
        return None
    cost = density * (high - low) * max(1.0, least / total) if total > 0.0 else high - low
    parts = []
    for j in range(owner[0], owner[-1] + 1):
        mine = owner == j
        knots = np.append(low[mine], high[mine][-1])
        spent = np.concatenate(([0.0], np.cumsum(cost[mine])))
        n = max(1, math.ceil(spent[-1]))
        edges = np.interp(spent[-1] / n * np.arange(n + 1), spent, knots)
        edges[-1] = knots[-1]
        parts.append((edges[:-1], edges[1:], np.full(n, j)))
    return Intervals(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _massive(course):
    """Return which intervals lie in the core or not far below its ends, shape (K,)."""
    ell, core = course.log_density, course.core
    massive = ell[:, 0] > ell[core.stop - 1, -1] - SHORE
    massive[: core.start] = ell[: core.start, -1] > ell[core.start, 0] - SHORE
    massive[core] = True
    return massive


def _cost(charts, course, swing):
    """Return how many panels each interval of the probe needs, shape (K,)."""
    length = course.high - course.low
    nats = np.maximum(np.ptp(course.potential, axis=1), np.ptp(course.log_density, axis=1))
    cost = np.maximum(nats / swing, length / np.where(_massive(course), LONGEST, LONGEST_TAIL))
    for j, chart in enumerate(charts):
        if chart.singular.size:
            mine = slice(*np.searchsorted(course.owner, (j, j + 1)))
            z = chart.singular[:, None]
            gap = np.maximum(np.maximum(course.low[mine] - z.real, z.real - course.high[mine]), 0.0)
            distance = np.maximum(np.hypot(gap, z.imag).min(axis=0), 1e-3 * length[mine])
            cost[mine] = np.maximum(cost[mine], length[mine] / distance)
    return cost
