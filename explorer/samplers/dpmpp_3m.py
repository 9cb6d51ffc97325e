"""DPM-Solver++ (3M) as published: two differences of the data prediction, second order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch

from explorer.core.types import Noises, Step
from explorer.samplers.about import About
from explorer.samplers.exponential import Denoise, log_ratio, pairs, psi, towards

NAME = "dpmpp-3m"
ABOUT = About(
    title="DPM-Solver++ (3M), published",
    source="Lu et al. 2022, arXiv:2211.01095, and its released code",
    formula=r"x_b = \tfrac{b}{a} x_a + \big(1 - \tfrac{b}{a}\big) D_0 + p_2 G_1 - p_3 G_2,\quad "
    r"G_2 = \frac{\Delta_0 - \Delta_1}{r_0 + r_1}",
    family="multistep",
    note="Only second order: the second difference is half of what a third-order method needs.",
)


@dataclass(frozen=True, slots=True)
class Dpmpp3M:
    """``x_b = (b/a) x_a - E1(-h) D0 + p2 G1 - p3 G2`` with one times the divided difference in G2.

    Order 2, with whatever start: ``h^2 D''`` is twice ``(Delta0 - Delta1) / (r0 + r1)``. The method
    dpmpp-3m-corrected has the factor.

    Parameters
    ----------
    lower_order_final : bool
        Whether the last two steps are of second and first order.

    References
    ----------
    Lu et al., DPM-Solver++ (2022)

    Examples
    --------
    >>> Dpmpp3M().nfe(10)
    10
    """

    lower_order_final: bool = False

    name: ClassVar[str] = NAME
    order: ClassVar[int | None] = 2
    stochastic: ClassVar[bool] = False
    needs_energy: ClassVar[bool] = False
    default_grid: ClassVar[str] = "logsnr"

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
        x0s: list[torch.Tensor] = []  # the latest first
        for i, a, b in pairs(sigmas):
            x0s = [denoise(x, a), *x0s[:2]]
            if b == 0.0:
                yield Step(i, n, b, x0s[0], x0s[0])
                return
            order = min(len(x0s), n - i) if self.lower_order_final else len(x0s)
            before = [float(s) for s in sigmas[max(i - 2, 0) : i][::-1]]
            x = advance(x, x0s[:order], [b, a, *before], factor=1.0)
            yield Step(i, n, b, x, x0s[0])


def advance(
    x: torch.Tensor, x0s: list[torch.Tensor], sigmas: list[float], *, factor: float
) -> torch.Tensor:
    """Return the state after a step of order ``len(x0s)``, 1 to 3.

        Delta0 = (D0 - D1)/r0,   Delta1 = (D1 - D2)/r1,   r_j = h_j / h
        G1 = Delta0 + r0/(r0 + r1) (Delta0 - Delta1),   G2 = factor (Delta0 - Delta1)/(r0 + r1)
        p2 = 1 + E1(-h)/h = -psi_1(-h),   p3 = p2/h - 1/2 = psi_2(-h).

    Parameters
    ----------
    x : torch.Tensor
    x0s : list of torch.Tensor
        D0, D1, D2: estimates at ``sigmas[1:]``, the latest first.
    sigmas : list of float
        b, a, and the levels before a, rising.
    factor : float
        1 as published, 2 for third order.
    """
    b, a = sigmas[:2]
    if len(x0s) == 1:
        return towards(x, x0s[0], a, b)
    h = log_ratio(a, b)
    r0 = log_ratio(sigmas[2], a) / h
    delta0 = (x0s[0] - x0s[1]) / r0
    if len(x0s) == 2:
        return towards(x, x0s[0] + 0.5 * delta0, a, b)
    r1 = log_ratio(sigmas[3], sigmas[2]) / h
    change = delta0 - (x0s[1] - x0s[2]) / r1
    first = delta0 + (r0 / (r0 + r1)) * change
    second = (factor / (r0 + r1)) * change
    return towards(x, x0s[0], a, b) - psi(1, -h) * first - psi(2, -h) * second


def build(lower_order_final: bool = False) -> Dpmpp3M:
    """Return DPM-Solver++ (3M) as published."""
    return Dpmpp3M(lower_order_final)
