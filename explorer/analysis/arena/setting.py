"""What all entries of a contest share: how many samples, between which noise levels, from where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from explorer.core.errors import InputError

MOST_SAMPLES = 100_000


@dataclass(frozen=True, slots=True)
class Setting:
    """The terms of a contest.

    Attributes
    ----------
    n : int
        Samples of each heat.
    sigma_min, sigma_max : float
        Smallest positive and largest noise level.
    end : {"sigma_min", "zero"}
        Last node of every grid: sigma_min, or 0 after it, where the answer is the denoiser's.
    start : {"noise", "exact"}
        Law of the starts: N(0, sigma_max^2 I), or the data with noise of that level.
    """

    n: int = 1000
    sigma_min: float = 0.002
    sigma_max: float = 80.0
    end: Literal["sigma_min", "zero"] = "sigma_min"
    start: Literal["noise", "exact"] = "noise"

    def __post_init__(self) -> None:
        if not 2 <= self.n <= MOST_SAMPLES:
            remedy = f"Give 2 to {MOST_SAMPLES:,}."
            raise InputError("n", f"n = {self.n} samples.", remedy)
        if not 0.0 < self.sigma_min < self.sigma_max < float("inf"):
            problem = f"sigma_min = {self.sigma_min:.6g} and sigma_max = {self.sigma_max:.6g}."
            raise InputError("sigma_min", problem, "Give 0 < sigma_min < sigma_max.")
        if self.end not in {"sigma_min", "zero"}:
            raise InputError("end", f"end = {self.end!r}.", 'Use "sigma_min" or "zero".')
        if self.start not in {"noise", "exact"}:
            raise InputError("start", f"start = {self.start!r}.", 'Use "noise" or "exact".')
