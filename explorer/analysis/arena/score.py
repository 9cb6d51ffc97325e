"""The numbers of one heat."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Score:
    """What was measured of one heat.

    Attributes
    ----------
    nfe, energy : int
        Evaluations per sample that were spent, of denoiser or score and of the log density.
    seconds : float
        Wall time of its steps.
    distances : mapping of str to float
        Metric -> value, of the final samples against fresh reference samples.
    ode : float
        Median RMSE to the exact end of the ODE from the same noise; NaN for stochastic samplers.
    acceptance : float
        Mean share of accepted proposals; NaN where nothing is proposed.
    """

    nfe: int
    energy: int
    seconds: float
    distances: Mapping[str, float] = field(default_factory=dict)
    ode: float = math.nan
    acceptance: float = math.nan
