"""DPM-Solver++ (2M): a second-order multistep method of the data prediction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch

from explorer.core.types import Noises, Step
from explorer.samplers.about import About
from explorer.samplers.exponential import Denoise, log_ratio, pairs, towards

NAME = "dpmpp-2m"
ABOUT = About(
    title="DPM-Solver++ (2M)",
    source="Lu et al. 2022, arXiv:2211.01095, Algorithm 2",
    formula=r"x_b = \tfrac{b}{a} x_a + \big(1 - \tfrac{b}{a}\big)"
    r"\big[D_0 + \tfrac{1}{2 r_0}(D_0 - D_1)\big],\quad r_0 = h_0/h",
    family="multistep",
)


@dataclass(frozen=True, slots=True)
class Dpmpp2M:
    """``x_b = (b/a) x_a - E1(-h) [D0 + (D0 - D1) / (2 r0)]``, ``r0 = h0/h``, order 2.

    The first step is DDIM.

    Parameters
    ----------
    lower_order_final : bool
        Whether the last step is of first order.

    References
    ----------
    Lu et al., DPM-Solver++ (2022), Algorithm 2

    Examples
    --------
    >>> Dpmpp2M().nfe(10)
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
        last, h0 = None, 0.0
        for i, a, b in pairs(sigmas):
            x0 = denoise(x, a)
            if b == 0.0:
                yield Step(i, n, b, x0, x0)
                return
            h, ahead = log_ratio(a, b), x0
            if last is not None and not (self.lower_order_final and i == n - 1):
                ahead = torch.lerp(last, x0, 1.0 + 0.5 * h / h0)  # beyond x0, by the difference
            x = towards(x, ahead, a, b)
            last, h0 = x0, h
            yield Step(i, n, b, x, x0)


def build(lower_order_final: bool = False) -> Dpmpp2M:
    """Return DPM-Solver++ (2M)."""
    return Dpmpp2M(lower_order_final)
