"""DPM-Solver-1: the first-order exponential integrator of the noise prediction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch

from explorer.core.types import Noises, Step
from explorer.samplers.about import About
from explorer.samplers.exponential import Denoise, pairs

NAME = "dpm-1"
ABOUT = About(
    title="DPM-Solver-1",
    source="Lu et al. 2022, arXiv:2206.00927, eq. 3.7",
    formula=r"x_b = x_a - b\,(e^{h} - 1)\,\varepsilon(x_a, a)",
    family="one-step",
    note="The same map as DDIM.",
)


@dataclass(frozen=True, slots=True)
class Dpm1:
    """``x_b = x_a - b (e^h - 1) eps(x_a, a)``, order 1.

    References
    ----------
    Lu et al., DPM-Solver (2022), eq. 3.7

    Examples
    --------
    >>> Dpm1().nfe(10)
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
            # b (e^h - 1) = a - b needs no exponential.
            x = x0 if b == 0.0 else x - (a - b) * ((x - x0) / a)
            yield Step(i, n, b, x, x0)


def build() -> Dpm1:
    """Return DPM-Solver-1."""
    return Dpm1()
