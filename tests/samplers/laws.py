"""Laws whose denoiser is exact, and whose probability-flow ODE is solved: closed form, or fine RK4.

Elementwise float64 throughout, so that a row's answer does not depend on the rows beside it.
"""

from __future__ import annotations

import functools

import numpy as np
import torch

from explorer.denoisers.gaussian_mixture import GaussianMixture

HIGH, LOW = 10.0, 0.1  # noise levels of the order tests
MEAN, STD = 0.3, 0.7
WEIGHTS = np.array([0.5, 0.3, 0.2])
MEANS = np.array([[-1.0, 0.0, 0.5], [1.0, 0.5, -0.5], [0.0, -1.0, 1.0]])
VARIANCES = np.array([0.3, 0.2, 0.16])


def start(n: int = 32, *, sigma: float = HIGH, seed: int = 1) -> torch.Tensor:
    """Noise of size sigma, float64 (n, 3)."""
    generator = torch.Generator().manual_seed(seed)
    return sigma * torch.randn(n, 3, generator=generator, dtype=torch.float64)


def gaussian(x: torch.Tensor, sigma: float) -> torch.Tensor:
    """Denoiser of N(MEAN, STD^2 I)."""
    return MEAN + (x - MEAN) * (STD**2 / (STD**2 + sigma**2))


def gaussian_path(x: torch.Tensor, a: float, b: float) -> torch.Tensor:
    """The ODE's solution at b from x at a."""
    return MEAN + (x - MEAN) * np.sqrt((STD**2 + b**2) / (STD**2 + a**2))


def mixture(x: torch.Tensor, sigma: float) -> torch.Tensor:
    """Denoiser of three Gaussians in three dimensions."""
    weights, means, variances = (torch.from_numpy(v) for v in (WEIGHTS, MEANS, VARIANCES))
    total = variances + sigma**2
    away = x[:, None] - means
    logits = weights.log() - 0.5 * away.square().sum(-1) / total - 1.5 * total.log()
    r = torch.softmax(logits, dim=1)[..., None]
    return (r * (means + away * (variances / total)[:, None])).sum(dim=1)


@functools.cache
def mixture_end(steps: int = 4000) -> torch.Tensor:
    """The ODE's solution at LOW from `start()` at HIGH: classical Runge-Kutta in log sigma."""
    x = start()
    times = np.linspace(np.log(HIGH), np.log(LOW), steps + 1)

    def slope(t: float, x: torch.Tensor) -> torch.Tensor:
        return x - mixture(x, float(np.exp(t)))

    for t, h in zip(times, np.diff(times), strict=False):
        k1 = slope(t, x)
        k2 = slope(t + h / 2, x + (h / 2) * k1)
        k3 = slope(t + h / 2, x + (h / 2) * k2)
        k4 = slope(t + h, x + h * k3)
        x = x + (h / 6) * (k1 + 2 * k2 + 2 * k3 + k4)
    return x


def images() -> GaussianMixture:
    """The mixture as a denoiser of images (1, 1, 3), with score and log density."""
    covariances = np.stack([v * np.eye(3) for v in VARIANCES])
    return GaussianMixture(WEIGHTS, MEANS, covariances, (1, 1, 3))
