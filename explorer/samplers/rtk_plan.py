"""What an RTK sampler is told: its chain, its inner steps, and what they cost."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from explorer.core.errors import InputError
from explorer.core.types import Noises
from explorer.samplers.rtk_kernel import Inner, Kernel

if TYPE_CHECKING:
    import torch

Warm = Literal["ddpm", "noise"]
Last = Literal["denoise", "exact"]
# (kernel, y, tau, steps, noise) -> the chain after each of its steps
Chain = Callable[[Kernel, "torch.Tensor", float, int, Noises], Iterator[Inner]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What all RTK samplers are told.

    Parameters
    ----------
    chain : callable
        Draws from the kernel of a segment.
    inner : int
        Inner steps in a segment, at least 1.
    extra : int
        The last ``extra`` segments take one step more, so that a budget can be spent to the end.
    c : float
        Inner step in units of 1/L: tau = c / L.
    warm : {"ddpm", "noise"}
        Start of a segment: a DDPM jump (one evaluation), or x with noise of the segment's width.
    reuse : bool
        The DDPM jump takes the estimate that the chain before it ended with.
    last : {"denoise", "exact"}
        A last step to 0 answers D; or it is a segment like the others, by the score at 0.
    watch : bool
        Also yield a step after each inner step.
    """

    chain: Chain
    inner: int
    extra: int
    c: float
    warm: Warm
    reuse: bool = False
    last: Last = "denoise"
    watch: bool = False

    def check(self) -> None:
        """Raise InputError for a value out of range."""
        if self.inner < 1:
            raise InputError("inner", f"inner = {self.inner} steps.", "Give at least 1.")
        if self.extra < 0:
            raise InputError("extra", f"extra = {self.extra} segments.", "Give 0 or more.")
        if not 0.0 < self.c < math.inf:
            raise InputError("c", f"c = {self.c} is not positive.", "Give about 0.1 to 1.")
        if self.warm not in {"ddpm", "noise"}:
            raise InputError("warm", f"warm = {self.warm!r}.", 'Use "ddpm" or "noise".')
        if self.last not in {"denoise", "exact"}:
            raise InputError("last", f"last = {self.last!r}.", 'Use "denoise" or "exact".')

    def segments(self, n: int, end: str) -> int:
        """Return how many of n steps run a chain."""
        return segments(n, end, self.last)

    def inner_steps(self, segments: int) -> int:
        """Return the inner steps of all segments together."""
        return segments * self.inner + min(self.extra, segments)

    def jumps(self, n: int, end: str) -> int:
        """Return the evaluations for warm starts, and for D at a last node 0."""
        answers = n - self.segments(n, end)  # steps that only answer D: one, or none
        if self.warm == "ddpm":
            return 1 if self.reuse else n
        return answers if not (self.reuse and n > 1) else 0


def segments(n: int, end: str, last: Last = "denoise") -> int:
    """Return how many of n steps run a chain: all, but for one to 0 that answers D.

    Examples
    --------
    >>> segments(5, "sigma_min"), segments(5, "zero"), segments(5, "zero", "exact")
    (5, 4, 5)
    """
    return n - (end == "zero" and last == "denoise")


def spend(budget: int, n: int, *, fixed: int, each: int) -> tuple[int, int]:
    """Return (inner, extra): the most inner steps of n segments that a budget pays for.

    Parameters
    ----------
    budget : int
        Evaluations per sample.
    n : int
        Segments.
    fixed, each : int
        Evaluations per segment beside the inner steps, and per inner step: 1, 1 for ULA and ULD;
        2, 1 for MALA and the trapezoid; 2, 2 for Simpson.

    Raises
    ------
    InputError
        If the budget does not pay for one inner step in each segment.

    Examples
    --------
    >>> spend(100, 7, fixed=2, each=1)  # 5 segments of 12 steps and 2 of 13: 100 evaluations
    (12, 2)
    """
    steps = (budget - n * fixed) // each
    if steps < n:
        least = n * (fixed + each)
        problem = f"{budget} evaluations do not pay for {n} segments."
        raise InputError("budget", problem, f"Give at least {least}, or take fewer segments.")
    return divmod(steps, n)
