"""Networks of flow matching: velocities on straight lines from data to noise."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch

from explorer.core.errors import InputError
from explorer.models.levels import answer, factor, levels


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """D = x_t - t u(x_t, t),  x_t = (1 - t) x,  t = sigma / (1 + sigma).

    The lines are x_t = (1 - t) x0 + t eps, and u is the mean of eps - x0.

    Parameters
    ----------
    net : callable
        ``u(x_t, scale * t)``, (B, ...); the time is (B,). For a network whose data are at t = 1
        give ``lambda x, t: -net(x, 1 - t)``.
    scale : float
        Unit of the network's time; 1000 for many published ones.
    dtype : torch.dtype, optional
        What the network computes in; that of x if left out.

    References
    ----------
    Lipman et al., Flow matching for generative modeling (2023);
    Liu, Gong and Liu, Flow straight and fast: rectified flow (2023)

    Examples
    --------
    >>> still = lambda x, t: torch.zeros_like(x)
    >>> from_flow(still)(torch.ones(1, 1), 1.0).item()  # x_t = x / 2
    0.5
    """

    net: Any
    scale: float = 1.0
    dtype: torch.dtype | None = None

    def __post_init__(self) -> None:
        if not 0.0 < self.scale < math.inf:
            raise InputError("scale", f"scale = {self.scale} is not positive.", "Give 1 or 1000.")

    def __call__(
        self, x: torch.Tensor, sigma: float | torch.Tensor, cond: Any = None
    ) -> torch.Tensor:
        """Return the estimate of x0, shaped and typed as x."""
        level = levels(sigma, x)
        t = level / (1.0 + level)
        x_t = factor(1.0 / (1.0 + level), x) * x
        u = answer(self.net, x_t, self.scale * t, cond, dtype=self.dtype)
        return x_t - factor(t, x) * u


def from_flow(net: Any, *, scale: float = 1.0, dtype: torch.dtype | None = None) -> Flow:
    """Return the denoiser of a flow-matching network whose data are at t = 0."""
    return Flow(net, scale, dtype)
