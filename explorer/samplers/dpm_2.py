"""DPM-Solver-2: a second-order exponential integrator of the noise prediction, one node inside."""

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
from explorer.samplers.exponential import Denoise, log_ratio, pairs

NAME = "dpm-2"
ABOUT = About(
    title="DPM-Solver-2",
    source="Lu et al. 2022, arXiv:2206.00927, Algorithm 1 (r = 1/2)",
    formula=r"x_b = x_a - b\,(e^h - 1)\big[e + \tfrac{1}{2r}\,(\varepsilon(u, \sigma_r) - e)\big],"
    r"\quad \sigma_r = a\,e^{-rh}",
    family="one-step",
    note="Two evaluations a step.",
    ranges={"r": (0.1, 1.0)},
)


@dataclass(frozen=True, slots=True)
class Dpm2:
    """``u = x_a - s E1(r h) e``, ``x_b = x_a - b E1(h) [e + (eps(u, s) - e) / (2 r)]``, order 2.

    Here ``e = eps(x_a, a)`` and ``s = a e^(-r h)``.

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
    Lu et al., DPM-Solver (2022), Algorithm 1

    Examples
    --------
    >>> Dpm2().nfe(10), Dpm2().nfe(10, "zero")
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
            e = (x - x0) / a
            u = x - (a - inner) * e
            x0 = denoise(u, inner)
            x = x - (a - b) * (e + (0.5 / self.r) * ((u - x0) / inner - e))
            yield Step(i, n, b, x, x0)


def build(r: float = 0.5) -> Dpm2:
    """Return DPM-Solver-2."""
    return Dpm2(r)
