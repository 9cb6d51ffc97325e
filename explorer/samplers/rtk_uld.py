"""RTK with underdamped Langevin steps inside each segment, without rejection."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch

from explorer.core.types import Noises, Step
from explorer.samplers.about import About
from explorer.samplers.rtk_kernel import Inner, Kernel
from explorer.samplers.rtk_langevin import underdamped
from explorer.samplers.rtk_plan import Last, Plan, Warm
from explorer.samplers.rtk_walk import walk

NAME = "rtk-uld"
ABOUT = About(
    title="RTK, ULD",
    source="arXiv:2405.16387; steps and warm start derived here",
    formula=r"dy = v\,dt,\quad dv = -\gamma v\,dt - \nabla g(y_k)\,dt + \sqrt{2\gamma}\,dB",
    family="rtk",
    note="The gradient is frozen over a step, the rest is exact; the step leaves a bias.",
    ranges={"inner": (1, 200), "extra": (0, 50), "c": (0.01, 2.0)},
)


@dataclass(frozen=True, slots=True)
class RtkUld:
    """``dy = v dt, dv = -gamma v dt - grad g(y_k) dt + sqrt(2 gamma) dB``; K (S + 1) evaluations.

    gamma = 2 sqrt(L), a step lasts sqrt(tau), v ~ N(0, I) at the start of each segment.

    Parameters
    ----------
    inner : int
        Inner steps S in a segment.
    extra : int
        The last ``extra`` segments take one step more.
    c : float
        Inner step tau = c / L, L = 1/gap + 1/(v + b^2); v is the smallest variance of a mixture's
        components, 0 for other denoisers.
    warm : {"ddpm", "noise"}
        Start of each segment: a DDPM jump, or x with noise of the segment's width.
    last : {"denoise", "exact"}
        A last step to 0 answers D; or it runs a chain like the others, by the score of the clean
        data, which only Gaussian mixtures have.
    watch : bool
        Also yield a step after each inner step, marked by ``Step.inner``; changes no result.

    References
    ----------
    Huang et al., Reverse transition kernel, arXiv:2405.16387; the chain is written here from its
    equations, since no code was released.
    """

    inner: int = 15
    extra: int = 0
    c: float = 0.1
    warm: Warm = "ddpm"
    last: Last = "denoise"
    watch: bool = False

    name: ClassVar[str] = NAME
    order: ClassVar[int | None] = None
    stochastic: ClassVar[bool] = True
    needs_energy: ClassVar[bool] = False
    default_grid: ClassVar[str] = "geometric"

    def __post_init__(self) -> None:
        self._plan().check()

    def nfe(self, n: int, end: str = "sigma_min") -> int:
        """Return K (S + 1), and one for each extra step."""
        plan = self._plan()
        k = plan.segments(n, end)
        return plan.jumps(n, end) + plan.inner_steps(k)

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
        """Yield one step a segment; watched, one after each inner step as well."""
        return walk(self._plan(), denoise, x, sigmas, noise)

    def _plan(self) -> Plan:
        return Plan(
            self._chain, self.inner, self.extra, self.c, self.warm, last=self.last, watch=self.watch
        )

    def _chain(
        self, kernel: Kernel, y: torch.Tensor, tau: float, steps: int, noise: Noises
    ) -> Iterator[Inner]:
        return underdamped(kernel, y, tau, steps, noise, c=self.c)


def build(
    *,
    inner: int = 15,
    extra: int = 0,
    c: float = 0.1,
    warm: Warm = "ddpm",
    last: Last = "denoise",
) -> RtkUld:
    """Return RTK with underdamped Langevin steps."""
    return RtkUld(inner, extra, c, warm, last)
