"""RTK with Metropolis steps that know only the score: the energy is a quadrature of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import torch

from explorer.core.errors import InputError
from explorer.core.types import Noises, Step
from explorer.samplers.about import About
from explorer.samplers.rtk_kernel import Inner, Kernel
from explorer.samplers.rtk_metropolis import by_simpson, by_trapezoid, check_bounds, metropolis
from explorer.samplers.rtk_plan import Last, Plan, Warm
from explorer.samplers.rtk_walk import walk

NAME = "rtk-mala-score"
ABOUT = About(
    title="RTK, score-only MALA",
    source="derived here after arXiv:2405.16387; not the estimator of that paper",
    formula=r"g(y')-g(y) \approx \tfrac{1}{6}\langle\nabla g(y)+4\nabla g(\tfrac{y+y'}{2})"
    r"+\nabla g(y'),\,y'-y\rangle",
    family="rtk",
    note="Works without a log density. The trapezoid saves evaluations and is about as biased as "
    "no rejection.",
    ranges={
        "inner": (1, 200),
        "extra": (0, 50),
        "c": (0.01, 2.0),
        "farthest": (0.1, 100.0),
        "radius": (0.1, 100.0),
    },
)

Rule = Literal["simpson", "trapezoid"]
_RISES = {"simpson": by_simpson, "trapezoid": by_trapezoid}


@dataclass(frozen=True, slots=True)
class RtkMalaScore:
    """MALA, g(y') - g(y) by Simpson's rule, K (2S + 2) evaluations, or trapezoid, K (S + 2).

    Both are exact for the quadratic part of g. Acceptance stands in ``extras["acceptance"]``.

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
    rule : {"simpson", "trapezoid"}
        The trapezoid is about as biased as no rejection at all.
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
    rule: Rule = "simpson"
    last: Last = "denoise"
    watch: bool = False

    name: ClassVar[str] = NAME
    order: ClassVar[int | None] = None
    stochastic: ClassVar[bool] = True
    needs_energy: ClassVar[bool] = False
    default_grid: ClassVar[str] = "geometric"

    def __post_init__(self) -> None:
        self._plan().check()
        check_bounds(self.farthest, self.radius)
        if self.rule not in _RISES:
            raise InputError("rule", f"rule = {self.rule!r}.", 'Use "simpson" or "trapezoid".')

    def nfe(self, n: int, end: str = "sigma_min") -> int:
        """Return K (2S + 2), or K (S + 2) by the trapezoid, less K - 1 with `reuse`."""
        plan = self._plan()
        k = plan.segments(n, end)
        return plan.jumps(n, end) + k + (1 + (self.rule == "simpson")) * plan.inner_steps(k)

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
            rise=_RISES[self.rule],
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
    rule: Rule = "simpson",
    last: Last = "denoise",
) -> RtkMalaScore:
    """Return RTK with score-only Metropolis steps."""
    return RtkMalaScore(inner, extra, c, warm, reuse, farthest, radius, rule, last)
