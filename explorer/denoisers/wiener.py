"""The Wiener filter: the best linear denoiser, which knows only mean and covariance.

    D(z) = mu + W (z - mu),   W = S (S + sigma^2 I)^-1 = U diag(s) U^T,
    s = lambda/(lambda + sigma^2).

Row q of W is the derivative of output pixel q with respect to z, the same at every z: which pixels
the filter looks at. W itself is never built to apply it.

A drawn pattern w of gain g, added to each image with an independent random sign and size of mean 0
and variance 1, turns S into ``S + g^2 w w^T`` and, by Sherman and Morrison with
``v = (S + sigma^2 I)^-1 w``, W into ``W + sigma^2 g^2 v v^T / (1 + g^2 w^T v)``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from explorer.core.errors import InputError
from explorer.denoisers.about import About
from explorer.denoisers.noise import Pixel, check_images, levels, pixel_index
from explorer.denoisers.statistics import Statistics

NAME = "wiener"
ABOUT = About(
    title="Wiener filter",
    source="Wiener 1949; Lukoianov et al. 2025, arXiv:2509.09672",
    cost=r"O(d^2)",
    memory=r"$d^2$ numbers: the principal axes",
)
SMALLEST = 1e-20  # of sigma^2, where the pattern's formula would divide by 0


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """A pattern ``weights`` (d,) that every image shows with gain ``gain`` and random size."""

    weights: np.ndarray
    gain: float


@dataclass(frozen=True, slots=True, eq=False)
class Wiener:
    """``D(z) = mu + U [lambda/(lambda + sigma^2) * U^T (z - mu)]``, a denoiser.

    Parameters
    ----------
    statistics : Statistics
    pattern : Pattern, optional
        Drawn into the data by a rank-one update; no new decomposition.

    References
    ----------
    Wiener, Extrapolation, interpolation, and smoothing of stationary time series (1949)
    Lukoianov et al., Locality in image diffusion models emerges from data statistics (2025)

    Examples
    --------
    >>> images = np.array([0, 255], dtype=np.uint8).reshape(2, 1, 1, 1)  # variance 2
    >>> wiener = Wiener(Statistics.fit(images))
    >>> wiener(torch.ones(1, 1, 1, 1), 1.0).item()
    0.666...
    """

    statistics: Statistics
    pattern: Pattern | None = None
    _tensors: dict[Any, tuple[torch.Tensor, ...]] = field(
        default_factory=dict, init=False, repr=False
    )

    def __post_init__(self) -> None:
        if self.pattern is not None and np.shape(self.pattern.weights) != (self.statistics.size,):
            found = np.shape(self.pattern.weights)
            problem = (
                f"The pattern has shape {found}, the images have {self.statistics.size} pixels."
            )
            raise InputError("pattern", problem, "Give one weight per pixel, channels included.")

    def __call__(self, x: torch.Tensor, sigma: float | torch.Tensor) -> torch.Tensor:
        """Return the denoised images, shaped (B, C, H, W) as x and of its type."""
        rows = check_images(x, self.statistics.shape)
        variances = levels(sigma, len(rows)) ** 2
        mean, values, vectors, live = self._on(x)
        noise = torch.as_tensor(variances[:, None], dtype=x.dtype, device=x.device)
        tail = _gains(torch.full_like(values[:1], self.statistics.tail), noise)
        centred = rows - mean
        result = mean + ((_gains(values, noise) - tail) * (centred @ vectors)) @ vectors.T
        if self.statistics.tail:
            result = result + tail * centred * live
        if self.pattern is not None:
            result = result + self._pattern_part(centred, variances)
        return result.reshape(x.shape)

    def sensitivity(self, pixel: Pixel, sigma: float) -> np.ndarray:
        """Return the derivative of output `pixel` by every input pixel, float64 (C, H, W)."""
        shape = self.statistics.shape
        return self.rows([pixel_index(pixel, shape)], sigma).reshape(shape)

    def rows(self, index: Any, sigma: float) -> np.ndarray:
        """Return rows `index` of W, float64 (len(index), d)."""
        u = self.statistics.eigenvectors
        rest = self._tail_gain(sigma)
        result = (u[index] * (self.gains(sigma) - rest)) @ u.T
        if rest:
            chosen = np.arange(self.statistics.size)[index]
            result[np.arange(chosen.size), chosen] += rest * ~self.statistics.dead[chosen]
        if self.pattern is not None:
            v, kappa = self._turn(sigma)
            result += kappa * v[index][:, None] * v
        return result

    def diagonal(self, sigma: float) -> np.ndarray:
        """Return the diagonal of W, float64 (d,): how much each pixel looks at itself."""
        rest = self._tail_gain(sigma)
        result = np.square(self.statistics.eigenvectors) @ (self.gains(sigma) - rest)
        result += rest * ~self.statistics.dead
        if self.pattern is not None:
            v, kappa = self._turn(sigma)
            result += kappa * v**2
        return result

    def gains(self, sigma: float) -> np.ndarray:
        """Return ``lambda/(lambda + sigma^2)`` of the known eigenvalues, without a pattern."""
        [level] = levels(sigma, 1)
        return _gains(torch.from_numpy(self.statistics.eigenvalues), torch.tensor(level**2)).numpy()

    def degrees_of_freedom(self, sigma: float) -> float:
        """Return the trace of W: how many directions of the data rise above the noise."""
        extra = 0.0
        if self.pattern is not None:
            v, kappa = self._turn(sigma)
            extra = kappa * float(v @ v)
        gains = self.gains(sigma)
        others = int((~self.statistics.dead).sum()) - gains.size
        return float(gains.sum()) + max(others, 0) * self._tail_gain(sigma) + extra

    def _tail_gain(self, sigma: float) -> float:
        [level] = levels(sigma, 1)
        total = self.statistics.tail + level**2
        return self.statistics.tail / total if total > 0 else 0.0

    def _turn(self, sigma: float) -> tuple[np.ndarray, float]:
        """Return v (d,) and kappa with ``W' = W + kappa v v^T``."""
        assert self.pattern is not None
        [level] = levels(sigma, 1)
        variance = max(level**2, SMALLEST)
        s, w = self.statistics, np.asarray(self.pattern.weights, dtype=np.float64)
        rest = 1.0 / (variance + np.where(s.dead, 0.0, s.tail))
        known = 1.0 / (variance + s.eigenvalues)
        inside = s.eigenvectors.T @ w
        v = s.eigenvectors @ (known * inside)
        if inside.size < w.size:
            v += rest * (w - s.eigenvectors @ inside)
        squared = self.pattern.gain**2
        return v, float(variance * squared / (1.0 + squared * (w @ v)))

    def _pattern_part(self, centred: torch.Tensor, variances: np.ndarray) -> torch.Tensor:
        result = torch.empty_like(centred)
        for i, variance in enumerate(variances):
            v, kappa = self._turn(float(np.sqrt(variance)))
            turned = torch.as_tensor(v, dtype=centred.dtype, device=centred.device)
            result[i] = kappa * (turned @ centred[i]) * turned
        return result

    def _on(self, x: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Return mean, eigenvalues, eigenvectors and which pixels live, as tensors like x."""
        key = (x.dtype, x.device)
        if key not in self._tensors:
            s = self.statistics
            self._tensors[key] = tuple(
                torch.as_tensor(array, dtype=x.dtype, device=x.device)
                for array in (s.mean, s.eigenvalues, s.eigenvectors, ~s.dead)
            )
        return self._tensors[key]


def _gains(values: torch.Tensor, variance: torch.Tensor) -> torch.Tensor:
    """Return ``lambda/(lambda + sigma^2)``, 0 where lambda is 0 (also without noise)."""
    total = values + variance
    return values / torch.where(total > 0, total, torch.ones_like(total))


def build(
    data: Any,
    *,
    floor: str | float = 0.0,
    cutoff: float = 0.0,
    tail: bool = False,
    pattern: Pattern | None = None,
    statistics: Statistics | None = None,
) -> Wiener:
    """Return the Wiener filter of a data set.

    Parameters
    ----------
    data : ImageSet or numpy.ndarray, uint8 (N, C, H, W)
    floor : float or "quantisation"
        Added to the eigenvalues of live pixels.
    cutoff : float
        Percentage of the total variance that is cut off from below.
    tail : bool
        Give what is cut off its mean eigenvalue instead of 0.
    pattern : Pattern, optional
    statistics : Statistics, optional
        Of the same data, if already known; then `floor` is theirs.
    """
    known = Statistics.fit(data, floor=floor) if statistics is None else statistics
    return Wiener(known.low_rank(cutoff, tail=tail) if cutoff else known, pattern)
