"""A mixture of Gaussians: denoiser, score and log density in closed form.

    p(x) = sum_k w_k N(x; m_k, S_k);   with C_k = S_k + sigma^2 I and r_k ~ w_k N(z; m_k, C_k),
    D(z) = sum_k r_k [m_k + S_k C_k^-1 (z - m_k)],   score(z) = -sum_k r_k C_k^-1 (z - m_k).

From data: clusters by k-means, and in each the covariance of its n_k images shrunk towards the
covariance S_w within all clusters, ``(n_k S_k + nu S_w) / (n_k + nu) + floor I``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import torch

from explorer.core.errors import InputError
from explorer.denoisers.about import About
from explorer.denoisers.noise import by_level, check_images, levels
from explorer.denoisers.statistics import image_array
from explorer.denoisers.sums import Sums

NAME = "gaussian-mixture"
ABOUT = About(
    title="Gaussian mixture",
    source="closed form",
    cost=r"O(k d^2)",
    memory=r"$k\,d^2$ numbers: axes of $k$ components",
)
LARGEST = 4 << 30  # bytes of all components' axes
SAMPLE = 10_000  # images that the clusters are found from


@dataclass(frozen=True, slots=True, eq=False)
class GaussianMixture:
    """Posterior mean, score and log density of a mixture; a denoiser.

    Parameters
    ----------
    weights : numpy.ndarray, shape (K,)
        Positive, sum 1.
    means : numpy.ndarray, shape (K, d)
    covariances : numpy.ndarray, shape (K, d, d)
        Symmetric, positive definite.
    shape : tuple of int
        (C, H, W) with d = C H W.

    Examples
    --------
    >>> ends = GaussianMixture(
    ...     np.array([0.5, 0.5]), np.array([[-1.0], [1.0]]), np.full((2, 1, 1), 1e-9), (1, 1, 1)
    ... )
    >>> ends(torch.full((1, 1, 1, 1), 0.5), 1.0).item()  # tanh(0.5)
    0.4621...
    """

    weights: np.ndarray
    means: np.ndarray
    covariances: np.ndarray
    shape: tuple[int, int, int]
    _axes: list[tuple[torch.Tensor, torch.Tensor]] = field(
        default_factory=list, init=False, repr=False
    )

    def __post_init__(self) -> None:
        for k, covariance in enumerate(self.covariances):
            values, vectors = np.linalg.eigh(covariance)
            if not values[0] > 0.0:
                problem = f"The covariance of component {k} has eigenvalue {values[0]:.3g}."
                raise InputError(
                    "covariances", problem, "Give positive definite ones; add a floor."
                )
            self._axes.append((torch.from_numpy(values), torch.from_numpy(vectors)))

    def __call__(self, x: torch.Tensor, sigma: float | torch.Tensor) -> torch.Tensor:
        """Return the denoised images, shaped (B, C, H, W) as x and of its type."""
        return self._levelled(x, sigma, _mean).to(x.dtype).reshape(x.shape)

    def score(self, x: torch.Tensor, sigma: float | torch.Tensor) -> torch.Tensor:
        """Return the gradient of `log_density`, shaped as x; sigma may be 0."""
        return self._levelled(x, sigma, _score).to(x.dtype).reshape(x.shape)

    def log_density(self, x: torch.Tensor, sigma: float | torch.Tensor) -> torch.Tensor:
        """Return the log density of noisy images, float64 (B,)."""
        return self._levelled(x, sigma, _log_density)

    def _levelled(
        self,
        x: torch.Tensor,
        sigma: float | torch.Tensor,
        answer: Callable[[list[_Part]], torch.Tensor],
    ) -> torch.Tensor:
        """Return an answer of the components for every row, level by level, float64."""
        rows = check_images(x, self.shape).double()
        answers, order = [], []
        for level, index in by_level(levels(sigma, len(rows))):
            answers.append(answer(self._parts(rows[torch.from_numpy(index).to(x.device)], level)))
            order.append(index)
        back = torch.from_numpy(np.argsort(np.concatenate(order))).to(x.device)
        return torch.cat(answers)[back]

    def _parts(self, rows: torch.Tensor, sigma: float) -> list[_Part]:
        parts = []
        constant = rows.shape[1] * math.log(2.0 * math.pi)
        for weight, centre, axes in zip(self.weights, self.means, self._axes, strict=True):
            values, vectors = (a.to(rows.device) for a in axes)
            m = torch.from_numpy(centre).to(rows.device)
            turned = (rows - m) @ vectors
            total = values + sigma**2
            exponent = (turned.square() / total).sum(dim=1) + total.log().sum() + constant
            parts.append(
                _Part(math.log(weight) - 0.5 * exponent, m, turned, values, total, vectors)
            )
        return parts


class _Part(NamedTuple):
    """A component with the rows (B, d) along its axes; total is values + sigma^2."""

    log_share: torch.Tensor  # (B,)
    m: torch.Tensor
    turned: torch.Tensor
    values: torch.Tensor
    total: torch.Tensor
    vectors: torch.Tensor


def _mean(parts: list[_Part]) -> torch.Tensor:
    means = [p.m + (p.turned * (p.values / p.total)) @ p.vectors.T for p in parts]
    return _blended(parts, means)


def _score(parts: list[_Part]) -> torch.Tensor:
    return -_blended(parts, [(p.turned / p.total) @ p.vectors.T for p in parts])


def _log_density(parts: list[_Part]) -> torch.Tensor:
    return torch.logsumexp(torch.stack([p.log_share for p in parts]), dim=0)


def _blended(parts: list[_Part], of_each: list[torch.Tensor]) -> torch.Tensor:
    """Return sum_k r_k v_k, (B, d)."""
    r = torch.softmax(torch.stack([p.log_share for p in parts]), dim=0)
    return (r[:, :, None] * torch.stack(of_each)).sum(dim=0)


def build(
    data: Any,
    *,
    components: int = 10,
    shrinkage: float = 20.0,
    floor: float = 1e-4,
    seed: int = 0,
) -> GaussianMixture:
    """Return the mixture estimated from a data set.

    Parameters
    ----------
    data : ImageSet or numpy.ndarray, uint8 (N, C, H, W)
    components : int
        K; at most N. Empty clusters are left out.
    shrinkage : float
        nu >= 0, in images.
    floor : float
        Variance > 0 that is added in all directions.
    seed : int
        Of k-means.
    """
    array = image_array(data)
    rows = array.reshape(len(array), -1)
    _check(components, shrinkage, floor, rows.shape)
    labels = _clusters(rows, components, seed)
    parts = [Sums.of(rows[labels == k]) for k in range(components) if (labels == k).any()]
    counts = np.array([part.n for part in parts])
    # With 1/n, so that a cluster of one image has covariance 0 and n S is its scatter.
    scatters = [part.covariance() * max(part.n - 1, 1) for part in parts]
    within = np.sum(scatters, axis=0) / counts.sum()
    identity = floor * np.eye(rows.shape[1])
    covariances = [
        (scatter + shrinkage * within) / (n + shrinkage) + identity
        for scatter, n in zip(scatters, counts, strict=True)
    ]
    c, h, w = array.shape[1:]
    means = np.stack([part.mean() for part in parts])
    return GaussianMixture(counts / counts.sum(), means, np.stack(covariances), (c, h, w))


def _clusters(rows: np.ndarray, components: int, seed: int) -> np.ndarray:
    """Return the nearest of K centres for every image, found from at most SAMPLE of them."""
    from sklearn.cluster import KMeans

    chosen = np.random.default_rng(seed).permutation(len(rows))[:SAMPLE]
    means = KMeans(components, n_init="auto", random_state=seed).fit(
        rows[chosen].astype(np.float32)
    )
    return np.concatenate(
        [means.predict(rows[i : i + 1024].astype(np.float32)) for i in range(0, len(rows), 1024)]
    )


def _check(components: int, shrinkage: float, floor: float, shape: tuple[int, ...]) -> None:
    n, d = shape
    if not 1 <= components <= n:
        problem = f"components = {components} for {n} images."
        raise InputError("components", problem, "Give 1 to the number of images.")
    if components * d * d * 8 > LARGEST:
        problem = f"{components} components of {d} pixels do not fit into memory."
        raise InputError("components", problem, "Use fewer components or smaller images.")
    if not (0.0 <= shrinkage < math.inf and 0.0 < floor < math.inf):
        problem = f"shrinkage = {shrinkage} or floor = {floor} is out of range."
        raise InputError("floor", problem, "Give shrinkage >= 0 and floor > 0.")
