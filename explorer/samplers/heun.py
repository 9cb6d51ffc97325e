"""Heun's method of the EDM paper, with its optional fresh noise before each step (churn)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch

from explorer.core.errors import InputError
from explorer.core.types import Noises, Step
from explorer.samplers.about import About
from explorer.samplers.exponential import Denoise, pairs

NAME = "heun"
ABOUT = About(
    title="Heun (EDM)",
    source="Karras et al. 2022, arXiv:2206.00364, Algorithms 1 and 2",
    formula=r"x_b = \hat x + \tfrac{b - \hat a}{2}\,(d + d'),"
    r"\quad d = \tfrac{\hat x - D(\hat x, \hat a)}{\hat a}",
    family="one-step",
    note="Two evaluations a step; churn makes it stochastic.",
    ranges={
        "s_churn": (0.0, 100.0),
        "s_min": (0.0, 10.0),
        "s_max": (0.01, 100.0),
        "s_noise": (0.9, 1.1),
    },
)


@dataclass(frozen=True, slots=True)
class Heun:
    """``x_b = x + (b - a)(d + d')/2``, d the slope at a and d' that at b after an Euler step.

    With churn the noise is first raised to ``a (1 + gamma)``, ``gamma = min(s_churn / n, sqrt 2 -
    1)`` at levels from s_min to s_max.

    Parameters
    ----------
    s_churn : float
        Fresh noise of the whole run, at least 0; 0 follows the ODE with order 2.
    s_min, s_max : float
        Noise levels between which noise is added.
    s_noise : float
        Factor of the fresh noise, at least 0.

    Raises
    ------
    InputError
        If one of them is negative or s_churn is not finite.

    References
    ----------
    Karras et al., Elucidating the design space of diffusion-based generative models (2022),
    Algorithms 1 and 2

    Examples
    --------
    >>> Heun().nfe(10), Heun().nfe(10, "zero")
    (20, 19)
    """

    s_churn: float = 0.0
    s_min: float = 0.0
    s_max: float = math.inf
    s_noise: float = 1.0

    name: ClassVar[str] = NAME
    needs_energy: ClassVar[bool] = False
    default_grid: ClassVar[str] = "karras"

    def __post_init__(self) -> None:
        for key in ("s_churn", "s_min", "s_max", "s_noise"):
            value = getattr(self, key)
            if not value >= 0.0 or (value == math.inf and key != "s_max"):
                raise InputError(key, f"{key} = {value}.", "Give a finite number >= 0.")

    @property
    def order(self) -> int | None:
        """2, or None with churn."""
        return 2 if self.s_churn == 0.0 else None

    @property
    def stochastic(self) -> bool:
        """Whether s_churn is positive."""
        return self.s_churn > 0.0

    def nfe(self, n: int, end: str = "sigma_min") -> int:
        """Return 2 n; the step to 0 needs one evaluation."""
        return 2 * n - (end == "zero")

    def energy(self, n: int, end: str = "sigma_min") -> int:
        """Return 0."""
        return 0

    def steps(
        self, denoise: Denoise, x: torch.Tensor, sigmas: np.ndarray, noise: Noises
    ) -> Iterator[Step]:
        """Yield a `Step` after each step."""
        n = len(sigmas) - 1
        for i, a, b in pairs(sigmas):
            gamma = min(self.s_churn / n, math.sqrt(2.0) - 1.0)
            raised = a * (1.0 + gamma) if self.s_min <= a <= self.s_max else a
            if raised > a:
                extra = self.s_noise * math.sqrt((raised - a) * (raised + a))
                x = x + extra * noise.normal(x)
            x0 = denoise(x, raised)
            if b == 0.0:
                yield Step(i, n, b, x0, x0)
                return
            slope = (x - x0) / raised
            ahead = x + (b - raised) * slope
            x0 = denoise(ahead, b)
            x = x + (0.5 * (b - raised)) * (slope + (ahead - x0) / b)
            yield Step(i, n, b, x, x0)


def build(
    s_churn: float = 0.0, s_min: float = 0.0, s_max: float = math.inf, s_noise: float = 1.0
) -> Heun:
    """Return Heun's method."""
    return Heun(s_churn, s_min, s_max, s_noise)
