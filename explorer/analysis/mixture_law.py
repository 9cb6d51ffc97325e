r"""The exact law of noisy data whose clean law is a mixture of Gaussians.

    p_sigma(x) = sum_k w_k N(x; m_k, S_k + sigma^2 I).

Its shadow on a unit vector theta is a mixture on the line with means ``theta.m_k`` and variances
``theta.S_k theta + sigma^2``; coordinates are the shadows on the axes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from explorer.core import rng
from explorer.core.errors import InputError

STREAM = 46  # of the samples


@dataclass(frozen=True, slots=True, eq=False)
class MixtureLaw:
    """A mixture of Gaussians, as what exact samples and distributions are taken from.

    Parameters
    ----------
    weights : numpy.ndarray, shape (K,)
        Positive, sum 1.
    means : numpy.ndarray, shape (K, d)
    covariances : numpy.ndarray, shape (K, d, d)
        Positive semidefinite.

    Raises
    ------
    InputError
        If the arrays do not fit or are no mixture.

    Examples
    --------
    >>> law = MixtureLaw(np.ones(1), np.zeros((1, 2)), np.eye(2)[None]).at(1.0)
    >>> law.covariances[0].tolist(), law.cdf(np.eye(2), np.zeros((2, 1))).tolist()
    ([[2.0, 0.0], [0.0, 2.0]], [[0.5], [0.5]])
    """

    weights: np.ndarray
    means: np.ndarray
    covariances: np.ndarray

    def __post_init__(self) -> None:
        k, d = np.shape(self.means) if np.ndim(self.means) == 2 else (0, 0)
        if np.shape(self.weights) != (k,) or np.shape(self.covariances) != (k, d, d) or k * d == 0:
            found = [np.shape(a) for a in (self.weights, self.means, self.covariances)]
            problem = f"Weights, means and covariances are shaped {found}."
            raise InputError("means", problem, "Give (K,), (K, d) and (K, d, d).")
        if not (self.weights > 0.0).all() or abs(self.weights.sum() - 1.0) > 1e-9:
            problem = f"The weights sum to {self.weights.sum():.6g}; all must be > 0."
            raise InputError("weights", problem, "Leave out empty modes and divide by the sum.")

    @classmethod
    def of(cls, model: Any) -> Self:
        """Return the law of a denoiser with weights, means and covariances (gaussian-mixture)."""
        parts = (model.weights, model.means, model.covariances)
        return cls(*(np.asarray(part, dtype=np.float64) for part in parts))

    def at(self, sigma: float) -> MixtureLaw:
        """Return the law with noise of level sigma >= 0 added."""
        noise = sigma**2 * np.eye(self.means.shape[1])
        return MixtureLaw(self.weights, self.means, self.covariances + noise)

    def draw(self, n: int, number: int = 0, *, seed: int = 0) -> np.ndarray:
        """Return n exact samples (n, d); every number is another independent set."""
        generator = rng.numpy_generator(seed, STREAM, number)
        labels = generator.choice(len(self.weights), size=n, p=self.weights)
        samples = generator.standard_normal((n, self.means.shape[1]))
        for k, (mean, covariance) in enumerate(zip(self.means, self.covariances, strict=True)):
            values, vectors = np.linalg.eigh(covariance)
            mine = labels == k
            noise = samples[mine] * np.sqrt(np.clip(values, 0.0, None))
            samples[mine] = mean + noise @ vectors.T
        return samples

    def shadows(self, directions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return means and standard deviations (K, m) of the shadows on unit vectors (m, d)."""
        variances = np.einsum("mi,kij,mj->km", directions, self.covariances, directions)
        return self.means @ directions.T, np.sqrt(np.clip(variances, 0.0, None))

    def coordinates(self) -> tuple[np.ndarray, np.ndarray]:
        """Return means and standard deviations (K, d): the shadows on the axes, without a sum."""
        variances = np.diagonal(self.covariances, axis1=1, axis2=2)
        return self.means, np.sqrt(np.clip(variances, 0.0, None))

    def cdf(self, directions: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Return the distribution functions of the shadows at values (m, n), shaped alike."""
        return self._below(*self.shadows(directions), values)

    def coordinate_cdf(self, values: np.ndarray) -> np.ndarray:
        """Return the distribution functions of the coordinates at values (d, n), shaped alike."""
        return self._below(*self.coordinates(), values)

    def _below(self, means: np.ndarray, stds: np.ndarray, values: np.ndarray) -> np.ndarray:
        from scipy.special import ndtr

        below = np.zeros(np.shape(values))
        for weight, m, s in zip(self.weights, means, stds, strict=True):
            below += weight * ndtr((values - m[:, None]) / s[:, None])
        return below
