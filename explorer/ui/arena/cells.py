"""The heats of a contest: one for each entry, budget and seed, with what it will do and cost."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from explorer.analysis.arena import heat
from explorer.core.errors import InputError
from explorer.ui.arena import targets
from explorer.ui.kept import shelf

if TYPE_CHECKING:
    from explorer.analysis.arena.entry import Entry
    from explorer.analysis.arena.heat import Planned
    from explorer.analysis.arena.setting import Setting
    from explorer.ui.arena.state import Wish
    from explorer.ui.arena.target_spec import TargetSpec


@dataclass(frozen=True, slots=True)
class Cell:
    """One heat: what all share, and who runs with which budget from which seed."""

    target: TargetSpec
    setting: Setting
    entry: Entry
    nfe: int
    seed: int
    device: str

    def key(self) -> str:
        """Return its canonical string."""
        return _key(self)


@lru_cache(maxsize=8192)  # each is asked for many times in a drawing
def _key(one: Cell) -> str:
    rest = [one.entry.text(), one.nfe, one.seed, one.device]
    return json.dumps(["heat", one.target.key(), asdict(one.setting), rest])


def cell(wish: Wish, entry: Entry, nfe: int, seed: int) -> Cell:
    """Return one heat of a contest."""
    return Cell(wish.target, wish.setting, entry, nfe, seed, wish.device)


def first(wish: Wish) -> list[Cell]:
    """Return the heats that are shown: the main budget, the first seed."""
    return [cell(wish, entry, wish.nfe, wish.seeds[0]) for entry in runners(wish, wish.nfe)]


def others(wish: Wish) -> list[Cell]:
    """Return all other heats, the main budget first."""
    budgets = sorted(wish.ladder, key=lambda nfe: (nfe != wish.nfe, nfe))
    return [
        cell(wish, entry, nfe, seed)
        for nfe in budgets
        for seed in wish.seeds
        for entry in runners(wish, nfe)
        if (nfe, seed) != (wish.nfe, wish.seeds[0])
    ]


def runners(wish: Wish, nfe: int) -> list[Entry]:
    """Return the entries that can run with a budget."""
    plans = ((entry, planned(wish, entry, nfe)) for entry in wish.entries)
    return [entry for entry, plan in plans if not isinstance(plan, InputError)]


def planned(wish: Wish, entry: Entry, nfe: int) -> Planned | InputError:
    """Return what an entry does with a budget, or why it cannot run."""
    key = "plan " + cell(wish, entry, nfe, 0).key()
    known = shelf().get(key)
    if known is None:
        try:
            known = heat.plan(targets.target(wish), entry, nfe, wish.setting)
        except InputError as error:
            known = error
        shelf().put(key, known)
    return known


def price(wish: Wish, one: Cell) -> int:
    """Return the evaluations per sample that a heat takes, of denoiser and log density."""
    plan = planned(wish, one.entry, one.nfe)
    return 0 if isinstance(plan, InputError) else plan.nfe + plan.energy


def follows_ode(wish: Wish, one: Cell) -> bool:
    """Return whether a heat draws no noise, so that its end can be known exactly."""
    plan = planned(wish, one.entry, one.nfe)
    return not isinstance(plan, InputError) and not plan.sampler.stochastic
