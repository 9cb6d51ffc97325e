"""Denoising diffusion implicit models: the first-order step, with as much noise as wanted."""

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

NAME = "ddim"
ABOUT = About(
    title="DDIM",
    source="Song, Meng and Ermon 2021, arXiv:2010.02502, eq. 12 and 16",
    formula=r"x_b = D + \sqrt{b^2 - c^2}\,\frac{x_a - D}{a} + c\,\xi,\quad "
    r"c^2 = \eta^2 b^2 (1 - b^2/a^2)",
    family="one-step",
    note="eta = 0 follows the ODE; eta = 1 is DDPM.",
    ranges={"eta": (0.0, 1.0)},
)


@dataclass(frozen=True, slots=True)
class Ddim:
    """``x_b = D + sqrt(b^2 - c^2) (x_a - D)/a + c xi``, ``c^2 = eta^2 b^2 (1 - b^2/a^2)``.

    Parameters
    ----------
    eta : float
        0 to 1; how much of the noise is fresh. 0 follows the ODE with order 1.

    Raises
    ------
    InputError
        If eta lies outside [0, 1].

    References
    ----------
    Song, Meng and Ermon, Denoising diffusion implicit models (2021), eq. 12 and 16

    Examples
    --------
    >>> Ddim().stochastic, Ddim(eta=1.0).stochastic
    (False, True)
    """

    eta: float = 0.0

    name: ClassVar[str] = NAME
    needs_energy: ClassVar[bool] = False
    default_grid: ClassVar[str] = "karras"

    def __post_init__(self) -> None:
        if not 0.0 <= self.eta <= 1.0:
            raise InputError("eta", f"eta = {self.eta} is not a share.", "Give 0 to 1.")

    @property
    def order(self) -> int | None:
        """1, or None with fresh noise."""
        return 1 if self.eta == 0.0 else None

    @property
    def stochastic(self) -> bool:
        """Whether eta is positive."""
        return self.eta > 0.0

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
            c = self.eta * b * math.sqrt((a - b) * (a + b)) / a
            change = x - x0
            x = x0 if b == 0.0 else x0 + (math.sqrt((b - c) * (b + c)) / a) * change
            if c:
                x = x + c * noise.normal(x)
            yield Step(i, n, b, x, x0)


def build(eta: float = 0.0) -> Ddim:
    """Return DDIM."""
    return Ddim(eta)
