"""When reverse transition kernels win: inner chains, DDPM and an ODE solver at equal cost.

Nine modes in ten dimensions, five segments even in Ornstein-Uhlenbeck time, two budgets, two inner
steps tau = c / L, two horizons. The numbers of the paper's example (weights, means, variances,
horizon, step sizes) are not known to us; these are ours. From the shorter horizon only exact starts
make sense: p_sigma is no Gaussian there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from explorer.analysis.arena.entry import Entry, check
from explorer.analysis.arena.setting import Setting
from explorer.core.errors import Cancelled, InputError

if TYPE_CHECKING:
    from explorer.analysis.arena.contest import Contest
    from explorer.analysis.arena.score import Score
    from explorer.analysis.arena.target import Target

STD, SEGMENTS = 0.25, 5
BUDGETS: Final = (30, 100)
STEPS: Final = (0.1, 0.5)  # inner step c
SEEDS: Final = (0, 1, 2, 3, 4, 5, 6, 7)
METRICS: Final = ("mode-tv", "marginal-error", "sliced-w2")
SAMPLES = 1000
HORIZONS: Final[Mapping[str, Setting]] = MappingProxyType(
    {
        "short": Setting(SAMPLES, sigma_min=0.02, sigma_max=1.0, start="exact"),
        "long": Setting(SAMPLES, sigma_min=0.02, sigma_max=80.0, start="noise"),
    }
)
CHAINS: Final = MappingProxyType(
    {
        "mala": ("rtk-mala", ()),
        "simpson": ("rtk-mala-score", ()),
        "trapezoid": ("rtk-mala-score", (("rule", "trapezoid"),)),
        "uld": ("rtk-uld", ()),
        "ula": ("rtk-ula", ()),
    }
)
EXACT: Final = Entry("rtk-exact", "ou", (("segments", SEGMENTS),))
DDPM_OU, DDPM_KARRAS, ODE = Entry("ddpm", "ou"), Entry("ddpm", "karras"), Entry("dpmpp-2m")


def chain(name: str, c: float) -> Entry:
    """Return the entry of an inner chain with inner step c.

    Examples
    --------
    >>> chain("trapezoid", 0.1).text(), chain("ula", 0.1).text()  # 0.1 is what ULA takes by itself
    ('rtk-mala-score@ou(c=0.1,rule=trapezoid,segments=5)', 'rtk-ula@ou(segments=5)')
    """
    sampler, params = CHAINS[name]
    return check(Entry(sampler, "ou", (*params, ("c", c), ("segments", SEGMENTS))))


ENTRIES: Final[tuple[Entry, ...]] = (
    EXACT,
    *(chain(name, c) for name in CHAINS for c in STEPS),
    DDPM_OU,
    DDPM_KARRAS,
    ODE,
)


@cache
def target() -> Target:
    """Return the nine modes: one object, which remembers the shares of its modes."""
    from explorer.analysis.arena import target as make

    return make.nine_modes(std=STD)


@dataclass(frozen=True, slots=True)
class Heat:
    """One run of the study: positions in `ENTRIES`, `BUDGETS` and `SEEDS`."""

    entry: int
    budget: int
    seed: int


# Seed by seed, so that a study that was stopped is even.
HEATS: Final = tuple(
    Heat(e, b, s)
    for s in range(len(SEEDS))
    for b in range(len(BUDGETS))
    for e in range(len(ENTRIES))
)


def floor(horizon: str) -> dict[str, tuple[float, float]]:
    """Return mean and standard deviation of every distance between two exact sets."""
    from explorer.analysis.arena.floor import floors

    setting = _setting(horizon)
    return floors(target(), setting.n, sigma=setting.sigma_min)


def run(horizon: str, heat: Heat) -> Score:
    """Return the score of one run."""
    from explorer.analysis.arena import heat as heats
    from explorer.analysis.arena.score import score

    setting, aim, seed = _setting(horizon), target(), SEEDS[heat.seed]
    walk = heats.begin(aim, ENTRIES[heat.entry], BUDGETS[heat.budget], seed, setting)
    for _ in walk:
        pass
    return score(aim, setting, walk.run(), seed)


def table(floors: Mapping[str, tuple[float, float]], scores: Sequence[Score]) -> Contest:
    """Return the scores of the first of `HEATS` as a contest."""
    from explorer.analysis.arena.contest import empty

    found = empty(ENTRIES, BUDGETS, SEEDS, metrics=list(floors), floors=floors)
    for heat, one in zip(HEATS, scores, strict=False):
        found = found.filled((heat.entry, heat.budget, heat.seed), one)
    return found


def study(
    horizon: str,
    *,
    progress: Callable[[float], None] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Contest:
    """Return all scores of a horizon; about twenty seconds of one core.

    Parameters
    ----------
    horizon : {"short", "long"}
    progress : callable, optional
        Gets the share that is done, 0 to 1, after each run.
    cancel : callable, optional
        Asked before each run; a true answer stops.

    Raises
    ------
    Cancelled
        When stopped; ``.run`` is the table so far.
    InputError
        For another horizon.
    """
    floors, scores = floor(horizon), []
    for heat in HEATS:
        if cancel is not None and cancel():
            raise Cancelled("The study was stopped; .run has it so far.", table(floors, scores))
        scores.append(run(horizon, heat))
        if progress is not None:
            progress(len(scores) / len(HEATS))
    return table(floors, scores)


def _setting(horizon: str) -> Setting:
    if horizon not in HORIZONS:
        raise InputError("horizon", f"There is no horizon {horizon!r}.", "Use short or long.")
    return HORIZONS[horizon]
