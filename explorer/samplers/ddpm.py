"""Ancestral sampling of denoising diffusion probabilistic models."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import torch

from explorer.core.errors import InputError
from explorer.core.types import Noises, Step
from explorer.samplers.about import About
from explorer.samplers.exponential import Denoise, pairs

NAME = "ddpm"
ABOUT = About(
    title="DDPM, ancestral",
    source="Ho, Jain and Abbeel 2020, arXiv:2006.11239, eq. 7 and Algorithm 2",
    formula=r"x_b = r x_a + (1 - r) D + s\,\xi,\quad r = b^2/a^2,\; s^2 = b^2 (1 - r)",
    family="one-step",
)


@dataclass(frozen=True, slots=True)
class Ddpm:
    """``x_b = r x_a + (1 - r) D + s xi``, ``r = (b/a)^2``: x_b drawn given x_a and x0 = D.

    Parameters
    ----------
    variance : {"posterior", "upper"}
        ``s^2 = b^2 (1 - r)``, right for data in one point, or ``a^2 (1 - r)``, right for white
        data.

    Raises
    ------
    InputError
        For another variance.

    References
    ----------
    Ho, Jain and Abbeel, Denoising diffusion probabilistic models (2020), eq. 7, section 3.2

    Examples
    --------
    >>> Ddpm().nfe(10), Ddpm().stochastic
    (10, True)
    """

    variance: Literal["posterior", "upper"] = "posterior"

    name: ClassVar[str] = NAME
    order: ClassVar[int | None] = None
    stochastic: ClassVar[bool] = True
    needs_energy: ClassVar[bool] = False
    default_grid: ClassVar[str] = "karras"

    def __post_init__(self) -> None:
        if self.variance not in {"posterior", "upper"}:
            problem = f"variance = {self.variance!r}."
            raise InputError("variance", problem, 'Use "posterior" or "upper".')

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
            scale = b if self.variance == "posterior" else a
            s = scale * math.sqrt((a - b) * (a + b)) / a
            x = x0 if b == 0.0 else torch.lerp(x0, x, (b / a) ** 2) + s * noise.normal(x)
            yield Step(i, n, b, x, x0)


def build(variance: Literal["posterior", "upper"] = "posterior") -> Ddpm:
    """Return ancestral sampling."""
    return Ddpm(variance)
