"""The outer loop of the RTK samplers: warm start, inner chain, next segment.

A segment goes from a = sigma_i to b = sigma_{i+1}. It starts with one DDPM jump, the Gaussian
approximation of the same kernel, or with noise alone; then a chain of inner steps draws from the
kernel. At a last node 0 the answer is D, since the kernel's score is not known there; only exact
laws know it, and with them the last segment may run its chain like the others.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from explorer.core.errors import InputError
from explorer.core.types import Noises, Step
from explorer.samplers.rtk_kernel import Inner, Kernel, smallest_variance
from explorer.samplers.rtk_plan import Plan

if TYPE_CHECKING:
    import numpy as np
    import torch


def walk(
    plan: Plan,
    denoise: Any,
    x: torch.Tensor,
    sigmas: np.ndarray,
    noise: Noises,
) -> Iterator[Step]:
    """Yield one `Step` a segment, with tau, and acceptance where there is one, in the extras.

    Watched, it yields one after each inner step as well, with the acceptance so far.

    Parameters
    ----------
    plan : Plan
    denoise : callable
        The counted denoiser, with ``.denoiser`` inside it.
    x : torch.Tensor
        State at ``sigmas[0]``.
    sigmas : numpy.ndarray, float64 (n + 1,)
    noise : Noises

    Raises
    ------
    InputError
        With field ``"last"``, if a chain shall run to 0 and the denoiser has no score there.
    """
    n, end = len(sigmas) - 1, "zero" if sigmas[-1] == 0.0 else "sigma_min"
    variance = _variance(plan, getattr(denoise, "denoiser", denoise), end)
    chains = plan.segments(n, end)
    known: torch.Tensor | None = None
    for i in range(n):
        a, b = float(sigmas[i]), float(sigmas[i + 1])
        if i == chains:
            x0 = denoise(x, a) if known is None else known
            yield Step(i, n, b, x0, x0)
            return
        kernel = Kernel(denoise, x, a, b)
        y, tau = _start(plan, kernel, known, noise), kernel.step(plan.c, variance)
        size = plan.inner + (i >= chains - plan.extra)
        done, inner = 0, Inner(y, y)
        for inner in plan.chain(kernel, y, tau, size, noise):
            done += 1
            if plan.watch:
                x0, extras = kernel.clean(inner), _told(tau, inner, done)
                yield Step(i, n, b, inner.y, x0, extras=extras, inner=(done, size))
        x, x0 = inner.y, kernel.clean(inner)
        known = x0 if plan.reuse else None
        yield Step(i, n, b, x, x0, extras=_told(tau, inner, done))


def _told(tau: float, inner: Inner, done: int) -> dict[str, Any]:
    if inner.accepted is None:
        return {"tau": tau}
    return {"tau": tau, "acceptance": inner.accepted / max(done, 1)}


def _start(plan: Plan, kernel: Kernel, known: torch.Tensor | None, noise: Noises) -> torch.Tensor:
    """Return the start of a chain: DDPM's r x + (1 - r) D + b sqrt(1 - r) xi, r = (b/a)^2."""
    x = kernel.x
    if plan.warm == "noise":
        return x + math.sqrt(kernel.gap) * noise.normal(x)
    x0 = kernel.denoise(x, kernel.upper) if known is None else known
    r = (kernel.lower / kernel.upper) ** 2
    return x0.lerp(x, r) + kernel.lower * math.sqrt(1.0 - r) * noise.normal(x)


def _variance(plan: Plan, denoiser: Any, end: str) -> float:
    """Return the smallest variance of the data; refuse a chain to 0 where it is not known."""
    variance = smallest_variance(denoiser)
    if end == "zero" and plan.last == "exact" and not (variance and hasattr(denoiser, "score")):
        problem = 'last = "exact" needs the score of the clean data, and this denoiser has none.'
        raise InputError("last", problem, 'Use last = "denoise", or a Gaussian mixture.')
    return variance
