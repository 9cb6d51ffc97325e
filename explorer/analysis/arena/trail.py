"""What is shown of one heat: the way of its first samples, and where all of them ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np


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
