"""EVODiff as its released code computes it, written down here in variance-exploding form."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch

from explorer.core.types import Noises, Step
from explorer.samplers.about import About
from explorer.samplers.evodiff_skeleton import Stage, check_zeta, inner, quotient, walk

NAME = "evodiff"
ABOUT = About(
    title="EVODiff, released code",
    source="arXiv:2509.26096, and what its released code computes",
    formula=r"x_b = x_e + \tfrac{1-\rho}{2\zeta}"
    r"\left[-\tfrac{\eta}{r}\Delta_1 + r(1-\eta)\Delta_2\right],"
    r"\quad \Delta_1 = m_0 - r_1 m_1,\ \Delta_2 = m_t - r_2 m_0",
    family="evodiff",
    note="First order without its special last step, which depends on the unit of sigma and does "
    "not converge unless sigma ends near 0. Zeta follows another rule above 20 steps. Tuned for "
    "logsnr, sigma 80 to 0.002, images of scale 0.5.",
    ranges={"eta": (0.0, 1.0), "zeta": (0.1, 2.0)},
)
MANY = 20  # steps; above, the released code takes another rule for zeta
Factor = torch.Tensor | float


@dataclass(frozen=True, slots=True)
class Evodiff:
    """Coefficients from inner products along the path, each sample and channel by itself.

    With Delta1 = m0 - r1 m1, Delta2 = m_t - r2 m0, S the logistic sigmoid, and all quotients
    clamped to [-2, 2]:

        x_p = x_e + (1 - rho)/2 Delta1 / r_i,
        x   = x_e + (1 - rho)/2 [-(eta/r) Delta1 + r (1 - eta) Delta2] / zeta.

    It is of first order: r1, r2 differ from 1, and so does (1 - 2 eta)/zeta. The last step and,
    above 20 steps, zeta depend on the unit of sigma; with the last step the error does not vanish.

    Parameters
    ----------
    eta, zeta : float or None
        A number takes the place of the rule.
    balance : bool
        Off: r1 = r2 = 1.
    special_last : bool
        Off: the last step is the probe.
    clamps : bool
        Off: quotients are not clamped.

    References
    ----------
    EVODiff, arXiv:2509.26096, and the code released with it (MIT).
    """

    eta: float | None = None
    zeta: float | None = None
    balance: bool = True
    special_last: bool = True
    clamps: bool = True

    name: ClassVar[str] = NAME
    stochastic: ClassVar[bool] = False
    needs_energy: ClassVar[bool] = False
    default_grid: ClassVar[str] = "logsnr"

    def __post_init__(self) -> None:
        check_zeta(self.zeta)

    @property
    def order(self) -> int | None:
        """1 without the special last step; none with it, since the error stays."""
        return None if self.special_last else 1

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
        """Return x_p = x_e + (1 - rho)/2 Delta1 / r_i."""
        r1, r_i = self._first(stage)
        return stage.x_e + stage.half * (stage.m0 - r1 * stage.m1) / r_i

    def correct(
        self, stage: Stage, x_p: torch.Tensor, m_t: torch.Tensor
    ) -> tuple[torch.Tensor, Mapping[str, Any]]:
        """Return the corrected state and its coefficients."""
        r1, r_i = self._first(stage)
        r2 = self._balance(stage, m_t, stage.m0)
        delta1, delta2 = stage.m0 - r1 * stage.m1, m_t - r2 * stage.m0
        eta = self._eta(stage, delta1, delta2)
        change = -(eta / stage.r) * delta1 + stage.r * (1.0 - eta) * delta2
        left = x_p - stage.x_e - stage.half * change / r_i
        zeta = self._zeta(stage, left, delta1)
        x = stage.x_e + stage.half * change / zeta
        return x, {"eta": eta, "zeta": zeta, "r1": r1, "r2": r2}

    def last(self, stage: Stage) -> torch.Tensor:
        """Return the last state; sqrt(a b) has the unit of sigma, as in the released code."""
        if not self.special_last:
            return self.probe(stage)
        rho = stage.rho
        r_d = 1.0 - 0.5 * math.sqrt(rho if rho < 0.5 else rho - 0.5)
        shrunk = (1.0 - math.sqrt(stage.a * stage.b)) * stage.x_e
        return shrunk + stage.half * (stage.m0 - r_d * stage.m1)

    def _clamp(self, value: torch.Tensor) -> torch.Tensor:
        return value.clamp(-2.0, 2.0) if self.clamps else value

    def _balance(self, stage: Stage, new: torch.Tensor, old: torch.Tensor) -> Factor:
        """Return r1 or r2: a mean of sqrt(rho / rho') and the projection of new on old."""
        if not self.balance:
            return 1.0
        end = stage.last
        w = 0.5 * (1.0 - ((stage.b + end) / (stage.first + end)) ** 2)
        q = math.sqrt(stage.rho / (stage.a / stage.before))
        return (1.0 - w) * q + w * self._clamp(quotient(inner(new, old), inner(old, old)))

    def _first(self, stage: Stage) -> tuple[Factor, Factor]:
        """Return r1 and r_i."""
        r1 = self._balance(stage, stage.m0, stage.m1)
        r_i = stage.r * _sigmoid(abs(r1) / 4.0)
        if self.clamps and isinstance(r_i, torch.Tensor):
            r_i = r_i.clamp(stage.r / 4.0, 1.5 * stage.r)
        return r1, r_i

    def _eta(self, stage: Stage, delta1: torch.Tensor, delta2: torch.Tensor) -> Factor:
        if self.eta is not None:
            return self.eta
        before, new = delta1 / stage.r, stage.r * delta2  # times 1/H, which cancels
        gap = new - before
        best = 0.5 * self._clamp(quotient(inner(new + before, gap), inner(gap, gap)))
        return 0.5 * torch.sigmoid(best.abs())

    def _zeta(self, stage: Stage, left: torch.Tensor, delta1: torch.Tensor) -> Factor:
        if self.zeta is not None:
            return self.zeta
        size = self._clamp(quotient(inner(left, delta1), inner(delta1, delta1)))
        s = size.abs() / (2.0 * stage.half) - 0.5
        if stage.n <= MANY:
            return torch.sigmoid(s)
        delta = (stage.m0 - stage.m1) / (1.0 / stage.b - 1.0 / stage.a)
        slope = self._clamp(quotient(inner(stage.m0, delta), inner(delta, delta)))
        return torch.sigmoid(-s * torch.sigmoid(slope * (2.0 - stage.rho**2)))


def _sigmoid(value: Factor) -> Factor:
    return torch.sigmoid(value) if isinstance(value, torch.Tensor) else 1 / (1 + math.exp(-value))


def build(
    *,
    eta: float | None = None,
    zeta: float | None = None,
    balance: bool = True,
    special_last: bool = True,
    clamps: bool = True,
) -> Evodiff:
    """Return EVODiff as released, or with parts switched off."""
    return Evodiff(eta, zeta, balance, special_last, clamps)
