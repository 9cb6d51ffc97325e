"""The law of the process over time: modes in every well, slow exchange between wells.

In a well, ``h_t - 1 = sum_n c_n exp(-lambda_n t) phi_n`` with ``c_n = E_start[phi_n]``. Between
wells that a deep barrier parts, the occupied masses relax with the slow rates of a birth-death
chain whose slowest rate is the spectral gap.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from explorer.generators.element_chain import place_elements
from explorer.generators.elements import Grid, build
from explorer.generators.exchange import exchange, shares_of
from explorer.generators.modes import Modes, modes
from explorer.generators.plan import Plan
from explorer.generators.profile import Profile
from explorer.generators.start import Start

NODES, WEIGHTS = np.polynomial.legendre.leggauss(12)  # per piece of the start


@dataclass(frozen=True, slots=True, eq=False)
class Evolution:
    """Everything needed to know ``p_t`` at any ``t > 0``.

    Attributes
    ----------
    grids, modes : W grids and their modes
    contents : W arrays (M_w,), ``c_n`` of the start conditioned to the well
    shares : (W,) stationary masses of the wells
    slow_rates : (W - 1,) and ``slow_modes`` (W, W - 1), eigenfunctions of the chain of wells
    slow_contents : (W - 1,) their coefficients in the start
    origin : float
        Time at which the modes were given this content (0, or the end of a finite-volume path).
    """

    grids: tuple[Grid, ...]
    modes: tuple[Modes, ...]
    contents: tuple[np.ndarray, ...]
    shares: np.ndarray
    occupied: np.ndarray
    slow_rates: np.ndarray
    slow_modes: np.ndarray
    slow_contents: np.ndarray
    origin: float = 0.0

    def at(self, times: np.ndarray) -> Profile:
        """Return the law at ``times`` (T,) after the origin."""
        times = times - self.origin
        decay = np.exp(-np.outer(times, self.slow_rates))
        occupied = self.shares * (1.0 + (self.slow_contents * decay) @ self.slow_modes.T)
        excess = []
        for grid, modes_, content in zip(self.grids, self.modes, self.contents, strict=True):
            amplitude = content * np.exp(-np.outer(times, modes_.rates))
            excess.append(grid.spread(amplitude @ modes_.values.T))
        return Profile(self.grids, self.shares, np.maximum(occupied, 0.0), tuple(excess))

    def contents_by_rate(self, most: int, time: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
        """Return the slowest rates (K,) and ``c_n exp(-rate_n time)`` of the start, n = 1 first.

        A mode of a well of mass ``pi_w`` is ``phi / sqrt(pi_w)`` on that well and 0 elsewhere.
        """
        rates, contents = [self.slow_rates], [self.slow_contents]
        for w, modes_ in enumerate(self.modes):
            rates.append(modes_.rates)
            contents.append(self.occupied[w] / np.sqrt(self.shares[w]) * self.contents[w])
        joined = np.concatenate(rates)
        order = np.argsort(joined, kind="stable")[:most]
        back = np.exp(np.minimum((self.origin - time) * joined[order], 600.0))
        with np.errstate(over="ignore"):  # a far start: its c_n may exceed double range
            return joined[order], back * np.concatenate(contents)[order]

    def noise(self) -> float:
        """Return what rounding leaves in the sums of modes, in units of the L2(pi) norm.

        The modes are those of a matrix with a relative error of 1e-16, so slow ones carry an error
        of that times the largest rate over theirs, and all of it times the size of the start.
        """
        worst = 0.0
        for solved, content in zip(self.modes, self.contents, strict=True):
            size = float(np.sqrt(np.sum(content**2)))
            worst = max(worst, 1e-16 * solved.rates[-1] / solved.rates[1] * size)
        return worst

    def without(self, count: int) -> Evolution:
        """Return the evolution with the first ``count`` modes (by rate) taken out."""
        joined = np.concatenate([self.slow_rates, *(m.rates for m in self.modes)])
        keep = np.ones(joined.size)
        keep[np.argsort(joined, kind="stable")[:count]] = 0.0
        ends = np.cumsum([self.slow_rates.size, *(m.rates.size for m in self.modes)])
        parts = np.split(keep, ends[:-1])
        return replace(
            self,
            slow_contents=self.slow_contents * parts[0],
            contents=tuple(c * k for c, k in zip(self.contents, parts[1:], strict=True)),
        )

    def mode(self, n: int) -> tuple[np.ndarray, np.ndarray]:
        """Return mode n (from 0, by rate) at all nodes of all wells, and the masses of pi there."""
        joined = np.concatenate([self.slow_rates, *(m.rates for m in self.modes)])
        index = int(np.argsort(joined, kind="stable")[n])
        values = [np.zeros(m.values.shape[0]) for m in self.modes]
        if index < self.slow_rates.size:
            for part, level in zip(values, self.slow_modes[:, index], strict=True):
                part.fill(level)
        else:
            index -= self.slow_rates.size
            for w, solved in enumerate(self.modes):
                if index < solved.rates.size:
                    values[w] = solved.values[:, index] / np.sqrt(self.shares[w])
                    break
                index -= solved.rates.size
        masses = [s * g.gather(g.mass) for s, g in zip(self.shares, self.grids, strict=True)]
        return np.concatenate(values), np.concatenate(masses)


def cloud(start: Start, edges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return places and weights that integrate polynomials on elements against the start.

    ``edges`` are the ends of the elements; a Gaussian is cut there and into pieces of 3/2 standard
    deviations, a uniform law there. The weights sum to 1.
    """
    if start.kind == "points":
        return start.marks, np.full(start.marks.size, 1.0 / start.marks.size)
    inner = edges[(edges > start.low) & (edges < start.high)]
    cuts = [start.low, start.high]
    if start.kind == "gaussian":
        steps = start.mean + start.std * np.linspace(-9.0, 9.0, 13)
        cuts += steps[(steps > start.low) & (steps < start.high)].tolist()
    cuts = np.union1d(inner, cuts)
    half = 0.5 * np.diff(cuts)[:, None]
    places = (cuts[:-1, None] + half * (1.0 + NODES)).ravel()
    mass = (half * WEIGHTS).ravel() * start.density(places)
    return places, mass / mass.sum()


def evolve(stretch: Plan, shortest_time: float, degree: int, gap: float) -> Evolution:
    """Discretise every well and put the start on the modes.

    Parameters
    ----------
    stretch : Plan
    shortest_time : float
        First positive time at which the law is wanted: it decides how fine the elements are
        around places where the start is not smooth.
    degree : int
        Polynomial degree of the elements.
    gap : float
        Rate of the slowest exchange between wells, if there are several.
    """
    chains = place_elements(stretch, shortest_time)
    grids = tuple(build(stretch.pieces, chain, degree) for chain in chains)
    places, weights = cloud(stretch.start, np.concatenate([grid.edges for grid in grids]))
    owner = np.searchsorted(stretch.borders, places)
    loads = [grid.load(places[owner == w], weights[owner == w]) for w, grid in enumerate(grids)]
    occupied = np.bincount(owner, weights=weights, minlength=len(grids))
    return settle(stretch, grids, loads, occupied, gap)


def settle(
    stretch: Plan,
    grids: tuple[Grid, ...],
    loads: list[np.ndarray],
    occupied: np.ndarray,
    gap: float,
) -> Evolution:
    """Put a law on the modes of all wells.

    ``loads`` are the weights (N,) with which the law of each well integrates nodal functions, up
    to a factor; ``occupied`` (W,) are the masses of the wells.
    """
    solved = tuple(modes(grid) for grid in grids)
    shares = shares_of(stretch, grids)
    contents = [
        solved[w].values.T @ (load / load.sum() if load.any() else load)
        for w, load in enumerate(loads)
    ]
    rates, slow = exchange(stretch, shares, gap)
    return Evolution(
        grids=grids,
        modes=solved,
        contents=tuple(contents),
        shares=shares,
        occupied=occupied,
        slow_rates=rates,
        slow_modes=slow,
        slow_contents=slow.T @ occupied,
    )
