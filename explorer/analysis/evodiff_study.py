"""EVODiff taken apart: its coefficients along a run, and its parts switched off at equal cost.

Rows with the same grid differ in the rule alone. By itself each sampler takes its own grid: EVODiff
is tuned for logsnr down to sigma about 0.002.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from explorer.analysis.arena.entry import Entry

if TYPE_CHECKING:
    from explorer.analysis.arena.contest import Contest
    from explorer.analysis.arena.ode import Ends
    from explorer.analysis.arena.score import Score
    from explorer.analysis.arena.setting import Setting
    from explorer.analysis.arena.target import Target

COEFFICIENTS: Final = ("eta", "zeta", "r1", "r2")
QUARTER = 0.25  # eta of the released rule where eta* = 0
FOLLOWED = 64  # samples whose coefficients are kept
BAND = (0.1, 0.9)  # quantiles
AWAY = 1000.0  # times the floor: samples far outside the data
MANY = 20  # steps, above which zeta follows another rule
AROUND: Final = (MANY - 1, MANY, MANY + 1, MANY + 2)  # budgets at which the change of rule shows

# name -> entry: variants first, then what they are compared with
VARIANTS: Final[Mapping[str, Entry]] = MappingProxyType(
    {
        "released": Entry("evodiff"),
        "plain last step": Entry("evodiff", params=(("special_last", False),)),
        "no balance": Entry("evodiff", params=(("balance", False),)),
        "no clamps": Entry("evodiff", params=(("clamps", False),)),
        "eta only": Entry("evodiff", params=(("zeta", 1.0),)),
        "zeta only": Entry("evodiff", params=(("eta", QUARTER),)),
        "printed": Entry("evodiff-paper"),
        "printed, eta only": Entry("evodiff-paper", params=(("zeta", 1.0),)),
        "printed, zeta only": Entry("evodiff-paper", params=(("eta", 0.5),)),
        "skeleton": Entry("evodiff-plain"),
    }
)
OTHERS: Final[Mapping[str, Entry]] = MappingProxyType(
    {name: Entry(name) for name in ("dpmpp-2m", "unipc", "ipndm", "ddim")}
)
COURSES: Final = ("released", "printed", "skeleton")


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """Coefficients along a run.

    Attributes
    ----------
    sigmas : numpy.ndarray, float64 (S,)
        Where each step ends.
    mean, low, high : mapping of str to numpy.ndarray, float64 (S,)
        Mean and quantiles over samples and channels; NaN where a step has no coefficient.
    samples : int
    """

    sigmas: np.ndarray
    mean: Mapping[str, np.ndarray]
    low: Mapping[str, np.ndarray]
    high: Mapping[str, np.ndarray]
    samples: int


def course(target: Target, entry: Entry, nfe: int, setting: Setting, *, seed: int = 0) -> Course:
    """Return the coefficients of an EVODiff entry along one run of the first samples of a seed.

    Parameters
    ----------
    target : Target
    entry : Entry
    nfe : int
        Budget; also the number of steps.
    setting : Setting
    seed : int

    Examples
    --------
    >>> from explorer.analysis.arena.setting import Setting
    >>> from explorer.analysis.arena.target import nine_modes
    >>> found = course(nine_modes(), VARIANTS["released"], 10, Setting())
    >>> found.mean["eta"].shape, bool(np.nanmax(found.mean["eta"]) <= 0.5)
    ((10,), True)
    """
    from explorer.analysis.arena import heat

    few = replace(setting, n=min(setting.n, FOLLOWED))
    walk = heat.begin(target, entry, nfe, seed, few)
    told, sigmas = [], []
    for step in walk:
        told.append({name: _values(step.extras.get(name)) for name in COEFFICIENTS})
        sigmas.append(step.sigma)
    columns = {name: [one[name] for one in told] for name in COEFFICIENTS}
    return Course(
        np.array(sigmas),
        {name: np.array([v.mean() for v in column]) for name, column in columns.items()},
        {name: _quantiles(column, BAND[0]) for name, column in columns.items()},
        {name: _quantiles(column, BAND[1]) for name, column in columns.items()},
        few.n,
    )


def entries(grid: str = "", names: Iterable[str] = (*VARIANTS, *OTHERS)) -> tuple[Entry, ...]:
    """Return variants and others, all on one grid; "" leaves each its own.

    Examples
    --------
    >>> [entry.text() for entry in entries("logsnr", ["released", "ddim"])]
    ['evodiff@logsnr', 'ddim@logsnr']
    """
    known = {**VARIANTS, **OTHERS}
    return tuple(replace(known[name], grid=grid) for name in names)


def score(
    target: Target, entry: Entry, nfe: int, *, setting: Setting, seed: int, ends: Ends
) -> Score:
    """Return the score of one run against the law and against the exact ends of the ODE."""
    from explorer.analysis.arena import heat
    from explorer.analysis.arena.score import score as measured

    walk = heat.begin(target, entry, nfe, seed, setting)
    for _ in walk:
        pass
    return measured(target, setting, walk.run(), seed, ends)


def table(
    chosen: Sequence[Entry],
    budgets: Sequence[int],
    seeds: Sequence[int],
    scores: Mapping[tuple[int, int, int], Score],
    floors: Mapping[str, tuple[float, float]],
) -> Contest:
    """Return scores by (entry, budget, seed) as a contest."""
    from explorer.analysis.arena.contest import empty

    found = empty(chosen, budgets, seeds, metrics=list(floors), floors=floors)
    for where, one in scores.items():
        found = found.filled(where, one)
    return found


def kink(found: Contest) -> tuple[float, float] | None:
    """Return how much the distance to the ODE's end changes from 20 to 21 steps, and beside it.

    Parameters
    ----------
    found : Contest
        The released rule alone, at the budgets `AROUND`.

    Returns
    -------
    (float, float) or None
        Ratio of the distances at 21 and 20 steps; geometric mean of the same ratio at 20 to 19 and
        at 22 to 21, where no rule changes. None while a budget is missing.
    """
    mean = found.mean("ode")[0]
    if found.budgets != AROUND or not np.isfinite(mean).all() or not (mean > 0.0).all():
        return None
    steps = mean[1:] / mean[:-1]
    return float(steps[1]), float(np.sqrt(steps[0] * steps[2]))


def ran_away(found: Contest) -> np.ndarray:
    """Return in how many seeds some samples of each rule are far outside the data, int (E,).

    Said of a distance to the law that is a thousand times what exact samples score.
    """
    values = found.distances["sliced-w2"][:, 0]
    far = AWAY * found.floors["sliced-w2"][0]
    with np.errstate(invalid="ignore"):
        return (values > far).sum(axis=1)


def _values(told: object) -> np.ndarray:
    """Return what a step told, flat; one NaN if nothing."""
    if told is None:
        return np.array([np.nan])
    values = told.detach().cpu().numpy() if hasattr(told, "detach") else told  # pyright: ignore[reportAttributeAccessIssue]
    return np.asarray(values, dtype=np.float64).ravel()


def _quantiles(column: Sequence[np.ndarray], share: float) -> np.ndarray:
    return np.array([np.quantile(values, share) for values in column])
