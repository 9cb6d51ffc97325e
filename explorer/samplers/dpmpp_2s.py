"""DPM-Solver++ (2S): a second-order exponential integrator of the data prediction."""

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
from explorer.samplers.exponential import Denoise, log_ratio, pairs, towards

NAME = "dpmpp-2s"
ABOUT = About(
    title="DPM-Solver++ (2S)",
    source="Lu et al. 2022, arXiv:2211.01095, Algorithm 1",
    formula=r"x_b = \tfrac{b}{a} x_a + \big(1 - \tfrac{b}{a}\big)\big[(1 - \tfrac{1}{2r})\,"
    r"D(x_a, a) + \tfrac{1}{2r}\,D(u, \sigma_r)\big]",
    family="one-step",
    note="Two evaluations a step.",
    ranges={"r": (0.1, 1.0)},
)


@dataclass(frozen=True, slots=True)
class Dpmpp2S:
    """``u = (s/a) x_a - E1(-r h) D(x_a, a)``, ``x_b = (b/a) x_a - E1(-h) D~``, order 2.

    Here ``D~ = (1 - 1/(2r)) D(x_a, a) + D(u, s) / (2r)`` and ``s = a e^(-r h)``.

    Parameters
    ----------
    r : float
        Place of the inner node, 0 < r <= 1 of the step in log sigma.

    Raises
    ------
    InputError
        If r lies outside (0, 1].

    References
    ----------
    Lu et al., DPM-Solver++ (2022), Algorithm 1

    Examples
    --------
    >>> Dpmpp2S().nfe(10), Dpmpp2S().nfe(10, "zero")
    (20, 19)
    """

    r: float = 0.5

    name: ClassVar[str] = NAME
    order: ClassVar[int | None] = 2
    stochastic: ClassVar[bool] = False
    needs_energy: ClassVar[bool] = False
    default_grid: ClassVar[str] = "karras"

    def __post_init__(self) -> None:
        if not 0.0 < self.r <= 1.0:
            raise InputError("r", f"r = {self.r} is no place inside a step.", "Give 0 < r <= 1.")

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
            x0 = denoise(x, a)
            if b == 0.0:
                yield Step(i, n, b, x0, x0)
                return
            inner = a * math.exp(-self.r * log_ratio(a, b))
            x1 = denoise(towards(x, x0, a, inner), inner)
            x = towards(x, torch.lerp(x0, x1, 0.5 / self.r), a, b)
            yield Step(i, n, b, x, x1)


def build(r: float = 0.5) -> Dpmpp2S:
    """Return DPM-Solver++ (2S)."""
    return Dpmpp2S(r)
