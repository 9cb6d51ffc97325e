"""DPM-Solver-3: a third-order exponential integrator of the noise prediction, two nodes inside."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch

from explorer.core.types import Noises, Step
from explorer.samplers.about import About
from explorer.samplers.exponential import Denoise, log_ratio, pairs, psi

NAME = "dpm-3"
ABOUT = About(
    title="DPM-Solver-3",
    source="Lu et al. 2022, arXiv:2206.00927, Algorithm 2",
    formula=r"x_b = x_a - b\,(e^h - 1)\,e - \tfrac{b}{r_2}\Big(\tfrac{e^h - 1}{h} - 1\Big)\,"
    r"(\varepsilon(u_2, \sigma_{r_2}) - e),\quad r_1 = \tfrac13,\; r_2 = \tfrac23",
    family="one-step",
    note="Three evaluations a step.",
)
R1, R2 = 1.0 / 3.0, 2.0 / 3.0  # inner nodes, in shares of the step in log sigma


@dataclass(frozen=True, slots=True)
class Dpm3:
    """``x_b = x_a - b E1(h) e - (b / r2) (E1(h)/h - 1) (eps(u2, s2) - e)``, order 3.

    References
    ----------
    Lu et al., DPM-Solver (2022), Algorithm 2

    Examples
    --------
    >>> Dpm3().nfe(10), Dpm3().nfe(10, "zero")
    (30, 28)
    """

    name: ClassVar[str] = NAME
    order: ClassVar[int | None] = 3
    stochastic: ClassVar[bool] = False
    needs_energy: ClassVar[bool] = False
    default_grid: ClassVar[str] = "karras"

    def nfe(self, n: int, end: str = "sigma_min") -> int:
        """Return 3 n; the step to 0 needs one evaluation."""
        return 3 * n - 2 * (end == "zero")

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
            x, x0 = inside(denoise, x, x0, a=a, b=b)
            yield Step(i, n, b, x, x0)


def inside(
    denoise: Denoise, x: torch.Tensor, x0: torch.Tensor, *, a: float, b: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the state at b and the last estimate, from x and its estimate x0 at a.

    u1 = x - s1 E1(r1 h) e,                                  d1 = eps(u1, s1) - e
    u2 = x - s2 E1(r2 h) e - s2 (r2/r1) psi_1(r2 h) d1,      d2 = eps(u2, s2) - e
    x_b = x - b E1(h) e - (b/r2) psi_1(h) d2.
    """
    h = log_ratio(a, b)
    s1, s2 = (a * math.exp(-r * h) for r in (R1, R2))
    e = (x - x0) / a
    u = x - (a - s1) * e
    d = (u - denoise(u, s1)) / s1 - e
    u = x - (a - s2) * e - (s2 * (R2 / R1) * psi(1, R2 * h)) * d
    x0 = denoise(u, s2)
    d = (u - x0) / s2 - e
    return x - (a - b) * e - ((b / R2) * psi(1, h)) * d, x0


def build() -> Dpm3:
    """Return DPM-Solver-3."""
    return Dpm3()
