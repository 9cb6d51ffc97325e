"""The diffusion on cells: a birth-death chain with the fluxes of Scharfetter and Gummel.

Between the centres of neighbouring cells the flux of ``h = w / m``, cell masses over stationary
masses, is constant: ``J = -(h' - h) / R`` with ``R = int dx / (a pi)``.

Reference: Scharfetter and Gummel (1969).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from explorer.generators.cells import cells
from explorer.generators.frames import Frame
from explorer.generators.plan import Plan

STEEP = 5.0  # nats between the centres of cells from which on drift alone rules
FASTEST = 230.0  # log of the largest rate: far out a polynomial drift knows no bounds


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """A birth-death chain on n cells.

    Attributes
    ----------
    edges : (n + 1,) places
    log_mass : (n,) log of the stationary masses, which sum to 1
    up, down : (n - 1,) rates from cell i to i + 1, and from i + 1 to i
    """

    edges: np.ndarray
    log_mass: np.ndarray
    up: np.ndarray
    down: np.ndarray

    @property
    def centres(self) -> np.ndarray:
        """Middles of the cells, (n,)."""
        return 0.5 * (self.edges[1:] + self.edges[:-1])

    def dwell(self, masses: np.ndarray) -> float:
        """Return the time that the given masses need to leave their cells."""
        rate = float(self.up @ masses[:-1] + self.down @ masses[1:])
        return float(masses.sum()) / max(rate, 1e-290)


def chain(stretch: Plan, shortest_time: float, count: int) -> Chain:
    """Build the chain on ``count`` cells over the wells, the barriers and the start."""
    pieces = cells(stretch, shortest_time, count)
    edges, log_m, log_r, ways = [], [], [], []
    base = 0.0
    for index, y in pieces:
        frame = stretch.pieces[index]
        log_pi, log_a, way = _follow(frame, y)
        log_pi = log_pi + base
        base = log_pi[-1]
        # The density at the centre times the width, not the exact mass: with Scharfetter and
        # Gummel's flux this moves a far packet at about the speed b; see _keep_time.
        masses = log_pi[1::2] + np.log(y[2::2] - y[:-2:2])
        if frame.power is not None:  # pi ~ |y|^(g - 1) in the cell at the end
            side, centre, edge = (0, y[1], y[2]) if frame.low == 0.0 else (-1, y[-2], y[-3])
            masses[side] = log_pi[1::2][side] + math.log(abs(centre) / frame.power)
            masses[side] += frame.power * math.log(edge / centre)
        log_m.append(masses)
        log_r.append(_log_integrals(np.diff(y), -log_pi - log_a))
        ways.append(way)
        edges.append(frame.anchor + y[::2])
    log_mass, resistances = np.concatenate(log_m), np.concatenate(log_r)
    log_resistance = np.logaddexp(resistances[1:-1:2], resistances[2::2])
    _keep_time(log_mass, log_resistance, np.concatenate(ways, axis=1))
    top = log_mass.max()
    log_total = top + math.log(np.exp(log_mass - top).sum())
    up = np.exp(np.minimum(-log_resistance - log_mass[:-1], FASTEST))
    down = np.exp(np.minimum(-log_resistance - log_mass[1:], FASTEST))
    ends = [part if k == 0 else part[1:] for k, part in enumerate(edges)]
    return Chain(np.concatenate(ends), log_mass - log_total, up, down)


def _follow(frame: Frame, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return log pi (0 at the first point), log a, and ways between increasing offsets.

    The ways are ``int b/a dx`` and ``int dx/b``, (2, n - 1).
    """
    nodes, weights = np.polynomial.legendre.leggauss(6)
    half = 0.5 * np.diff(y)[:, None]
    a, b = frame.noise_and_drift(y[:-1, None] + half * (1.0 + nodes))
    rise = (half * weights * b / np.maximum(a, 1e-300)).sum(axis=1)
    same = (b > 0.0).all(axis=1) | (b < 0.0).all(axis=1)
    time = np.where(same, (half * weights / b).sum(axis=1), np.nan)
    log_a = np.log(np.maximum(frame.noise_and_drift(y)[0], 1e-300))
    log_pi = np.concatenate([[0.0], np.cumsum(rise)]) - log_a
    return log_pi - log_pi[0], log_a, np.stack((rise, time))


def _keep_time(log_mass: np.ndarray, log_resistance: np.ndarray, ways: np.ndarray) -> None:
    """Let cells between which drift rules be crossed in the time that drift takes.

    A cell is left at the rate ``1 / (m R)``, so in a steep tail ``m R`` is the time. The mass
    itself matters little there.
    """
    rise, time = ways[:, 1:-1:2] + ways[:, 2::2]  # from centre to centre
    with np.errstate(divide="ignore", invalid="ignore"):
        log_time = np.log(np.abs(time))
    for source, is_steep in ((slice(1, None), rise < -STEEP), (slice(0, -1), rise > STEEP)):
        kept = is_steep & np.isfinite(log_time)
        log_mass[source][kept] = (log_time - log_resistance)[kept]


def _log_integrals(width: np.ndarray, logs: np.ndarray) -> np.ndarray:
    """Return the log of ``int exp(l) dx`` over intervals on which l is taken linear."""
    fall = np.abs(np.diff(logs))
    factor = np.where(fall > 1e-8, -np.expm1(-fall) / np.maximum(fall, 1e-8), 1.0 - 0.5 * fall)
    return np.maximum(logs[1:], logs[:-1]) + np.log(factor) + np.log(width)


def initial_masses(c: Chain, places: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Split weighted points onto the two cells around each.

    In proportion to the chances of reaching either centre first, so that a start on a barrier falls
    to its sides rightly; where drift rules, so that the mean is kept.
    """
    x, n = c.centres, c.log_mass.size
    k = np.clip(np.searchsorted(x, places) - 1, 0, n - 2)
    share = np.clip((places - x[k]) / (x[k + 1] - x[k]), 0.0, 1.0)
    width = np.diff(c.edges)
    steep = np.diff(c.log_mass - np.log(width))[k]  # of log pi between the centres
    gentle = np.abs(steep) < 1.0
    fall = np.where(gentle & (np.abs(steep) > 1e-9), -steep, 1.0)
    share = np.where(
        gentle & (np.abs(steep) > 1e-9), np.expm1(fall * share) / np.expm1(fall), share
    )
    return np.bincount(k, weights * (1.0 - share), n) + np.bincount(k + 1, weights * share, n)
