"""One segment of RTK as a sampling problem: the reverse transition kernel, in our sigma.

From x at level t, a draw y at level s < t has, by Bayes' rule,

    pi(y) ~ p_s(y) exp(-|x - y|^2 / (2 gap)),  gap = sigma_t^2 - sigma_s^2,  pi = exp(-g),
    grad g(y) = (y - D(y, sigma_s)) / sigma_s^2 + (y - x) / gap.

At sigma_s = 0 the first term is the score of the data, which only exact laws know. Inner chains
draw from pi. With y = e^s z and x = e^t x' it is the kernel of the
Ornstein-Uhlenbeck process (Huang et al., arXiv:2405.16387).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch


class Inner(NamedTuple):
    """Where an inner chain stands after one of its steps.

    Attributes
    ----------
    y : torch.Tensor, (B, ...)
    answer : torch.Tensor
        The last answer of `Kernel.evaluate` that the chain keeps.
    accepted : torch.Tensor or None
        Proposals accepted so far, float64 (B,); None for chains without rejection.
    """

    y: torch.Tensor
    answer: torch.Tensor
    accepted: torch.Tensor | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Kernel:
    """The target of one segment.

    Parameters
    ----------
    denoise : callable
        ``denoise(x, sigma) -> x0``; with `score` for ``lower = 0``, `log_density` for `energy`.
    x : torch.Tensor
        States at ``upper``.
    upper, lower : float
        sigma_t > sigma_s >= 0.

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

    def evaluate(self, y: torch.Tensor) -> torch.Tensor:
        """Return D(y, sigma_s), at sigma_s = 0 the score of the data: one evaluation."""
        if self.lower == 0.0:
            return self.denoise.score(y, 0.0)
        return self.denoise(y, self.lower)

    def gradient(self, y: torch.Tensor, answer: torch.Tensor) -> torch.Tensor:
        """Return grad g(y) from what `evaluate` answers."""
        down = -answer if self.lower == 0.0 else (y - answer) / self.lower**2
        return down + (y - self.x) / self.gap

    def clean(self, inner: Inner) -> torch.Tensor:
        """Return the chain's last estimate of x0; at sigma_s = 0 its state."""
        return inner.y if self.lower == 0.0 else inner.answer

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
