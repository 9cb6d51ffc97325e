"""Euler's method for the probability-flow ODE ``dx/dsigma = (x - D(x, sigma)) / sigma``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch

from explorer.core.types import Noises, Step
from explorer.samplers.about import About
from explorer.samplers.exponential import Denoise, pairs

NAME = "euler"
ABOUT = About(
    title="Euler",
    source="Karras et al. 2022, arXiv:2206.00364, Algorithm 1 without its correction",
    formula=r"x_b = x_a + (b - a)\,\frac{x_a - D(x_a, a)}{a}",
    family="one-step",
    note="The same map as DDIM, written for sigma.",
)


@dataclass(frozen=True, slots=True)
class Euler:
    """``x_b = x_a + (b - a) (x_a - D(x_a, a)) / a``, order 1, one evaluation a step.

    References
    ----------
    Karras et al., Elucidating the design space of diffusion-based generative models (2022),
    Algorithm 1, lines 3 to 5

    Examples
    --------
    >>> Euler().nfe(10)
    10
    """

    name: ClassVar[str] = NAME
    order: ClassVar[int | None] = 1
    stochastic: ClassVar[bool] = False
    needs_energy: ClassVar[bool] = False
    default_grid: ClassVar[str] = "karras"

    def nfe(self, n: int, end: str = "sigma_min") -> int:
        """Return n: one evaluation a step."""
        return n

    def energy(self, n: int, end: str = "sigma_min") -> int:
        """Return 0."""
        return 0

    def steps(
        self, denoise: Denoise, x: torch.Tensor, sigmas: np.ndarray, noise: Noises
    ) -> Iterator[Step]:
        """Yield a `Step` after each step."""
        n = len(sigmas) - 1
        for i, a, b in pairs(sigmas):
            x0 = denoise(x, a)
            x = x0 if b == 0.0 else x + ((b - a) / a) * (x - x0)
            yield Step(i, n, b, x, x0)


def build() -> Euler:
    """Return Euler's method."""
    return Euler()
