"""Clocks: what a variance-preserving network calls a noise level.

Such a network is asked at a time t and knows levels from sigma_min to sigma_max. Outside them it
is asked at the nearest level it knows, which is said once and stands in ``clock.clamped``; a
thousandth outside is rounding and not said.
"""

from __future__ import annotations

import warnings
from typing import NamedTuple, Protocol

import torch

SLACK = 1e-3  # of a level: tables in single precision differ by that much at low noise


class Reading(NamedTuple):
    """What a clock shows.

    Attributes
    ----------
    time : torch.Tensor, (B,)
        What the network is given; whole numbers where it wants them.
    sigma : torch.Tensor, float64 (B,)
        The level that belongs to that time: the level that is really used.
    """

    time: torch.Tensor
    sigma: torch.Tensor


class Clock(Protocol):
    """From noise levels to a network's times."""

    @property
    def sigma_min(self) -> float:
        """Smallest level that the network knows."""
        ...

    @property
    def sigma_max(self) -> float:
        """Largest level that the network knows."""
        ...

    @property
    def clamped(self) -> tuple[float, float] | None:
        """Smallest and largest level asked for so far outside the known ones; None if none."""
        ...

    def read(self, sigma: torch.Tensor) -> Reading:
        """Return times and levels used, for levels asked for, float64 (B,)."""
        ...


def within(sigma: torch.Tensor, low: float, high: float, outside: list[float]) -> torch.Tensor:
    """Return levels clamped to [low, high]; what lay outside widens the range in `outside`.

    Parameters
    ----------
    sigma : torch.Tensor, float64 (B,)
    low, high : float
    outside : list of float
        Empty, or (smallest, largest) so far; changed in place. A warning comes when it was empty.
    """
    lowest, highest = (float(v) for v in sigma.detach().aminmax())
    if low <= lowest and highest <= high:
        return sigma
    away = [v for v in (lowest, highest) if not (1.0 - SLACK) * low <= v <= (1.0 + SLACK) * high]
    if away and not outside:
        warnings.warn(
            f"The network knows sigma from {low:.4g} to {high:.4g}; sigma = {away[0]:.4g} is "
            "clamped to that. Choose a noise grid inside it.",
            stacklevel=2,
        )
    if away:
        known = [*outside, *away]
        outside[:] = [min(known), max(known)]
    return sigma.clamp(low, high)


def clamped(outside: list[float]) -> tuple[float, float] | None:
    """Return the range kept by `within`, or None."""
    return (outside[0], outside[1]) if outside else None
