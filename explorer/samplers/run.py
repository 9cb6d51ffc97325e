"""What a run leaves behind, whole or stopped half-way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """The samples, what they cost, and how they came about.

    Attributes
    ----------
    x : torch.Tensor
        The samples, (B, ...), as the start typed and placed.
    x0 : torch.Tensor
        The last estimate of the clean data, shaped as x; NaN if no step was finished.
    nfe, energy_evaluations : int
        Evaluations of denoiser or score, and of the log density, per sample; measured. Of a
        stopped run also those of the step that was not finished.
    states : torch.Tensor
        States (S + 1, B, ...), the start first, with ``keep="all"``; otherwise the last, (1, B,
        ...). S is `steps`.
    sigmas : numpy.ndarray
        The noise grid, float64 (n + 1,).
    seconds : float
        Wall time of its steps; measured.
    steps : int
        Number of steps that were finished.
    calls : int
        Calls of the denoiser, per batch; measured.
    extras : tuple of mappings
        What the sampler told of each finished step.
    """

    x: torch.Tensor
    x0: torch.Tensor
    nfe: int
    energy_evaluations: int
    states: torch.Tensor
    sigmas: np.ndarray
    seconds: float
    steps: int
    calls: int
    extras: tuple[Mapping[str, Any], ...]
