"""Networks of a variance-preserving process: what they are given, and the numbers of that level.

x_vp = alpha x = alpha x0 + sqrt(1 - alpha^2) eps,   alpha = 1 / sqrt(1 + sigma^2).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import torch

from explorer.models.clock import Clock
from explorer.models.levels import answer, factor, levels


class Asked(NamedTuple):
    """A network's answer, with what belongs to it.

    Attributes
    ----------
    answer : torch.Tensor
        What the network says, shaped as x.
    x : torch.Tensor
        What it was given, alpha x.
    alpha, rest : torch.Tensor
        alpha and sqrt(1 - alpha^2), factors of x.
    sigma : torch.Tensor
        The level used, factor of x.
    """

    answer: torch.Tensor
    x: torch.Tensor
    alpha: torch.Tensor
    rest: torch.Tensor
    sigma: torch.Tensor


def ask(
    net: Any,
    x: torch.Tensor,
    sigma: float | torch.Tensor,
    cond: Any,
    *,
    clock: Clock,
    dtype: torch.dtype | None,
) -> Asked:
    """Ask a variance-preserving network about ``x = x0 + sigma * eps``."""
    time, used = clock.read(levels(sigma, x))
    alpha = torch.rsqrt(1.0 + used.square())
    scaled = factor(alpha, x) * x
    said = answer(net, scaled, time, cond, dtype=dtype)
    return Asked(said, scaled, factor(alpha, x), factor(used * alpha, x), factor(used, x))


def used(sigma: float | torch.Tensor, x: torch.Tensor, clock: Clock) -> torch.Tensor:
    """Return the levels that are used where `sigma` is asked for, float64 (B,)."""
    return clock.read(levels(sigma, x)).sigma
