"""One segment of RTK as a sampling problem: the reverse transition kernel, in our sigma.

From x at level t, a draw y at level s < t has, by Bayes' rule,

    pi(y) ~ p_s(y) exp(-|x - y|^2 / (2 gap)),  gap = sigma_t^2 - sigma_s^2,  pi = exp(-g),
    grad g(y) = (y - D(y, sigma_s)) / sigma_s^2 + (y - x) / gap.

Inner chains draw from pi. With y = e^s z and x = e^t x' it is the kernel of the
Ornstein-Uhlenbeck process (Huang et al., arXiv:2405.16387).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch


@dataclass(frozen=True, slots=True, eq=False)
class Kernel:
    """The target of one segment.

    Parameters
    ----------
    denoise : callable
        ``denoise(x, sigma) -> x0``.
    x : torch.Tensor
        States at ``upper``.
    upper, lower : float
        sigma_t > sigma_s > 0.

    Examples
    --------
    >>> flat = Kernel(lambda y, sigma: y, torch.zeros(1, 1), 2.0, 1.0)
    >>> flat.gradient(torch.full((1, 1), 6.0), torch.full((1, 1), 6.0)).item()  # 6 / (4 - 1)
    2.0
    """

    denoise: Any
    x: torch.Tensor
    upper: float
    lower: float

    @property
    def gap(self) -> float:
        """sigma_t^2 - sigma_s^2."""
        return (self.upper - self.lower) * (self.upper + self.lower)

    def denoised(self, y: torch.Tensor) -> torch.Tensor:
        """Return D(y, sigma_s): one evaluation."""
        return self.denoise(y, self.lower)

    def gradient(self, y: torch.Tensor, denoised: torch.Tensor) -> torch.Tensor:
        """Return grad g(y) from D(y, sigma_s)."""
        return (y - denoised) / self.lower**2 + (y - self.x) / self.gap

    def energy(self, y: torch.Tensor) -> torch.Tensor:
        """Return g(y) up to a constant, float64 (B,): one energy evaluation.

        The denoiser must have a `log_density`.
        """
        log_p = self.denoise.log_density(y, self.lower).double()
        return square(y - self.x) / (2.0 * self.gap) - log_p

    def step(self, c: float, variance: float) -> float:
        """Return c / L with L = 1/gap + 1/(variance + sigma_s^2).

        Parameters
        ----------
        c : float
            Step in units of 1/L.
        variance : float
            Smallest variance of the data in any direction; 0 where it is not known.
        """
        return c / (1.0 / self.gap + 1.0 / (variance + self.lower**2))


def square(v: torch.Tensor) -> torch.Tensor:
    """Return |v|^2 of each sample, float64 (B,)."""
    return v.double().square().flatten(1).sum(dim=1)


def dot(u: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    """Return <u, v> of each sample, float64 (B,)."""
    return (u.double() * v.double()).flatten(1).sum(dim=1)


def smallest_variance(denoise: object) -> float:
    """Return the smallest variance of a mixture's components; 0 for any other denoiser.

    Examples
    --------
    >>> smallest_variance(lambda x, sigma: x)
    0.0
    """
    covariances = getattr(denoise, "covariances", None)
    return 0.0 if covariances is None else float(np.linalg.eigvalsh(covariances).min())
