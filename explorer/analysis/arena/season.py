"""All heats of a contest, one after the other: seed by seed, so that a stopped table is even."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import product
from typing import TYPE_CHECKING

from explorer.analysis.arena import heat, ode
from explorer.analysis.arena.contest import Contest, empty
from explorer.analysis.arena.distances import names
from explorer.analysis.arena.entry import Entry, check, parse
from explorer.analysis.arena.floor import floors
from explorer.analysis.arena.score import Score, level, score
from explorer.core.errors import Cancelled, InputError, NotFiniteError

if TYPE_CHECKING:
    from explorer.analysis.arena.setting import Setting
    from explorer.analysis.arena.target import Target
    from explorer.samplers import Run, Walk

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


def _heats(
    table: Contest, target: Target, setting: Setting, *, m: int | None, cancel: Cancel
) -> Iterator[tuple[Contest, float]]:
    """Yield the table after each heat, with the share that is done."""
    table, deterministic = _priced(table, target, setting)
    total = table.seconds.size
    ends = start = None
    order = product(range(len(table.seeds)), range(len(table.budgets)), range(len(table.entries)))
    for done, (s, b, e) in enumerate(order, start=1):
        if b == e == 0:
            wanted = any(deterministic.values()) and m != 0
            ends = _ends(target, setting, table.seeds[s], m, cancel) if wanted else None
            start = target.start(setting.n, table.seeds[s], setting)
        if (e, b) not in table.refused:
            walk = partial(
                heat.begin,
                target,
                table.entries[e],
                table.budgets[b],
                table.seeds[s],
                setting,
                cancel,
                start=start,
            )
            exact = ends if deterministic[e, b] else None
            found = _run(walk, partial(score, target, setting, seed=table.seeds[s], ends=exact))
            table = (
                table.filled((e, b, s), found)
                if isinstance(found, Score)
                else table.refuse(e, b, found)
            )
        yield table, done / total


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


def _ends(target: Target, setting: Setting, seed: int, m: int | None, cancel: Cancel) -> ode.Ends:
    return ode.ends(target, setting, seed, m=m or ode.FOLLOWED, cancel=cancel)


def _run(begin: Callable[[], Walk], judge: Callable[[Run], Score]) -> Score | str:
    """Return the score of a heat, or why it has none."""
    try:
        walk = begin()
        for _ in walk:
            pass
        return judge(walk.run())
    except (InputError, NotFiniteError) as error:
        return str(error)
