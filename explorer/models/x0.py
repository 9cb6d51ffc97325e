"""Networks that predict the clean data, in variance-preserving noise."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch

from explorer.models.clock import Clock
from explorer.models.linear_beta import LinearBeta
from explorer.models.preserving import ask, used


@dataclass(frozen=True, slots=True, eq=False)
class X0:
    """D is the network's answer.

    Parameters
    ----------
    net : callable
        ``net(alpha x, t)`` -> the clean data, (B, ...); t is (B,).
    clock : Clock
        `LinearBeta` or `Table`: the time that the network calls sigma.
    dtype : torch.dtype, optional
        What the network computes in; that of x if left out.

    References
    ----------
    Salimans and Ho, Progressive distillation for fast sampling of diffusion models (2022)

    Examples
    --------
    >>> half = lambda x, t: 0.5 * x
    >>> from_x0(half)(torch.ones(1, 1), 1.0).item()  # half of 1 / sqrt(2)
    0.3535...
    """

    net: Any
    clock: Clock = field(default_factory=LinearBeta)
    dtype: torch.dtype | None = None

    def __call__(
        self, x: torch.Tensor, sigma: float | torch.Tensor, cond: Any = None
    ) -> torch.Tensor:
        """Return the estimate of x0, shaped and typed as x; at the level of `used`."""
        asked = ask(self.net, x, sigma, cond, clock=self.clock, dtype=self.dtype)
        return asked.answer

    def used(self, x: torch.Tensor, sigma: float | torch.Tensor) -> torch.Tensor:
        """Return the level really used for each sample, float64 (B,): rounded, or clamped."""
        return used(sigma, x, self.clock)


def from_x0(net: Any, clock: Clock | None = None, *, dtype: torch.dtype | None = None) -> X0:
    """Return the denoiser of a network that predicts the clean data.

    Without a clock it is `LinearBeta`.
    """
    return X0(net, LinearBeta() if clock is None else clock, dtype)
