"""The law of the process at several times, as densities relative to the stationary law."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.generators.elements import Grid


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """The law at T times, well by well.

    Attributes
    ----------
    grids : W grids
    shares : (W,) stationary mass of each well
    occupied : (T, W) mass of ``p_t`` in each well
    excess : W arrays (T, E, q), ``h - 1`` with h the density of the law in the well over that of
        pi in the well
    """

    grids: tuple[Grid, ...]
    shares: np.ndarray
    occupied: np.ndarray
    excess: tuple[np.ndarray, ...]

    def difference(self, w: int) -> np.ndarray:
        """Return ``(p_t - pi) / pi_w`` at the nodes of well w, (T, E, q)."""
        occupied = self.occupied[:, w, None, None]
        return occupied * self.excess[w] + (occupied - self.shares[w])

    def log_ratio(self) -> tuple[np.ndarray, np.ndarray]:
        """Return ``log(p_t / pi)`` (T, N) and the log masses of pi (N,) at all nodes."""
        logs, masses = [], []
        for w, grid in enumerate(self.grids):
            with np.errstate(divide="ignore"):
                share = np.log(self.occupied[:, w] / self.shares[w])[:, None, None]
                log_h = np.log1p(np.maximum(self.excess[w], -1.0)) + share
                masses.append(np.log(self.shares[w] * grid.mass).ravel())
            logs.append(log_h.reshape(log_h.shape[0], -1))
        return np.concatenate(logs, axis=1), np.concatenate(masses)
