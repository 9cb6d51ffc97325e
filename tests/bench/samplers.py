"""What a sampler costs beside its denoiser: against diffusers' schedulers and against a bare loop.

The denoiser is one cheap product, so that nearly all that is timed is the sampler. All in one
process, in turns, in CPU time; a figure is the median over `TURNS`.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator
from itertools import pairwise
from statistics import median
from typing import Any

import numpy as np
import torch

from explorer import samplers, schedules
from explorer.denoisers.gaussian_mixture import GaussianMixture
from tests.bench.table import Row

STEPS = 20
TURNS = 9
SHAPES = ((16, 3, 32, 32), (64, 1, 8, 8))
MANY = 50_000


def rows() -> Iterator[Row]:
    """Measure."""
    for shape in SHAPES:
        size = " x ".join(str(n) for n in shape)
        for name, theirs in schedulers().items():
            own, other = against(ours(name, shape), driven(theirs, shape))
            yield Row(
                f"{name}, {size}: step over diffusers'", own / other, "x", 1.0, micro(own, other)
            )
        own, bare = against(ours("ddim", shape), bare_ddim(shape))
        yield Row(f"ddim, {size}: step over a bare loop's", own / bare, "x", note=micro(own, bare))
    yield Row(
        f"dpmpp-2m, {MANY:,} samples of a 2-D mixture, CPU", mixture_seconds(), "s", 1.0, "20 NFE"
    )


def denoise(x: torch.Tensor, _sigma: Any) -> torch.Tensor:
    """Return something like a clean image, at the least cost."""
    return 0.5 * x


def ours(name: str, shape: tuple[int, ...]) -> Callable[[], None]:
    """Return a whole run of ours."""
    sigmas = schedules.grid("logsnr", n=STEPS, sigma_min=0.02, sigma_max=80.0)
    x = 80.0 * torch.randn(shape, generator=torch.Generator().manual_seed(0))
    return lambda: samplers.sample(name, denoise, x=x, sigmas=sigmas, seed=0) and None


def bare_ddim(shape: tuple[int, ...]) -> Callable[[], None]:
    """Return the same steps without a loop around them that counts, stops or checks."""
    sigmas = schedules.grid("logsnr", n=STEPS, sigma_min=0.02, sigma_max=80.0).tolist()
    start = 80.0 * torch.randn(shape, generator=torch.Generator().manual_seed(0))

    def run() -> None:
        x = start
        for a, b in pairwise(sigmas):
            x = (b / a) * x + (1.0 - b / a) * denoise(x, a)

    return run


def schedulers() -> dict[str, Callable[[], Any]]:
    """Return diffusers' counterparts of our samplers."""
    import diffusers

    def solver(**options: Any) -> Callable[[], Any]:
        return lambda: diffusers.DPMSolverMultistepScheduler(**options)

    return {
        "ddim": lambda: diffusers.DDIMScheduler(clip_sample=False),
        "ddpm": lambda: diffusers.DDPMScheduler(clip_sample=False),
        "dpmpp-2m": solver(solver_order=2),
        "dpmpp-3m": solver(solver_order=3),
        "unipc": lambda: diffusers.UniPCMultistepScheduler(solver_order=2),
        "deis": lambda: diffusers.DEISMultistepScheduler(solver_order=2),
    }


def driven(make: Callable[[], Any], shape: tuple[int, ...]) -> Callable[[], None]:
    """Return a whole run of a scheduler, as its own documentation drives it."""
    start = torch.randn(shape, generator=torch.Generator().manual_seed(0))

    def run() -> None:
        scheduler = make()
        scheduler.set_timesteps(STEPS)
        x = start
        for t in scheduler.timesteps:
            x = scheduler.step(denoise(scheduler.scale_model_input(x, t), t), t, x).prev_sample

    return run


def against(one: Callable[[], None], other: Callable[[], None]) -> tuple[float, float]:
    """Return the CPU seconds of a step of both, taken in turns."""
    runs = one, other
    spent: tuple[list[float], list[float]] = ([], [])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # theirs, about NumPy 2
        for run in runs:
            run()
        for _ in range(TURNS):
            for run, times in zip(runs, spent, strict=True):
                begin = time.process_time()
                run()
                times.append((time.process_time() - begin) / STEPS)
    return median(spent[0]), median(spent[1])


def mixture_seconds() -> float:
    """Return the CPU seconds of many samples of a plane mixture, the denoiser included."""
    means = np.array([[1.0, 0.0], [-0.5, 0.8], [-0.5, -0.8]])
    model = GaussianMixture(np.full(3, 1 / 3), means, np.stack([0.05 * np.eye(2)] * 3), (1, 1, 2))
    sigmas = schedules.grid("logsnr", n=20, sigma_min=0.01, sigma_max=20.0)
    noise = torch.randn(MANY, 1, 1, 2, generator=torch.Generator().manual_seed(0))
    spent = []
    for _ in range(3):
        begin = time.process_time()
        samplers.sample("dpmpp-2m", model, x=20.0 * noise, sigmas=sigmas, seed=0)
        spent.append(time.process_time() - begin)
    return median(spent)


def micro(own: float, other: float) -> str:
    """Say both times."""
    return f"{1e6 * own:,.0f} against {1e6 * other:,.0f} microseconds"
