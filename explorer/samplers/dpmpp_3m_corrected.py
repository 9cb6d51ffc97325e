"""DPM-Solver++ (3M) with the right second difference and a third-order start."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch

from explorer.core.types import Noises, Step
from explorer.samplers.about import About
from explorer.samplers.dpm_3 import inside
from explorer.samplers.dpmpp_3m import advance
from explorer.samplers.exponential import Denoise, pairs

NAME = "dpmpp-3m-corrected"
ABOUT = About(
    title="DPM-Solver++ (3M), corrected",
    source="derived here from Lu et al. 2022, arXiv:2211.01095",
    formula=r"x_b = \tfrac{b}{a} x_a + \big(1 - \tfrac{b}{a}\big) D_0 + p_2 G_1 - p_3 G_2,\quad "
    r"G_2 = 2\,\frac{\Delta_0 - \Delta_1}{r_0 + r_1}",
    family="multistep",
    note="The first two steps are DPM-Solver-3, three evaluations each.",
)


@dataclass(frozen=True, slots=True)
class Dpmpp3MCorrected:
    """The update of dpmpp-3m with twice the divided difference, order 3.

    The first two steps are DPM-Solver-3; with a start of lower order it would fall back to about 2.

    References
    ----------
    Lu et al., DPM-Solver++ (2022), for the published form

    Examples
    --------
    >>> Dpmpp3MCorrected().nfe(10)
    14
    """

    name: ClassVar[str] = NAME
    order: ClassVar[int | None] = 3
    stochastic: ClassVar[bool] = False
    needs_energy: ClassVar[bool] = False
    default_grid: ClassVar[str] = "logsnr"

    def nfe(self, n: int, end: str = "sigma_min") -> int:
        """Return n + 4: two steps have two evaluations more; the step to 0 has one."""
        return n + 2 * min(2, n - (end == "zero"))

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
            x0 = denoise(x, a)
            x0s = [x0, *x0s[:2]]
            if b == 0.0:
                yield Step(i, n, b, x0, x0)
                return
            if i < 2:
                x, x0 = inside(denoise, x, x0, a=a, b=b)
            else:
                before = [float(sigmas[i - 1]), float(sigmas[i - 2])]
                x = advance(x, x0s, [b, a, *before], factor=2.0)
            yield Step(i, n, b, x, x0)


def build() -> Dpmpp3MCorrected:
    """Return DPM-Solver++ (3M), corrected."""
    return Dpmpp3MCorrected()
