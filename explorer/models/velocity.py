"""Networks that predict the velocity v, in variance-preserving noise."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch

from explorer.models.clock import Clock
from explorer.models.linear_beta import LinearBeta
from explorer.models.preserving import ask, used


@dataclass(frozen=True, slots=True, eq=False)
class Velocity:
    """D = alpha x_vp - sqrt(1 - alpha^2) v,  v = alpha eps - sqrt(1 - alpha^2) x0.

    Parameters
    ----------
    net : callable
        ``net(alpha x, t)`` -> the velocity v, (B, ...); t is (B,).
    clock : Clock
        `LinearBeta` or `Table`: the time that the network calls sigma.
    dtype : torch.dtype, optional
        What the network computes in; that of x if left out.

    References
    ----------
    Salimans and Ho, Progressive distillation for fast sampling of diffusion models (2022)

    Examples
    --------
    >>> still = lambda x, t: torch.zeros_like(x)
    >>> from_v(still)(torch.ones(1, 1), 1.0).item()  # alpha^2 = 1/2
    0.4999...
    """

    net: Any
    clock: Clock = field(default_factory=LinearBeta)
    dtype: torch.dtype | None = None

    def __call__(
        self, x: torch.Tensor, sigma: float | torch.Tensor, cond: Any = None
    ) -> torch.Tensor:
        """Return the estimate of x0, shaped and typed as x; at the level of `used`."""
        asked = ask(self.net, x, sigma, cond, clock=self.clock, dtype=self.dtype)
        return asked.alpha * asked.x - asked.rest * asked.answer

    def used(self, x: torch.Tensor, sigma: float | torch.Tensor) -> torch.Tensor:
        """Return the level really used for each sample, float64 (B,): rounded, or clamped."""
        return used(sigma, x, self.clock)


def from_v(net: Any, clock: Clock | None = None, *, dtype: torch.dtype | None = None) -> Velocity:
    """Return the denoiser of a network that predicts the velocity v.

    Without a clock it is `LinearBeta`.
    """
    return Velocity(net, LinearBeta() if clock is None else clock, dtype)
