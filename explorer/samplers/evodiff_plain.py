"""EVODiff's skeleton with constant coefficients: a plain second-order multistep method."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch

from explorer.core.errors import InputError
from explorer.core.types import Noises, Step
from explorer.samplers.about import About
from explorer.samplers.evodiff_skeleton import Stage, check_zeta, walk

NAME = "evodiff-plain"
ABOUT = About(
    title="EVODiff skeleton, plain",
    source="derived here: the skeleton of arXiv:2509.26096 with constant coefficients",
    formula=r"x_b = x_e + \tfrac{1-\rho}{2}\,\zeta"
    r"\left[(1-\eta)(m_t - m_0) + \tfrac{\eta}{r}(m_0 - m_1)\right]",
    family="evodiff",
    note="A control: what remains of EVODiff without its coefficients.",
    ranges={"eta": (0.0, 1.0), "zeta": (0.1, 2.0)},
)


@dataclass(frozen=True, slots=True)
class EvodiffPlain:
    """Predict from the last two estimates, evaluate once, correct with the new one.

        x_p = x_e + (1 - rho)/2 (m0 - m1)/r,
        x   = x_e + (1 - rho)/2 zeta [(1 - eta)(m_t - m0) + eta (m0 - m1)/r].

    Parameters
    ----------
    eta : float
        Share of the old difference, 0 to 1; any keeps order 2.
    zeta : float
        Size of the correction; only 1 has order 2.

    Raises
    ------
    InputError
        If eta lies outside [0, 1] or zeta is not positive.
    """

    eta: float = 0.5
    zeta: float = 1.0

    name: ClassVar[str] = NAME
    stochastic: ClassVar[bool] = False
    needs_energy: ClassVar[bool] = False
    default_grid: ClassVar[str] = "logsnr"

    def __post_init__(self) -> None:
        if not 0.0 <= self.eta <= 1.0:
            raise InputError("eta", f"eta = {self.eta} is not a share.", "Give 0 to 1.")
        check_zeta(self.zeta)

    @property
    def order(self) -> int | None:
        """Order 2 with zeta = 1, else 1."""
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
        """Return x_p."""
        return stage.x_e + stage.half / stage.r * (stage.m0 - stage.m1)

    def correct(
        self,
        stage: Stage,
        x_p: torch.Tensor,
        m_t: torch.Tensor,
    ) -> tuple[torch.Tensor, Mapping[str, Any]]:
        """Return the corrected state and its coefficients."""
        new, old = m_t - stage.m0, (stage.m0 - stage.m1) / stage.r
        change = (1.0 - self.eta) * new + self.eta * old
        x = stage.x_e + stage.half * self.zeta * change
        return x, {"eta": self.eta, "zeta": self.zeta}

    def last(self, stage: Stage) -> torch.Tensor:
        """Return x_p."""
        return self.probe(stage)


def build(*, eta: float = 0.5, zeta: float = 1.0) -> EvodiffPlain:
    """Return the plain skeleton."""
    return EvodiffPlain(eta, zeta)
