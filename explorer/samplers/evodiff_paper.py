"""EVODiff as printed, in our reading: the auxiliary vectors are not given in the paper.

Printed are the step, eta* and zeta*; B_p, B_n, B~, P~ and the place of the end of the step in
zeta* are chosen here so that eta* minimises the size of B_bar. Differences carry the factor H.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch

from explorer.core.types import Noises, Step
from explorer.samplers.about import About
from explorer.samplers.evodiff_skeleton import Stage, check_zeta, inner, quotient, walk

NAME = "evodiff-paper"
ABOUT = About(
    title="EVODiff, printed formulas",
    source="arXiv:2509.26096, secondary transcription; auxiliary vectors are our reading",
    formula=r"x_b = x_e + \tfrac{1}{2} b H^2 \zeta \bar B,\quad \bar B = B_n + \eta (B_p - B_n)",
    family="evodiff",
    note="First order, because zeta differs from 1; second with zeta fixed to 1.",
    ranges={"mu": (-2.0, 2.0), "eta": (0.0, 1.0), "zeta": (0.1, 2.0)},
)


@dataclass(frozen=True, slots=True)
class EvodiffPaper:
    """The printed formulas, with S the logistic sigmoid and H = 1/b - 1/a.

        H B_p = (m0 - m1)/r,  H B_n = m_t - m0,  B~ = B_p - B_n,  B_bar = B_n + eta B~,
        eta = S(|<B~, B_n> / <B~, B~>|),  zeta = S(mu - |zeta*|),
        zeta* = -<m0 - m1, P~> / (b H |m0 - m1|^2),  P~ = x_p - x_e - b H^2 B_bar / 2,
        x = x_e + b H^2 zeta B_bar / 2.

    Parameters
    ----------
    mu : float
        Threshold of zeta, set by hand in the paper.
    eta, zeta : float or None
        A number takes the place of the rule. With zeta = 1 the order is 2, else 1.

    References
    ----------
    EVODiff, arXiv:2509.26096, as transcribed at second hand.
    """

    mu: float = 0.5
    eta: float | None = None
    zeta: float | None = None

    name: ClassVar[str] = NAME
    stochastic: ClassVar[bool] = False
    needs_energy: ClassVar[bool] = False
    default_grid: ClassVar[str] = "logsnr"

    def __post_init__(self) -> None:
        check_zeta(self.zeta)

    @property
    def order(self) -> int | None:
        """Order 2 if zeta is fixed to 1, else 1."""
        return 2 if self.zeta == 1.0 else 1

    def nfe(self, n: int, end: str = "sigma_min") -> int:
        """Return n: the first step and the last need no probe."""
        return n

    def energy(self, n: int, end: str = "sigma_min") -> int:
        """Return 0."""
        return 0

    def steps(
        self,
        denoise: Callable[[torch.Tensor, float], torch.Tensor],
        x: torch.Tensor,
        sigmas: np.ndarray,
        noise: Noises,
    ) -> Iterator[Step]:
        """Yield the steps."""
        return walk(self, denoise, x, sigmas)

    def probe(self, stage: Stage) -> torch.Tensor:
        """Return x_p = x_e + b H^2 B_p / 2."""
        return stage.x_e + stage.half / stage.r * (stage.m0 - stage.m1)

    def correct(
        self, stage: Stage, x_p: torch.Tensor, m_t: torch.Tensor
    ) -> tuple[torch.Tensor, Mapping[str, Any]]:
        """Return the corrected state and its coefficients."""
        change = stage.m0 - stage.m1
        new = m_t - stage.m0
        gap = change / stage.r - new
        eta = self.eta
        if eta is None:
            eta = torch.sigmoid(quotient(inner(gap, new), inner(gap, gap)).abs())
        mean = new + eta * gap
        zeta = self.zeta
        if zeta is None:
            left = x_p - stage.x_e - stage.half * mean
            size = quotient(inner(change, left), inner(change, change)) / (2.0 * stage.half)
            zeta = torch.sigmoid(self.mu - size.abs())
        return stage.x_e + stage.half * zeta * mean, {"eta": eta, "zeta": zeta}

    def last(self, stage: Stage) -> torch.Tensor:
        """Return x_p."""
        return self.probe(stage)


def build(*, mu: float = 0.5, eta: float | None = None, zeta: float | None = None) -> EvodiffPaper:
    """Return EVODiff as printed, or with a coefficient fixed."""
    return EvodiffPaper(mu, eta, zeta)
