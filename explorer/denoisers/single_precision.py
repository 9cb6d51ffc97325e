r"""The Wiener filter as float32 moments without deflation would have it: what the masks suffer.

The second moment ``E[x x^T]`` in float32 carries the rounding of its sums, the covariance is what
is left when ``mu mu^T`` is taken off, and pixels that never change stay in. Then the covariance of
pixels that hardly vary is rounding noise ``e``, of either sign. A general singular value
decomposition ``S + e = U diag(s) V^T`` makes negative eigenvalues ``l`` positive and has ``V = -U``
there, so that ``U diag(s / (s + sigma^2)) V^T`` is the odd function

    W = Q diag(l / (|l| + sigma^2)) Q^T,

whose diagonal nearly cancels for such pixels. Ratios to the diagonal are then huge, and so is the
published rule's global threshold. What a library's float32 gives depends on the library; here the
rounding is drawn from a seed, one float32 rounding an entry, and all else is exact: a construction
that shows the same failure everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from explorer.denoisers.noise import levels
from explorer.denoisers.statistics import Statistics

Precision = Literal["float64", "float32"]

ROUNDING = 2.0**-24


@dataclass(frozen=True, slots=True, eq=False)
class SinglePrecision:
    """Rows and diagonal of the Wiener filter with float32 rounding in the covariance.

    Parameters
    ----------
    statistics : Statistics
        The exact ones.
    eigenvalues : numpy.ndarray, shape (d,)
        Of the rounded covariance, of either sign.
    eigenvectors : numpy.ndarray, shape (d, d)

    Examples
    --------
    >>> images = np.array([[0, 255], [255, 0]], dtype=np.uint8).reshape(2, 1, 1, 2)
    >>> w = SinglePrecision.of(Statistics.fit(images)).rows([0], 1.0)
    >>> w.round(4).tolist()  # 4/(4 + 1) / 2, of either sign
    [[0.4, -0.4]]
    """

    statistics: Statistics
    eigenvalues: np.ndarray
    eigenvectors: np.ndarray

    @classmethod
    def of(cls, statistics: Statistics, *, seed: int = 0) -> SinglePrecision:
        """Return the filter with one float32 rounding an entry, drawn from a seed."""
        mean = statistics.mean
        moment = statistics.covariance() + np.outer(mean, mean)
        noise = np.random.default_rng(seed).normal(scale=ROUNDING, size=moment.shape)
        noise = np.triu(noise) + np.triu(noise, 1).T
        short = mean.astype(np.float32)
        rounded = (moment * (1.0 + noise)).astype(np.float32) - np.outer(short, short)
        return cls(statistics, *np.linalg.eigh(rounded.astype(np.float64)))

    def rows(self, index: Any, sigma: float) -> np.ndarray:
        """Return rows `index` of W, float64 (len(index), d)."""
        return (self.eigenvectors[index] * self.gains(sigma)) @ self.eigenvectors.T

    def diagonal(self, sigma: float) -> np.ndarray:
        """Return the diagonal of W, float64 (d,)."""
        return np.square(self.eigenvectors) @ self.gains(sigma)

    def gains(self, sigma: float) -> np.ndarray:
        """Return ``l/(|l| + sigma^2)``, (d,)."""
        [level] = levels(sigma, 1)
        return self.eigenvalues / np.maximum(np.abs(self.eigenvalues) + level**2, 1e-300)
