"""The numbers of one heat."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from explorer.analysis.arena.ode import Ends
    from explorer.analysis.arena.setting import Setting
    from explorer.analysis.arena.target import Target
    from explorer.samplers import Run

SETS = 2**31  # reference sets of scores have smaller numbers, those of floors larger ones


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


def score(target: Target, setting: Setting, run: Run, seed: int, ends: Ends | None = None) -> Score:
    """Return the numbers of a finished run.

    Parameters
    ----------
    target : Target
    setting : Setting
        The noise level at which the samples stand is its sigma_min, or 0.
    run : Run
    seed : int
        Chooses the reference set, which all entries of a seed share.
    ends : Ends, optional
        Exact ends of the ODE from this seed, for samplers that draw no noise on the way.

    Examples
    --------
    >>> from explorer.analysis.arena import heat, setting, target
    >>> from explorer.analysis.arena.entry import Entry
    >>> shared, modes = setting.Setting(n=100), target.nine_modes()
    >>> walk = heat.begin(modes, Entry("dpmpp-2m"), 20, 0, shared)
    >>> for step in walk:
    ...     pass
    >>> found = score(modes, shared, walk.run(), 0)
    >>> found.nfe, sorted(found.distances)
    (20, ['energy-distance', 'marginal-error', 'mode-tv', 'sliced-w2'])
    """
    import numpy as np

    from explorer.analysis.arena.distances import distances

    sigma = level(setting)
    samples = run.x.detach().cpu().numpy()
    reference = target.reference(len(samples), seed % SETS, sigma=sigma)
    accepted = [step["acceptance"] for step in run.extras if "acceptance" in step]
    return Score(
        nfe=run.nfe,
        energy=run.energy_evaluations,
        seconds=run.seconds,
        distances=distances(target, samples, reference, sigma=sigma),
        ode=math.nan if ends is None else float(np.median(ends.distance(samples))),
        acceptance=float(np.mean([float(a.double().mean()) for a in accepted]))
        if accepted
        else math.nan,
    )


def level(setting: Setting) -> float:
    """Return the noise level at which samples stand and are compared with the data."""
    return 0.0 if setting.end == "zero" else setting.sigma_min
