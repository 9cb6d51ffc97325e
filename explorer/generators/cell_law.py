"""The distances of a law that is known as masses of cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.generators.cell_chain import Chain


@dataclass(frozen=True, slots=True, eq=False)
class CellLaw:
    """The law at T times as masses (T, n) of the cells of a chain."""

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


def _absolute(gap: np.ndarray, width: np.ndarray) -> np.ndarray:
    """Return ``int |G| dx`` for G linear on cells, (T,)."""
    low, high = gap[:, :-1], gap[:, 1:]
    size = np.abs(low) + np.abs(high)
    crossing = (low * low + high * high) / np.maximum(size, 1e-300)
    return 0.5 * np.where(low * high < 0.0, crossing, size) @ width
