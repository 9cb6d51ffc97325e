"""RTK with Metropolis-adjusted Langevin steps: exact in the limit, at the price of energies."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch

from explorer.core.types import Noises, Step
from explorer.samplers.about import About
from explorer.samplers.rtk_kernel import Inner, Kernel
from explorer.samplers.rtk_metropolis import by_energy, check_bounds, metropolis
from explorer.samplers.rtk_plan import Last, Plan, Warm
from explorer.samplers.rtk_walk import walk

NAME = "rtk-mala"
ABOUT = About(
    title="RTK, MALA",
    source="arXiv:2405.16387; steps and warm start derived here",
    formula=r"\min\{1, \exp[g(y) - g(y') + \tfrac{1}{4\tau}(|y'-y+\tau\nabla g(y)|^2"
    r"-|y-y'+\tau\nabla g(y')|^2)]\}",
    family="rtk",
    note="Needs the log density; its evaluations are counted beside the others.",
    ranges={
        "inner": (1, 200),
        "extra": (0, 50),
        "c": (0.01, 2.0),
        "farthest": (0.1, 100.0),
        "radius": (0.1, 100.0),
    },
)


@dataclass(frozen=True, slots=True)
class RtkMala:
    """Langevin proposals, accepted by the energy g; K (S + 2) evaluations and K (S + 1) energies.

    The share of accepted proposals of each sample stands in ``extras["acceptance"]``.

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
    reuse : bool
        The next jump takes the estimate at the last accepted point: one evaluation less in each
        segment but the first.
    farthest, radius : float
        Proposals farther than this from the start of the chain, or from 0, are rejected; a device
        of proofs, off by default.
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
    c: float = 0.5
    warm: Warm = "ddpm"
    reuse: bool = False
    farthest: float = math.inf
    radius: float = math.inf
    last: Last = "denoise"
    watch: bool = False

    name: ClassVar[str] = NAME
    order: ClassVar[int | None] = None
    stochastic: ClassVar[bool] = True
    needs_energy: ClassVar[bool] = True
    default_grid: ClassVar[str] = "geometric"

    def __post_init__(self) -> None:
        self._plan().check()
        check_bounds(self.farthest, self.radius)

    def nfe(self, n: int, end: str = "sigma_min") -> int:
        """Return K (S + 2), less K - 1 with `reuse`."""
        plan = self._plan()
        k = plan.segments(n, end)
        return plan.jumps(n, end) + k + plan.inner_steps(k)

    def energy(self, n: int, end: str = "sigma_min") -> int:
        """Return K (S + 1)."""
        k = self._plan().segments(n, end)
        return k + self._plan().inner_steps(k)

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
            self._chain,
            self.inner,
            self.extra,
            self.c,
            self.warm,
            self.reuse,
            last=self.last,
            watch=self.watch,
        )

    def _chain(
        self, kernel: Kernel, y: torch.Tensor, tau: float, steps: int, noise: Noises
    ) -> Iterator[Inner]:
        return metropolis(
            kernel,
            y,
            tau,
            steps,
            noise,
            rise=by_energy,
            farthest=self.farthest,
            radius=self.radius,
        )


def build(
    *,
    inner: int = 15,
    extra: int = 0,
    c: float = 0.5,
    warm: Warm = "ddpm",
    reuse: bool = False,
    farthest: float = math.inf,
    radius: float = math.inf,
    last: Last = "denoise",
) -> RtkMala:
    """Return RTK with Metropolis-adjusted Langevin steps."""
    return RtkMala(inner, extra, c, warm, reuse, farthest, radius, last)
