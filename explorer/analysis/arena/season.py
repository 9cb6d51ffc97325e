"""All heats of a contest, one after the other: seed by seed, so that a stopped table is even."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

from explorer.analysis.arena import heat, memory, ode
from explorer.analysis.arena.contest import Contest, empty
from explorer.analysis.arena.distances import names
from explorer.analysis.arena.entry import Entry, check, parse
from explorer.analysis.arena.floor import floors
from explorer.analysis.arena.score import Score, level, score
from explorer.core.errors import Cancelled, InputError, NotFiniteError

if TYPE_CHECKING:
    import torch

    from explorer.analysis.arena.ode import Ends
    from explorer.analysis.arena.setting import Setting
    from explorer.analysis.arena.target import Target

Cancel = Callable[[], bool] | None


def play(
    target: Target,
    entries: str | Sequence[Entry | str],
    budgets: Sequence[int],
    *,
    setting: Setting,
    seeds: Sequence[int],
    followed: int | None,
    progress: Callable[[float], None] | None,
    cancel: Cancel,
) -> Contest:
    """Return the table of a contest; see `contest.contest`."""
    chosen = read(entries)
    if not (chosen and budgets and seeds):
        problem = f"{len(chosen)} samplers, {len(budgets)} budgets, {len(seeds)} seeds."
        raise InputError("samplers", problem, "Give at least one of each.")
    for word, given in (("budget", budgets), ("seed", seeds)):
        if len(set(given)) < len(given):  # a seed twice is no second sample
            problem = f"A {word} stands twice among {list(given)[:8]}."
            raise InputError(f"{word}s" if word == "seed" else "nfe", problem, "Give each once.")
    table = empty(chosen, sorted(budgets), seeds, metrics=names(target))
    try:
        measured = floors(target, setting.n, sigma=level(setting), cancel=cancel)
        table = replace(table, floors=measured)
        for newer, share in _heats(table, target, setting, m=followed, cancel=cancel):
            table = newer
            if progress is not None:
                progress(share)
    except Cancelled as stopped:
        raise Cancelled("The contest was stopped; .run has the table so far.", table) from stopped
    return table


def read(entries: str | Sequence[Entry | str]) -> tuple[Entry, ...]:
    """Return checked entries from a text, or from texts and entries.

    Raises
    ------
    InputError
        With field ``"samplers"``, if one cannot be read.

    Examples
    --------
    >>> read(["ddpm", Entry("heun")]) == read("ddpm; heun")
    True
    """
    if isinstance(entries, str):
        return parse(entries)
    return tuple(
        one for e in entries for one in ((check(e),) if isinstance(e, Entry) else parse(e))
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Shared:
    """What all heats of a seed share."""

    seed: int
    start: torch.Tensor
    ends: Ends | None


def _heats(
    table: Contest, target: Target, setting: Setting, *, m: int | None, cancel: Cancel
) -> Iterator[tuple[Contest, float]]:
    """Yield the table after each heat, with the share that is done."""
    table, deterministic = _priced(table, target, setting)
    done, wanted = 0, any(deterministic.values()) and m != 0
    for s, seed in enumerate(table.seeds):
        ends = None
        if wanted:
            ends = ode.ends(target, setting, seed, m=m or ode.FOLLOWED, cancel=cancel)
        shared = _Shared(seed, target.start(setting.n, seed, setting), ends)
        for b, e in product(range(len(table.budgets)), range(len(table.entries))):
            if (e, b) not in table.refused:
                exact = shared.ends if deterministic[e, b] else None
                heat_of = (table.entries[e], table.budgets[b])
                found = _run(target, heat_of, setting, replace(shared, ends=exact), cancel)
                is_score = isinstance(found, Score)
                table = table.filled((e, b, s), found) if is_score else table.refuse(e, b, found)
            done += 1
            yield table, done / table.seconds.size


def _priced(
    table: Contest, target: Target, setting: Setting
) -> tuple[Contest, dict[tuple[int, int], bool]]:
    """Return the table with the refusals known beforehand, and which heats follow the ODE."""
    deterministic = {}
    for (e, entry), (b, budget) in product(enumerate(table.entries), enumerate(table.budgets)):
        try:
            planned = heat.plan(target, entry, budget, setting)
        except InputError as error:
            table = table.refuse(e, b, str(error))
        else:
            deterministic[e, b] = not planned.sampler.stochastic
    return table, deterministic


def _run(
    target: Target, heat_of: tuple[Entry, int], setting: Setting, shared: _Shared, cancel: Cancel
) -> Score | str:
    """Return the score of a heat, or why it has none."""
    entry, budget = heat_of
    try:
        chunk = memory.fit(target, entry, setting)
        walk = heat.begin(
            target, entry, budget, shared.seed, setting, cancel, chunk=chunk, start=shared.start
        )
        for _ in walk:
            pass
        return score(target, setting, walk.run(), shared.seed, shared.ends)
    except (InputError, NotFiniteError) as error:
        return str(error)
