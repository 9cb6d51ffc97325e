"""The outer loop of the RTK samplers: warm start, inner chain, next segment.

A segment goes from a = sigma_i to b = sigma_{i+1}. It starts with one DDPM jump, the Gaussian
approximation of the same kernel, or with noise alone; then a chain of inner steps draws from the
kernel. At a last node 0 the answer is D: the kernel's score is not known there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from explorer.core.errors import InputError
from explorer.core.types import Noises, Step
from explorer.samplers.rtk_kernel import Kernel, smallest_variance

if TYPE_CHECKING:
    import numpy as np
    import torch

Warm = Literal["ddpm", "noise"]
# (kernel, y, tau, steps, noise) -> y, the last D, acceptance of each sample or None
Chain = Callable[
    ["Kernel", "torch.Tensor", float, int, Noises],
    "tuple[torch.Tensor, torch.Tensor, torch.Tensor | None]",
]


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
    """

    chain: Chain
    inner: int
    extra: int
    c: float
    warm: Warm
    reuse: bool = False

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

    def inner_steps(self, segments: int) -> int:
        """Return the inner steps of all segments together."""
        return segments * self.inner + min(self.extra, segments)

    def jumps(self, n: int, end: str) -> int:
        """Return the evaluations for warm starts, and for D at a last node 0."""
        to_zero = end == "zero"
        if self.warm == "ddpm":
            return 1 if self.reuse else n
        return int(to_zero and not (self.reuse and n > 1))


def segments(n: int, end: str) -> int:
    """Return how many of n steps run a chain: all but one to 0.

    Examples
    --------
    >>> segments(5, "sigma_min"), segments(5, "zero")
    (5, 4)
    """
    return n - (end == "zero")


def walk(
    plan: Plan,
    denoise: Any,
    x: torch.Tensor,
    sigmas: np.ndarray,
    noise: Noises,
) -> Iterator[Step]:
    """Yield one `Step` a segment, with tau, and acceptance where there is one, in the extras.

    Parameters
    ----------
    plan : Plan
    denoise : callable
        The counted denoiser, with ``.denoiser`` inside it.
    x : torch.Tensor
        State at ``sigmas[0]``.
    sigmas : numpy.ndarray, float64 (n + 1,)
    noise : Noises
    """
    n = len(sigmas) - 1
    long = segments(n, "zero" if sigmas[-1] == 0.0 else "sigma_min") - plan.extra
    variance = smallest_variance(getattr(denoise, "denoiser", denoise))
    known: torch.Tensor | None = None
    for i in range(n):
        a, b = float(sigmas[i]), float(sigmas[i + 1])
        if b == 0.0:
            x0 = denoise(x, a) if known is None else known
            yield Step(i, n, b, x0, x0)
            return
        kernel = Kernel(denoise, x, a, b)
        y = _start(plan, kernel, known, noise)
        tau = kernel.step(plan.c, variance)
        x, x0, accepted = plan.chain(kernel, y, tau, plan.inner + (i >= long), noise)
        known = x0 if plan.reuse else None
        extras: dict[str, Any] = {"tau": tau}
        if accepted is not None:
            extras["acceptance"] = accepted
        yield Step(i, n, b, x, x0, extras=extras)


def _start(plan: Plan, kernel: Kernel, known: torch.Tensor | None, noise: Noises) -> torch.Tensor:
    """Return the start of a chain: DDPM's r x + (1 - r) D + b sqrt(1 - r) xi, r = (b/a)^2."""
    x = kernel.x
    if plan.warm == "noise":
        return x + math.sqrt(kernel.gap) * noise.normal(x)
    x0 = kernel.denoise(x, kernel.upper) if known is None else known
    r = (kernel.lower / kernel.upper) ** 2
    return x0.lerp(x, r) + kernel.lower * math.sqrt(1.0 - r) * noise.normal(x)


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
