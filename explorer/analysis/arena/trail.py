"""What is shown of one heat: the way of its first samples, and where all of them ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import numpy as np

if TYPE_CHECKING:
    from explorer.core.types import Step
    from explorer.samplers import Walk

LARGEST = 3e38  # of float32
EXTRAS = ("acceptance", "tau", "eta", "zeta", "r1", "r2")


@dataclass(frozen=True, slots=True, eq=False)
class Trail:
    """A heat as far as it has come; S' finished steps of S.

    Attributes
    ----------
    sigmas : numpy.ndarray, float64 (S + 1,)
        The whole grid.
    x : numpy.ndarray, float32 (S' + 1, k, ...)
        States of the first k samples, the start first; shaped (k, d) for points, (k, C, H, W) for
        images.
    x0 : numpy.ndarray, float32 (S', k, ...)
        Estimates of the clean data that the steps used.
    final : numpy.ndarray, float32 (n, ...)
        The last state of all samples; of shape (0, ...) before the first step.
    extras : mapping of str to numpy.ndarray, float64 (S',)
        Means over the samples of what the sampler told of each step: "acceptance", "tau", "eta",
        "zeta", "r1", "r2"; NaN where a step told nothing.
    nfe, energy : int
        Evaluations per sample so far.
    seconds : float
        Wall time of the steps so far.
    steps : int
        S, the number of steps of the whole heat.
    stopped : str
        Why it ended early, in words; "" if it did not.
    """

    sigmas: np.ndarray
    x: np.ndarray
    x0: np.ndarray
    final: np.ndarray
    extras: Mapping[str, np.ndarray] = field(default_factory=dict)
    nfe: int = 0
    energy: int = 0
    seconds: float = 0.0
    steps: int = 0
    stopped: str = ""

    @property
    def done(self) -> int:
        """Number of finished steps S'."""
        return len(self.x) - 1

    @property
    def finished(self) -> bool:
        """Whether all steps are done."""
        return self.done == self.steps


class Recorder:
    """What becomes a `Trail` while a run goes on.

    Parameters
    ----------
    walk : Walk
        The run, before its first step.
    k : int
        How many samples are followed.

    Examples
    --------
    >>> from explorer.analysis.arena import heat, setting, target
    >>> from explorer.analysis.arena.entry import Entry
    >>> walk = heat.begin(target.nine_modes(), Entry("heun"), 10, 0, setting.Setting(n=4))
    >>> recorder = Recorder(walk, 2)
    >>> recorder.add(next(walk)).trail().x.shape, recorder.trail().final.shape
    ((2, 2, 10), (4, 10))
    """

    def __init__(self, walk: Walk, k: int) -> None:
        run = walk.run()
        self._walk, self._k, self._sigmas = walk, k, run.sigmas
        self._x, self._x0 = [_shown(run.x[:k])], []
        self._extras: list[dict[str, float]] = []
        self._last: Step | None = None

    def add(self, step: Step) -> Self:
        """Keep a finished step; an inner one is passed over."""
        if step.inner is not None:
            return self
        self._x.append(_shown(step.x[: self._k]))
        self._x0.append(_shown(step.x0[: self._k]))
        self._extras.append({name: _mean(step.extras.get(name)) for name in EXTRAS})
        self._last = step
        return self

    def trail(self, stopped: str = "") -> Trail:
        """Return what was kept so far.

        Parameters
        ----------
        stopped : str
            Why the run ended early, in words.
        """
        x, last = np.stack(self._x), self._last
        none = np.empty((0, *x.shape[2:]), np.float32)
        return Trail(
            sigmas=self._sigmas,
            x=x,
            x0=np.stack(self._x0) if self._x0 else np.empty((0, *x.shape[1:]), np.float32),
            final=none if last is None else _shown(last.x),
            extras={name: np.array([e[name] for e in self._extras]) for name in EXTRAS},
            nfe=0 if last is None else last.nfe,
            energy=0 if last is None else last.energy,
            seconds=self._walk.run().seconds,
            steps=len(self._sigmas) - 1,
            stopped=stopped,
        )


def _shown(x: Any) -> np.ndarray:
    """Return states as float32 arrays, points (k, 1, 1, d) without their empty axes."""
    # What ran away beyond float32 stays at its edge: a picture cannot show infinity.
    states = x.detach().float().clamp(-LARGEST, LARGEST).cpu().numpy()
    return states.reshape(len(states), -1) if states.shape[1:3] == (1, 1) else states


def _mean(value: Any) -> float:
    if value is None:
        return float("nan")
    return float(value.double().mean()) if hasattr(value, "double") else float(value)
