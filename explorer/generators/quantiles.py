"""Quantiles of laws that are known at nodes, exact to fourth order and in both tails."""

from __future__ import annotations

import numpy as np

from explorer.generators.elements import Grid


class Quantiles:
    """Inverse of the distribution functions of T laws, by monotone cubics in the logarithm.

    Below the median of pi ``log F`` is inverted, above it ``log(1 - F)``; the place is measured by
    ``asinh((x - c) / s)``. So Gaussian and power tails are both smooth.
    """

    def __init__(
        self,
        grids: tuple[Grid, ...],
        x: np.ndarray,
        below: np.ndarray,
        above: np.ndarray,
        density: np.ndarray,
    ) -> None:
        """Take the distinct nodes ``x`` (N,) and the values (T, N) there."""
        first, last = grids[0], grids[-1]
        self.ends = (first.edges[0], last.edges[-1])
        self.powers = (
            first.power(0) if first.elements.radau[0] else None,
            last.power(1) if last.elements.radau[1] else None,
        )
        self.x, self.below, self.above, self.density = x, below, above, density
        middle = np.searchsorted(below[0], [0.25, 0.5, 0.75]).clip(0, x.size - 1)
        low, self.centre, high = x[middle]
        self.scale = max(high - low, 1e-3 * (x[-1] - x[0]))

    def at(self, below: np.ndarray, above: np.ndarray) -> np.ndarray:
        """Return the quantiles (T, m) of all laws at increasing levels (m,), from either tail."""
        is_low = below < 0.5
        low = self._invert(None, below[is_low], mirrored=False)
        high = self._invert(None, above[~is_low], mirrored=True)
        return np.concatenate([low, high], axis=1)

    def rows(self, rows: np.ndarray, below: np.ndarray) -> np.ndarray:
        """Return the quantiles (k, m) of the laws ``rows`` (k,) at levels ``below`` (k, m)."""
        return self._invert(rows, np.clip(below, 1e-300, 1.0), mirrored=False)

    def level(self, rows: np.ndarray, places: np.ndarray) -> np.ndarray:
        """Return the distribution functions of the laws ``rows`` (k,) at ``places`` (k,)."""
        return np.array(
            [np.interp(v, self.x, self.below[r]) for r, v in zip(rows, places, strict=True)]
        )

    def _invert(self, rows, targets: np.ndarray, *, mirrored: bool) -> np.ndarray:
        x, cdf, density = self.x, self.below, self.density
        end, power = self.ends[0], self.powers[0]
        if mirrored:
            x, cdf, density = -x[::-1], self.above[:, ::-1], density[:, ::-1]
            end, power = -self.ends[1], self.powers[1]
        if rows is not None:
            cdf, density = cdf[rows], density[rows]
        cdf = np.maximum.accumulate(np.maximum(cdf, 1e-300), axis=1)
        centre = -self.centre if mirrored else self.centre
        z = (x - centre) / self.scale
        with np.errstate(over="ignore"):  # beyond the support: it is held to 3 rises below
            slope = np.minimum(density * self.scale * np.sqrt(1.0 + z * z) / cdf, 1e280)
        want = np.broadcast_to(targets, (len(cdf), np.shape(targets)[-1]))
        place = _invert_logarithm(np.arcsinh(z), cdf, slope, want)
        y = centre + self.scale * np.sinh(place)
        under = want < cdf[:, :1]
        if under.any():
            share = np.clip(want / cdf[:, :1], 0.0, 1.0)
            first = x[0] if power is None else end + (x[0] - end) * share ** (1.0 / power)
            y = np.where(under, first, y)
        return -y if mirrored else y


def _invert_logarithm(
    tau: np.ndarray, cdf: np.ndarray, slope: np.ndarray, targets: np.ndarray
) -> np.ndarray:
    """Return the places where ``log cdf`` (T, N), with the slopes given, reaches log targets."""
    k = np.stack([np.searchsorted(r, u, side="right") for r, u in zip(cdf, targets, strict=True)])
    k = np.clip(k - 1, 0, tau.size - 2)
    row = np.arange(len(cdf))[:, None]
    f0, f1 = cdf[row, k], cdf[row, k + 1]
    step = tau[k + 1] - tau[k]
    rise = np.maximum(np.log(f1 / f0), 1e-300)
    d0 = np.minimum(slope[row, k] * step, 3.0 * rise)  # Fritsch and Carlson: stays monotone
    d1 = np.minimum(slope[row, k + 1] * step, 3.0 * rise)
    want = np.clip(np.log1p(np.maximum((targets - f0) / f0, 0.0)), 0.0, rise)
    s = want / rise
    a, b = d0 + d1 - 2.0 * rise, 3.0 * rise - 2.0 * d0 - d1
    for _ in range(3):
        grade = np.maximum(d0 + s * (2.0 * b + 3.0 * s * a), 0.02 * rise)
        s = np.clip(s - (s * (d0 + s * (b + s * a)) - want) / grade, 0.0, 1.0)
    return tau[k] + step * s
