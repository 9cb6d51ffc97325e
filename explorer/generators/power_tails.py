"""Power tails ``pi ~ |x|^-kappa`` beyond the elements."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.generators.elements import Grid


@dataclass(frozen=True, slots=True, eq=False)
class Tails:
    """Power tails ``pi ~ |x|^-kappa`` beyond the elements, left and right.

    Attributes
    ----------
    kappas : (float, float), inf where there is no such tail
    lost : (2,) stationary mass beyond each end
    reach : (2,) distance of the ends from the median of pi
    """

    kappas: tuple[float, float]
    lost: np.ndarray
    reach: np.ndarray

    def beyond(self, moment: int, change: np.ndarray) -> np.ndarray:
        """Return ``sum change int_X^inf |x|^moment dpi`` over both ends, (T,) for change (T, 2)."""
        total = np.zeros(len(change))
        for side, kappa in enumerate(self.kappas):
            if moment + 1.0 < kappa < np.inf:
                mean = (kappa - 1.0) / (kappa - 1.0 - moment) * self.reach[side] ** moment
                total = total + change[:, side] * self.lost[side] * mean
        return total


def tails(grids: tuple[Grid, ...], shares: np.ndarray, kappas: tuple[float, float]) -> Tails:
    """Return what lies beyond the elements, from the density at their ends."""
    first, last = grids[0], grids[-1]
    masses = [share * grid.mass.sum(axis=1) for share, grid in zip(shares, grids, strict=True)]
    edges = np.concatenate([grid.edges[:-1] for grid in grids])
    middle = int(np.searchsorted(np.cumsum(np.concatenate(masses)), 0.5))
    median = edges[min(middle, edges.size - 1)]
    reach = np.array([median - first.edges[0], last.edges[-1] - median])
    density = shares[[0, -1]] * np.exp([first.log_density[0, 0], last.log_density[-1, -1]])
    return Tails(kappas, density * reach / (np.array(kappas) - 1.0), reach)
