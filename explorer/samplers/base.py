"""The only loop of the samplers.

    x at sigma_0  ->  step  ->  x at sigma_1  ->  ...  ->  x at sigma_n.

Samples may be run in chunks, whole blocks of noise each; all chunks take step i before any takes
step i + 1, so a run that is stopped is everywhere at the same noise level.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self, cast

import numpy as np
import torch

from explorer.core.errors import InputError, UnfinishedError
from explorer.core.types import Sampler, Step
from explorer.samplers.checks import check_grid, check_start
from explorer.samplers.counted import Counted, need_energy
from explorer.samplers.noise import BLOCK, Noise
from explorer.samplers.run import Run


def sample(
    sampler: Sampler | str,
    denoise: Any,
    x: torch.Tensor,
    sigmas: np.ndarray,
    *,
    seed: int = 0,
    progress: Callable[[Step], None] | None = None,
    cancel: Callable[[], bool] | None = None,
    keep: Literal["last", "all"] = "last",
    block: int = BLOCK,
    chunk: int | None = None,
    watch: bool = False,
) -> Run:
    """Run a sampler from noise to data.

    Parameters
    ----------
    sampler : Sampler or str
        A registered name stands for its default parameters.
    denoise : Denoiser
        ``D(x, sigma) -> x0``; with `log_density` for samplers that need the energy.
    x : torch.Tensor
        Noisy start at ``sigmas[0]``, floating point, (B, ...).
    sigmas : numpy.ndarray
        Noise grid, strictly decreasing, (n + 1,); the last node may be 0.
    seed : int
        Of the noise that is drawn on the way.
    progress : callable, optional
        Gets the `Step` after each step; watched, after each inner step as well.
    cancel : callable, optional
        Asked before each call of the denoiser; a true answer stops the run.
    keep : {"last", "all"}
        Which states the result holds.
    block : int
        Samples that share a generator of noise; another number is another noise.
    chunk : int, optional
        Largest number of samples that the denoiser gets at once, in whole blocks: at least
        `block`. The noise does not depend on it.
    watch : bool
        Show also what happens inside the steps of samplers that have inner steps (RTK): a `Step`
        with ``inner`` after each. They are no finished steps, and no result depends on it.

    Returns
    -------
    Run

    Raises
    ------
    Cancelled
        When stopped; ``.run`` keeps the finished steps.
    NotFiniteError
        When an answer or a state is infinite or not a number; ``.run`` keeps the finished steps.
    InputError
        For a start, grid or option that cannot be used.

    Examples
    --------
    >>> sigmas = np.array([2.0, 1.0, 0.5])
    >>> half = lambda x, sigma: x / (1 + sigma**2)  # data N(0, 1)
    >>> run = sample("euler", half, torch.ones(3, 1), sigmas)
    >>> run.nfe, run.steps, run.x[0].item()
    (2, 2, 0.45...)
    """
    steps = walk(
        sampler,
        denoise,
        x,
        sigmas,
        seed=seed,
        cancel=cancel,
        keep=keep,
        block=block,
        chunk=chunk,
        watch=watch,
    )
    for step in steps:
        if progress is not None:
            progress(step)
    return steps.run()


def walk(
    sampler: Sampler | str,
    denoise: Any,
    x: torch.Tensor,
    sigmas: np.ndarray,
    *,
    seed: int = 0,
    cancel: Callable[[], bool] | None = None,
    keep: Literal["last", "all"] = "last",
    block: int = BLOCK,
    chunk: int | None = None,
    watch: bool = False,
) -> Walk:
    """Return a run that is done step by step, by whoever asks for the next one.

    Parameters and errors are those of `sample`, which is this to the end.

    Examples
    --------
    >>> half = lambda x, sigma: x / (1 + sigma**2)
    >>> steps = walk("euler", half, torch.ones(3, 1), np.array([2.0, 1.0, 0.5]))
    >>> next(steps).sigma, steps.run().steps, [step.sigma for step in steps], steps.run().steps
    (1.0, 1, [0.5], 2)
    """
    from explorer.samplers import build

    chosen = build(sampler) if isinstance(sampler, str) else sampler
    if watch and hasattr(chosen, "watch"):
        chosen = replace(cast("Any", chosen), watch=True)
    nodes = check_grid(sigmas)
    check_start(x, block=block, chunk=chunk, keep=keep)
    if chosen.needs_energy:
        need_energy(denoise, chosen.name)
    width = len(x) if chunk is None else chunk // block * block
    parts = [
        _Part(
            Counted(denoise, sampler=chosen.name, count=len(nodes) - 1, cancel=cancel),
            x[start : start + width],
            Noise(
                seed,
                len(x[start : start + width]),
                block=block,
                first=start // block,
                device=x.device,
            ),
        )
        for start in range(0, len(x), width)
    ]
    return Walk(_steps(chosen, parts, nodes), _Record(x, nodes, parts, keep))


class Walk:
    """A run that waits between its steps: an iterator of `Step`, with what was done so far.

    An error ends it; `Cancelled` and `NotFiniteError` carry the finished steps in ``.run``. Of a
    sampler that is watched, steps with ``inner`` come between; `run` tells of finished steps only.
    """

    def __init__(self, steps: Iterator[Step], record: _Record) -> None:
        self._steps, self._record = steps, record

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Step:
        """Do the next step, or inner step, and return it."""
        began = time.perf_counter()
        try:
            with torch.no_grad():
                step = next(self._steps)
        except UnfinishedError as error:
            self._record.seconds += time.perf_counter() - began
            error.run = self.run()
            raise
        self._record.seconds += time.perf_counter() - began
        if step.inner is None:
            self._record.add(step)
        return step

    def run(self) -> Run:
        """Return what was done so far."""
        return self._record.run()


@dataclass(frozen=True, slots=True)
class _Part:
    """A chunk of the samples."""

    counted: Counted
    start: torch.Tensor
    noise: Noise


@dataclass(slots=True)
class _Record:
    """The finished steps so far."""

    start: torch.Tensor
    sigmas: np.ndarray
    parts: list[_Part]
    keep: str
    seconds: float = 0.0
    last: Step | None = None
    states: list[torch.Tensor] = field(default_factory=list)
    extras: list[Mapping[str, Any]] = field(default_factory=list)

    def add(self, step: Step) -> None:
        self.last = step
        self.extras.append(step.extras)
        if self.keep == "all":
            self.states.append(step.x)

    def run(self) -> Run:
        first, last = self.parts[0].counted, self.last
        x = self.start if last is None else last.x
        states = [self.start, *self.states] if self.keep == "all" else [x]
        return Run(
            x=x,
            x0=torch.full_like(x, torch.nan) if last is None else last.x0,
            nfe=first.nfe,
            energy_evaluations=first.energy,
            states=torch.stack(states),
            sigmas=self.sigmas,
            seconds=self.seconds,
            steps=len(self.extras),
            calls=sum(part.counted.calls for part in self.parts),
            extras=tuple(self.extras),
        )


def _steps(sampler: Sampler, parts: list[_Part], sigmas: np.ndarray) -> Iterator[Step]:
    """Yield the steps of all chunks together."""
    walks = [_checked(sampler, part, sigmas) for part in parts]
    for steps in zip(*walks, strict=True):
        yield steps[0] if len(steps) == 1 else _joined(steps)


def _checked(sampler: Sampler, part: _Part, sigmas: np.ndarray) -> Iterator[Step]:
    """Yield the steps of one chunk, each with its cost, and finite."""
    counted = part.counted
    with closing(_generator(sampler.steps(counted, part.start, sigmas, part.noise))) as steps:
        for step in steps:
            counted.check(step.x, "the state", step.sigma)
            yield replace(step, nfe=counted.nfe, energy=counted.energy)
            if step.inner is None:
                counted.step = step.index + 1


def _generator(steps: Iterator[Step]) -> Any:
    if not hasattr(steps, "close"):
        raise InputError("sampler", "Its steps are not a generator.", "Write steps() with yield.")
    return steps


def _joined(steps: tuple[Step, ...]) -> Step:
    """Return the step of all chunks; extras that are tensors of samples are joined as well."""
    first = steps[0]
    extras = {
        key: torch.cat([step.extras[key] for step in steps])
        if isinstance(value, torch.Tensor) and value.ndim
        else value
        for key, value in first.extras.items()
    }
    return replace(
        first,
        x=torch.cat([step.x for step in steps]),
        x0=torch.cat([step.x0 for step in steps]),
        extras=extras,
    )
