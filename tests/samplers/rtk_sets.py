"""The mixture of the RTK tests: three modes about distance 1 apart, in three dimensions."""

import numpy as np
import torch

from explorer.analysis.mixture_law import MixtureLaw
from explorer.denoisers.gaussian_mixture import GaussianMixture

WEIGHTS = np.array([0.5, 0.3, 0.2])
MEANS = np.array([[0.0, 0.0, 0.0], [1.0, 0.2, -0.3], [-0.4, 0.9, 0.5]])
COVARIANCES = np.array([0.16, 0.2, 0.3])[:, None, None] * np.eye(3)
UPPER, LOWER = 1.2, 0.4
GAP = UPPER**2 - LOWER**2


def mixture() -> GaussianMixture:
    return GaussianMixture(WEIGHTS, MEANS, COVARIANCES, (1, 1, 3))


def law() -> MixtureLaw:
    return MixtureLaw(WEIGHTS, MEANS, COVARIANCES)


def noisy(n: int, sigma: float, seed: int = 0) -> torch.Tensor:
    """Exact samples of p_sigma, (n, 1, 1, 3)."""
    return torch.from_numpy(law().at(sigma).draw(n, seed=seed)).reshape(n, 1, 1, 3)


def posterior(x: np.ndarray) -> MixtureLaw:
    """The kernel from x at UPPER to LOWER, worked out with full matrices."""
    identity = np.eye(3)
    logs, means, covariances = [], [], []
    for w, m, s in zip(WEIGHTS, MEANS, COVARIANCES, strict=True):
        total = s + UPPER**2 * identity
        quadratic = (x - m) @ np.linalg.solve(total, x - m)
        logs.append(np.log(w) - 0.5 * quadratic - 0.5 * np.linalg.slogdet(total)[1])
        inner = np.linalg.inv(s + LOWER**2 * identity)
        covariances.append(np.linalg.inv(inner + identity / GAP))
        means.append(covariances[-1] @ (inner @ m + x / GAP))
    weights = np.exp(np.array(logs) - max(logs))
    return MixtureLaw(weights / weights.sum(), np.array(means), np.array(covariances))
