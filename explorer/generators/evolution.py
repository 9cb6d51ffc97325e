"""The law of the process over time: modes in every well, slow exchange between wells.

In a well, ``h_t - 1 = sum_n c_n exp(-lambda_n t) phi_n`` with ``c_n = E_start[phi_n]``. Between
wells that a deep barrier parts, the occupied masses relax with the slow rates of a birth-death
chain whose slowest rate is the spectral gap.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.generators.distances import Profile
from explorer.generators.elements import Grid, Modes, build, modes
from explorer.generators.frames import Frame, Net
from explorer.generators.initial import Start
from explorer.generators.partition import place_elements

QUADRATURE = 10  # Gauss points per piece of the start


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
    """

    grids: tuple[Grid, ...]
    modes: tuple[Modes, ...]
    contents: tuple[np.ndarray, ...]
    shares: np.ndarray
    occupied: np.ndarray
    slow_rates: np.ndarray
    slow_modes: np.ndarray
    slow_contents: np.ndarray

    def at(self, times: np.ndarray) -> Profile:
        """Return the law at positive ``times`` (T,)."""
        decay = np.exp(-np.outer(times, self.slow_rates))
        occupied = self.shares * (1.0 + (self.slow_contents * decay) @ self.slow_modes.T)
        excess = []
        for grid, modes_, content in zip(self.grids, self.modes, self.contents, strict=True):
            amplitude = content * np.exp(-np.outer(times, modes_.rates))
            excess.append(grid.spread(amplitude @ modes_.values.T))
        return Profile(self.grids, self.shares, np.maximum(occupied, 0.0), tuple(excess))

    def squares(self, times: np.ndarray) -> list[np.ndarray]:
        """Return chi2 inside each well at ``times``, W arrays (T,): ``sum c_n^2 e^(-2 lambda t)``."""
        return [
            np.exp(-2.0 * np.outer(times, m.rates)) @ (c * c)
            for m, c in zip(self.modes, self.contents, strict=True)
        ]


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
    nodes, weights = np.polynomial.legendre.leggauss(QUADRATURE)
    half = 0.5 * np.diff(cuts)[:, None]
    places = (cuts[:-1, None] + half * (1.0 + nodes)).ravel()
    mass = (half * weights).ravel() * start.density(places)
    return places, mass / mass.sum()


def evolve(
    pieces: tuple[Frame, ...],
    picture: Net,
    ranges: list[tuple[int, int]],
    start: Start,
    shortest_time: float,
    degree: int,
    gap: float,
) -> Evolution:
    """Discretise every well and put the start on the modes.

    Parameters
    ----------
    picture, ranges : the net and the wells on it, widened to carry the start
    shortest_time : float
        First positive time at which the law is wanted: it decides how fine the elements are
        around places where the start is not smooth.
    degree : int
        Polynomial degree of the elements.
    gap : float
        Rate of the slowest exchange between wells, if there are several.
    """
    chains = place_elements(pieces, picture, ranges, start, shortest_time)
    grids = tuple(build(pieces, chain, degree) for chain in chains)
    places, weights = cloud(start, np.concatenate([grid.edges for grid in grids]))
    return settle(grids, picture, ranges, places, weights, gap)


def settle(
    grids: tuple[Grid, ...],
    picture: Net,
    ranges: list[tuple[int, int]],
    places: np.ndarray,
    weights: np.ndarray,
    gap: float,
) -> Evolution:
    """Put weighted points on the modes of all wells."""
    solved = tuple(modes(grid) for grid in grids)
    shares = _shares(picture, ranges)
    borders = _borders(picture, ranges)
    owner = np.searchsorted(borders, places)
    occupied = np.bincount(owner, weights=weights, minlength=len(grids))
    contents = []
    for w, (grid, modes_) in enumerate(zip(grids, solved, strict=True)):
        here = owner == w
        share = occupied[w] if occupied[w] > 0.0 else 1.0
        contents.append(modes_.values.T @ grid.load(places[here], weights[here] / share))
    rates, slow = _exchange(picture, ranges, shares, gap)
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


def _log_sum(values: np.ndarray) -> float:
    top = float(values.max())
    return top + float(np.log(np.exp(values - top).sum()))


def _shares(picture: Net, ranges: list[tuple[int, int]]) -> np.ndarray:
    """Return the stationary mass of each well, (W,)."""
    if len(ranges) == 1:
        return np.ones(1)
    raise NotImplementedError


def _borders(picture: Net, ranges: list[tuple[int, int]]) -> np.ndarray:
    """Return the tops of the barriers, (W - 1,)."""
    return np.array(
        [
            picture.x[last + int(np.argmin(picture.hill[last : first + 1]))]
            for (_, last), (first, _) in zip(ranges, ranges[1:], strict=False)
        ]
    )


def _exchange(
    picture: Net, ranges: list[tuple[int, int]], shares: np.ndarray, gap: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the rates (W - 1,) and modes (W, W - 1) of the exchange between wells."""
    count = len(ranges)
    if count == 1:
        return np.zeros(0), np.zeros((1, 0))
    raise NotImplementedError
