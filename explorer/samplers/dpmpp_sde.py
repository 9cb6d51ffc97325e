"""SDE-DPM-Solver++ (2M): the multistep method with fresh noise in each step."""

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

NAME = "dpmpp-sde"
ABOUT = About(
    title="SDE-DPM-Solver++ (2M)",
    source="Lu et al. 2022, arXiv:2211.01095, the SDE solvers",
    formula=r"x_b = \tfrac{b}{a} e^{-\eta h} x_a + \big(1 - e^{-(1 + \eta) h}\big)"
    r"\big[D_0 + \tfrac{1}{2 r_0}(D_0 - D_1)\big] + b \sqrt{1 - e^{-2 \eta h}}\,\xi",
    family="multistep",
    note="Without the difference and with eta = 1 it is DDPM.",
    ranges={"eta": (0.0, 2.0)},
)


@dataclass(frozen=True, slots=True)
class DpmppSde:
    """``x_b = (b/a) e^(-eta h) x_a - E1(-(1+eta) h) [D0 + (D0 - D1)/(2 r0)] + s xi``.

    Here ``s^2 = -b^2 E1(-2 eta h)``; the first step has no difference.

    Parameters
    ----------
    eta : float
        At least 0; 1 is the SDE of the paper, 0 the ODE.
    differences : bool
        Whether the estimate before is used; without it and with eta = 1 the method is DDPM.
    lower_order_final : bool
        Whether the last step has no difference.

    Raises
    ------
    InputError
        If eta is negative or not finite.

    References
    ----------
    Lu et al., DPM-Solver++ (2022), the SDE solvers

    Examples
    --------
    >>> DpmppSde().nfe(10), DpmppSde(eta=0.0).order
    (10, 2)
    """

    eta: float = 1.0
    differences: bool = True
    lower_order_final: bool = False

    name: ClassVar[str] = NAME
    needs_energy: ClassVar[bool] = False
    default_grid: ClassVar[str] = "karras"

    def __post_init__(self) -> None:
        if not 0.0 <= self.eta < math.inf:
            raise InputError("eta", f"eta = {self.eta} is negative.", "Give 0 to about 1.")

    @property
    def order(self) -> int | None:
        """None with noise; of the ODE method 2, without differences 1."""
        return None if self.eta > 0.0 else 1 + self.differences

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
        last, h0 = None, 0.0
        for i, a, b in pairs(sigmas):
            x0 = denoise(x, a)
            if b == 0.0:
                yield Step(i, n, b, x0, x0)
                return
            h, ahead = log_ratio(a, b), x0
            final = self.lower_order_final and i == n - 1
            if last is not None and self.differences and not final:
                ahead = torch.lerp(last, x0, 1.0 + 0.5 * h / h0)  # beyond x0, by the difference
            x = torch.lerp(ahead, x, math.exp(-(1.0 + self.eta) * h))
            if self.eta:
                x = x + (b * math.sqrt(-math.expm1(-2.0 * self.eta * h))) * noise.normal(x)
            last, h0 = x0, h
            yield Step(i, n, b, x, x0)


def build(eta: float = 1.0, differences: bool = True, lower_order_final: bool = False) -> DpmppSde:
    """Return SDE-DPM-Solver++ (2M)."""
    return DpmppSde(eta, differences, lower_order_final)
