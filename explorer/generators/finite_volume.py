"""Finite volumes for starts that are far from pi: slower and less exact, but never unstable.

Modes express ``p_t`` through ``p_t / sqrt(pi)``. Where the start sits far out in a tail or on a
barrier that quotient is astronomical, and rounding ruins the sum. Here the cell masses ``w``
themselves are followed. Between the centres of neighbouring cells the flux of ``h = w / m`` is
constant, ``J = -(h' - h) / R`` with ``R = int dx / (a pi)`` (Scharfetter and Gummel), so
``dw/dt = A w`` with a matrix whose inverse ``(1 - s A)^(-1)`` has no negative entry: implicit Euler
steps keep every mass positive and exact to rounding. Three of them in Richardson's scheme give
third order in time.

References: Scharfetter and Gummel (1969); Hairer and Wanner, Solving ODE II, IV.9 (1996).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explorer.core.errors import ExplorerError
from explorer.generators.cells import cells
from explorer.generators.frames import Frame
from explorer.generators.plan import Plan

MOST_STEPS = 12000
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


@dataclass(frozen=True, slots=True, eq=False)
class CellLaw:
    """The law at T times as masses of cells, for the distances of a far start."""

    chain: Chain
    masses: np.ndarray

    def distances(self) -> dict[str, np.ndarray]:
        """Return chi2, tv, kl, w1, w2 between ``p_t`` and pi, each (T,)."""
        w, log_m = self.masses, self.chain.log_mass
        m = np.exp(log_m)
        with np.errstate(divide="ignore", over="ignore"):
            log_w = np.log(w)
            squares = np.exp(2.0 * np.log(np.abs(w - m)) - log_m)
            chi2 = squares.sum(axis=1)
        outer = slice(w.shape[1] // 30, -(w.shape[1] // 30))
        with np.errstate(over="ignore", invalid="ignore"):
            cut = 1.0 - squares[:, outer].sum(axis=1) / chi2
        entropy = np.where(w > 0.0, w * (np.where(w > 0.0, log_w, 0.0) - log_m), 0.0) - w + m
        gap = np.concatenate([np.zeros((len(w), 1)), np.cumsum(w - m, axis=1)], axis=1)
        return {
            "chi2": chi2,
            "chi2_at_cuts": np.where(np.isfinite(cut), cut, 1.0),
            "tv": np.minimum(0.5 * np.abs(w - m).sum(axis=1), 1.0),
            "kl": np.maximum(entropy.sum(axis=1), 0.0),
            "w1": _absolute(gap, np.diff(self.chain.edges)),
            "w2": np.sqrt([self._squared_shift(row, m) for row in w]),
        }

    def log_ratio(self) -> tuple[np.ndarray, np.ndarray]:
        """Return ``log(p_t / pi)`` (T, n) and the log masses of pi (n,)."""
        with np.errstate(divide="ignore"):
            return np.log(self.masses) - self.chain.log_mass, self.chain.log_mass

    def _squared_shift(self, w: np.ndarray, m: np.ndarray) -> float:
        """Return the square of W2: both quantile functions are piecewise linear."""
        w, m = (np.where(part > 1e-200, part, 0.0) for part in (w, m))  # no denormal steps
        below_t = np.concatenate([[0.0], np.cumsum(w)]) / w.sum()
        below = np.concatenate([[0.0], np.cumsum(m)]) / m.sum()
        levels = np.union1d(below, below_t)
        shift = np.interp(levels, below_t, self.chain.edges)
        shift -= np.interp(levels, below, self.chain.edges)
        s0, s1 = shift[:-1], shift[1:]
        return float(np.diff(levels) @ (s0 * s0 + s0 * s1 + s1 * s1) / 3.0)


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """Cell masses over time: K times with masses and slopes, interpolated by cubics."""

    chain: Chain
    times: np.ndarray
    masses: np.ndarray
    slopes: np.ndarray

    def at(self, times: np.ndarray) -> CellLaw:
        """Return the law at times (T,) within the path."""
        k = np.clip(np.searchsorted(self.times, times, side="right") - 1, 0, self.times.size - 2)
        step = (self.times[k + 1] - self.times[k])[:, None]
        s = np.clip((times - self.times[k])[:, None] / step, 0.0, 1.0)
        w0, w1 = self.masses[k], self.masses[k + 1]
        d0, d1 = step * self.slopes[k], step * self.slopes[k + 1]
        rise = w1 - w0
        w = w0 + s * (d0 + s * (3.0 * rise - 2.0 * d0 - d1 + s * (d0 + d1 - 2.0 * rise)))
        linear = w0 + s * rise
        w = np.where((w < 0.5 * np.minimum(w0, w1)) | (w > 2.0 * np.maximum(w0, w1)), linear, w)
        return CellLaw(self.chain, w / w.sum(axis=1, keepdims=True))


def _absolute(gap: np.ndarray, width: np.ndarray) -> np.ndarray:
    """Return ``int |G| dx`` for G linear on cells, (T,)."""
    low, high = gap[:, :-1], gap[:, 1:]
    size = np.abs(low) + np.abs(high)
    crossing = (low * low + high * high) / np.maximum(size, 1e-300)
    return 0.5 * np.where(low * high < 0.0, crossing, size) @ width


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


def run(
    c: Chain,
    masses: np.ndarray,
    span: tuple[float, float],
    is_done: Callable[[np.ndarray], bool],
    *,
    tolerance: float,
) -> Path:
    """Follow the cell masses until ``is_done`` or past the last time.

    Every step is done with one, two and three implicit Euler steps; their extrapolation is kept,
    and its change from second order is held below ``tolerance`` in total variation. ``span`` has
    the first step and the last time.

    Raises
    ------
    ExplorerError
        If ``MOST_STEPS`` steps do not lead there.
    """
    first_step, last_time = span
    time, step = 0.0, first_step
    w = masses / masses.sum()
    times, states, slopes = [time], [w], [_slope(c, w)]
    for _ in range(MOST_STEPS):
        one, two, three = (_euler(c, w, step, n) for n in (1, 2, 3))
        second = 3.0 * three - 2.0 * two
        third = 0.5 * one - 4.0 * two + 4.5 * three
        error = 0.5 * float(np.abs(third - second).sum())
        if error <= tolerance or step < 1e-9 * first_step:
            time += step
            # Where extrapolation leaves the neighbourhood of the positive steps, they stand.
            w = np.maximum(np.where(np.abs(third - three) <= 0.5 * three, third, three), 0.0)
            w /= w.sum()
            times.append(time)
            states.append(w)
            slopes.append(_slope(c, w))
            if time >= last_time or is_done(w):
                return Path(c, np.array(times), np.array(states), np.array(slopes))
        step *= min(max(0.8 * (tolerance / max(error, 1e-300)) ** (1.0 / 3.0), 0.3), 4.0)
    raise ExplorerError(
        "The start lies so far from the stationary law that its way there cannot be followed "
        "exactly enough. Start nearer to the stationary mean."
    )


def _slope(c: Chain, w: np.ndarray) -> np.ndarray:
    """Return dw/dt."""
    flux = c.up * w[:-1] - c.down * w[1:]
    return np.concatenate([[-flux[0]], flux[:-1] - flux[1:], [flux[-1]]])


def _euler(c: Chain, w: np.ndarray, step: float, count: int) -> np.ndarray:
    """Return ``count`` implicit Euler steps of length ``step / count``."""
    from scipy.linalg import get_lapack_funcs

    factor, solve = get_lapack_funcs(("gttrf", "gttrs"), dtype=float)

    s = step / count
    out = np.zeros(w.size)
    out[:-1] += c.up
    out[1:] += c.down
    dl, d, du, du2, pivots, _ = factor(-s * c.up, 1.0 + s * out, -s * c.down)
    for _ in range(count):
        w, _ = solve(dl, d, du, du2, pivots, w)
    return w
