"""Where to cut the tails: an end is cut where leaving it out changes nothing that is sought.

A tail is cut where ``ell = log(pi dx/dxi)`` has fallen ``drop`` nats below a summit:

- its outermost local maximum on that side, never the global one, because a far well of tiny mass
  still carries an eigenvalue;
- or, further out, the last place beyond which a tail could relax more slowly than the rate sought.
  A tail from ``x`` outward relaxes at least at the rate ``1/(4B)``,
  ``B = sup_{y > x} nu(x, y) mu(y, end)`` (Hardy's inequality). A density that falls without rest
  can still hide a plateau with an eigenvalue of its own.

An end that is reached in finite Lamperti length needs less: where its tail relaxes ``FAST`` nats
faster than the bulk, eigenfunctions are constant there, and the tail's mass is kept as a lump.

References: Muckenhoupt 1972; Chen 2012.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from explorer.generators.charts import Chart
from explorer.generators.logspace import log_cells, log_sums
from explorer.generators.probe import Probe, subdivided
from explorer.generators.quadrature import PROBE_NODES

CELLS = PROBE_NODES.size - 1
SHARES = 0.5 * (PROBE_NODES + 1.0)
FAST = 46.0  # nats: e^-46 = 1e-20
REST = 0.45
SPARE = 10.0  # nats by which a first cut, at an unknown rate, may be too near
ROUNDS = 8
ABRUPT = 5.0
STEEP = 50.0  # nats per cell beyond which only the steeper side of a cell counts


class Cut(NamedTuple):
    """Where a tail is cut: ``xi`` in a chart, and the interval of the probe it lies in.

    ``is_fast`` says that the tail beyond relaxes at once; its mass is kept.
    """

    chart: int
    xi: float
    interval: int
    is_fast: bool


Cuts = tuple[Cut | None, Cut | None]


def cut(
    charts: tuple[Chart, ...],
    course: Probe,
    drop: float,
    *,
    log_rate: float = -math.inf,
    slopes: tuple[float, float] = (0.0, 0.0),
) -> tuple[Probe, Cuts]:
    """Return the left and right cut, and the probe, finer where a tail falls abruptly.

    Parameters
    ----------
    charts : tuple of Chart
    course : Probe
    drop : float
        Nats below the summit; ``REST`` of it below the last place of slow relaxation.
    log_rate : float
        Logarithm of the largest eigenvalue sought, ``-inf`` if not known yet.
    slopes : (float, float)
        How fast ``ell`` falls at ends that are reached in finite Lamperti length; 0 for others.

    Returns
    -------
    course : Probe
    cuts : (Cut or None, Cut or None)
        None for an end left whole.
    """
    for _ in range(ROUNDS):
        cuts, abrupt = _place(course, drop, log_rate, slopes)
        if not abrupt:
            return course, cuts
        course = subdivided(charts, course, abrupt)
    return course, _place(course, drop, log_rate, slopes)[0]


def _place(course, drop, log_rate, slopes):
    """Return the cuts, and the intervals in which ``ell`` falls too abruptly to place them."""
    last = len(course.low) - 1
    left, right = _sides(course)
    places = (
        left.cut(last + 1 - course.core.start, drop, log_rate, slopes[0]),
        right.cut(course.core.stop, drop, log_rate, slopes[1]),
    )
    cuts, abrupt = [], set()
    for side, place, is_left in zip((left, right), places, (True, False), strict=True):
        if place is None:
            cuts.append(None)
            continue
        interval, xi, is_fast = place
        mine = last - interval if is_left else interval
        cuts.append(Cut(int(course.owner[mine]), xi, mine, is_fast))
        if side.is_abrupt(interval, drop):
            abrupt.add(mine)
    return tuple(cuts), abrupt


def tail_rates(course: Probe, cuts: Cuts) -> tuple[float, float]:
    """Return ``log 1/(4B)`` of the tails beyond two cuts, inf at an end left whole."""
    left, right = _sides(course)
    last = len(course.low)
    left_cut, right_cut = cuts
    return (
        left.rate(last - course.core.start, last - 1 - left_cut.interval) if left_cut else math.inf,
        right.rate(course.core.stop, right_cut.interval) if right_cut else math.inf,
    )


def _sides(course):
    fields = (course.log_density, course.log_scale, course.log_product)
    right = _Side(course.low, course.high, *fields)
    left = _Side(course.high[::-1], course.low[::-1], *(f[::-1, ::-1] for f in fields))
    return left, right


@dataclass(frozen=True, slots=True)
class _Side:
    """The probe seen outward towards one end: intervals from ``near`` to ``far``."""

    near: np.ndarray
    far: np.ndarray
    ell: np.ndarray
    log_scale: np.ndarray
    log_product: np.ndarray

    def cut(self, tail: int, drop: float, log_rate: float, slope: float):
        """Return interval, ``xi`` and is_fast of the cut; intervals from ``tail`` on only fall."""
        summit = self._summit(tail)
        found = self._fall(summit, drop)
        if found and log_rate > -math.inf:
            slow = summit + np.flatnonzero(self._rates(summit) < log_rate)
            if slow.size and slow[-1] >= found[0]:  # further in, leaks tell
                beyond = self._fall(min(int(slow[-1]) + 1, len(self.ell) - 1), REST * drop)
                found = beyond and max(found, beyond)
        fast = self._fast(summit, log_rate, slope) if slope else None
        return min(found, fast) if found and fast else found or fast

    def _fast(self, summit, log_rate, slope):
        """Return the first interval beyond which everything relaxes at once, or None."""
        rates = math.log(min(slope, 1.0)) - self.log_product[summit:, -1]  # local: a / dx^2
        level = rates[0] + FAST if log_rate == -math.inf else log_rate + FAST - SPARE
        length = np.abs(self.far - self.near)[summit:]
        falls = (self.ell[summit:, 0] - self.ell[summit:, -1]) / length
        noise = 1e-14 * np.abs(self.ell[summit:, -1]) / length
        is_power = np.abs(falls - slope) <= 1e-6 * slope + noise
        above = np.flatnonzero((rates > level) & is_power)
        if not above.size:
            return None
        i = summit + int(above[0])
        return i, float(self.far[i]), True

    def rate(self, tail: int, interval: int) -> float:
        """Return ``log 1/(4B)`` of the tail beyond an interval."""
        summit = self._summit(tail)
        rates = self._rates(summit)
        return float(rates[min(interval + 1 - summit, rates.size - 1)])

    def _summit(self, tail):
        """Return the interval of the outermost local maximum before the tail."""
        rising = np.flatnonzero(np.diff(self.ell[:tail]).ravel() > 0.0)
        return int(rising[-1]) // CELLS if rising.size else 0

    def is_abrupt(self, i: int, drop: float) -> bool:
        """Return whether ``ell`` falls by far more than ``drop`` within one interval."""
        return bool(self.ell[i, 0] - self.ell[i, -1] > ABRUPT * drop)

    def _rates(self, summit):
        """Return ``log 1/(4B)`` of the tails that begin inside each interval.

        ``nu`` and ``mu`` are huge and tiny, and their product is not: only differences of nearby
        logarithms enter, because steps beyond ``STEEP`` nats are shortened in both alike.
        """
        ell, log_scale = _monotone(self.ell[summit:]), _monotone(self.log_scale[summit:])
        width = np.abs(self.far - self.near)[summit:, None] * (0.5 * np.diff(PROBE_NODES))
        mass, mass_level = _flattened(ell, np.log(width))
        scale, scale_level = _flattened(log_scale, np.log(width))
        beyond = log_sums(mass[::-1])[::-1] - mass_level
        climb = log_sums(scale) - scale_level
        hardy = (climb + beyond)[1:] + self.log_product[summit:, 1:].ravel()
        worst = hardy.reshape(-1, CELLS).max(axis=1)
        return -math.log(4.0) - np.maximum.accumulate(worst[::-1])[::-1]

    def _fall(self, summit, drop):
        """Return where ``ell`` is ``drop`` below its maximum in the summit interval, or None."""
        ell = _monotone(self.ell[summit:])
        ell[0] = self.ell[summit]  # not monotone: it holds the maximum
        top = int(np.argmax(ell[0]))
        depth = (ell[0, top] - ell).ravel()
        depth[:top] = 0.0
        below = np.flatnonzero(depth > drop)
        if not below.size:
            return None
        i = int(below[0])
        shallow, deep = (max(depth[i - 1], 0.0), depth[i]) if i else (0.0, depth[0])
        if shallow > 0.05 * drop:  # depth grows geometrically
            part = math.log(drop / shallow) / math.log(deep / shallow)
        else:
            part = (drop - shallow) / (deep - shallow)
        interval = summit + i // PROBE_NODES.size
        near, length = self.near[interval], self.far[interval] - self.near[interval]
        ends = SHARES[max(i % PROBE_NODES.size - 1, 0)], SHARES[i % PROBE_NODES.size]
        share = ends[0] + min(part, 1.0) * (ends[1] - ends[0])
        return interval, float(near + share * length), False


def _flattened(logs, log_width):
    """Return logs of cell integrals and of levels at cell ends, steep steps shortened."""
    steps = np.diff(logs).ravel()
    level = np.concatenate(([0.0], np.cumsum(np.clip(steps, -STEEP, STEEP))))
    ends = np.stack((np.zeros_like(steps), -np.abs(steps)), axis=-1)
    below_top = log_cells(ends, np.zeros((steps.size, 1)))[:, 0]
    return np.maximum(level[1:], level[:-1]) + log_width.ravel() + below_top, level


def _monotone(logs):
    """Replace rows (K, 6) that are not monotone, because too wide for 6 nodes, by straight ones."""
    steps = np.diff(logs)
    wild = (steps.max(axis=1) > 0.0) & (steps.min(axis=1) < 0.0)
    straight = logs[:, :1] + (logs[:, -1:] - logs[:, :1]) * SHARES
    return np.where(wild[:, None], straight, logs)
