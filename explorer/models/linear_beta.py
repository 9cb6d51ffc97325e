"""The clock of networks trained in continuous time, with a rate of noise that grows linearly.

sigma(t)^2 = exp((beta_max - beta_min) t^2 / 2 + beta_min t) - 1,    0 <= t <= 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import torch

from explorer.core.errors import InputError
from explorer.models.clock import Reading, clamped, within


@dataclass(frozen=True, slots=True, eq=False)
class LinearBeta:
    """Continuous variance-preserving time, inverted in closed form.

    Parameters
    ----------
    beta_min, beta_max : float
        Rates of noise at t = 0 and 1, 0 < beta_min < beta_max.
    scale : float
        The network is given ``scale * t``; 999 for the networks of the paper's code.

    Raises
    ------
    InputError
        With the name of a parameter that is out of range.

    References
    ----------
    Song et al., Score-based generative modeling through stochastic differential equations (2021)

    Examples
    --------
    >>> clock = LinearBeta()
    >>> t, sigma = clock.read(torch.tensor([1.0], dtype=torch.float64))
    >>> bool(torch.isclose(clock.sigma(t), sigma)), round(clock.sigma_max, 1)
    (True, 152.2)
    """

    beta_min: float = 0.1
    beta_max: float = 20.0
    scale: float = 1.0
    _outside: list[float] = field(default_factory=list, init=False, repr=False)

    def __post_init__(self) -> None:
        if not 0.0 < self.beta_min < self.beta_max < math.inf:
            problem = f"beta_min = {self.beta_min} and beta_max = {self.beta_max} do not grow."
            raise InputError("beta_min", problem, "Give 0 < beta_min < beta_max, as 0.1 and 20.")
        if not 0.0 < self.scale < math.inf:
            raise InputError("scale", f"scale = {self.scale} is not positive.", "Give 1 or 999.")

    @property
    def sigma_min(self) -> float:
        """0: the level at t = 0."""
        return 0.0

    @property
    def sigma_max(self) -> float:
        """The level at t = 1."""
        return math.sqrt(math.expm1(0.5 * (self.beta_max + self.beta_min)))

    @property
    def clamped(self) -> tuple[float, float] | None:
        """Smallest and largest level asked for so far that lay outside; None if none."""
        return clamped(self._outside)

    def read(self, sigma: torch.Tensor) -> Reading:
        """Return ``scale * t`` and the levels, float64 (B,)."""
        used = within(sigma, self.sigma_min, self.sigma_max, self._outside)
        decay = torch.log1p(used.square())
        slope = self.beta_max - self.beta_min
        # Not the textbook root: this one loses no digits at small sigma.
        root = torch.sqrt(self.beta_min**2 + 2.0 * slope * decay)
        return Reading(self.scale * 2.0 * decay / (self.beta_min + root), used)

    def sigma(self, time: torch.Tensor) -> torch.Tensor:
        """Return the level at a time as the network is given it."""
        t = time / self.scale
        rate = 0.5 * (self.beta_max - self.beta_min) * t.square() + self.beta_min * t
        return torch.expm1(rate).sqrt()
