"""Networks that predict the noise, in variance-preserving noise."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch

from explorer.models.clock import Clock
from explorer.models.linear_beta import LinearBeta
from explorer.models.preserving import ask, used


@dataclass(frozen=True, slots=True, eq=False)
class Epsilon:
    """D = x - sigma eps, where eps is the network's answer.

    Parameters
    ----------
    net : callable
        ``net(alpha x, t)`` -> the noise, (B, ...); t is (B,).
    clock : Clock
        `LinearBeta` or `Table`: the time that the network calls sigma.
    dtype : torch.dtype, optional
        What the network computes in; that of x if left out.

    References
    ----------
    Ho, Jain and Abbeel, Denoising diffusion probabilistic models (2020)

    Examples
    --------
    >>> silent = lambda x, t: torch.zeros_like(x)  # no noise at all, it says
    >>> from_epsilon(silent)(torch.ones(2, 1), 3.0).flatten()
    tensor([1., 1.])
    """

    net: Any
    clock: Clock = field(default_factory=LinearBeta)
    dtype: torch.dtype | None = None

    def __call__(
        self, x: torch.Tensor, sigma: float | torch.Tensor, cond: Any = None
    ) -> torch.Tensor:
        """Return the estimate of x0, shaped and typed as x; at the level of `used`."""
        asked = ask(self.net, x, sigma, cond, clock=self.clock, dtype=self.dtype)
        return x - asked.sigma * asked.answer

    def used(self, x: torch.Tensor, sigma: float | torch.Tensor) -> torch.Tensor:
        """Return the level really used for each sample, float64 (B,): rounded, or clamped."""
        return used(sigma, x, self.clock)


def from_epsilon(
    net: Any, clock: Clock | None = None, *, dtype: torch.dtype | None = None
) -> Epsilon:
    """Return the denoiser of a network that predicts the noise.

    Without a clock it is `LinearBeta`.
    """
    return Epsilon(net, LinearBeta() if clock is None else clock, dtype)
