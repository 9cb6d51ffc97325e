"""How far a contest has come: what is on the shelf, what is missing, and the table so far.

The order in which the missing is done: all entries with the main budget from the first seed, round
by round, so that their pictures grow together; their scores; the exact ends of the ODE; then the
other budgets and seeds.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from explorer.analysis.arena import contest as table
from explorer.core.errors import ExplorerError, InputError
from explorer.figures import sampler_style
from explorer.ui.arena import exact_ends, heats, targets
from explorer.ui.kept import shelf
from explorer.ui.turns import Piece

if TYPE_CHECKING:
    from explorer.analysis.arena.contest import Contest
    from explorer.analysis.arena.entry import Entry
    from explorer.analysis.arena.trail import Trail
    from explorer.ui.arena.heats import Cell
    from explorer.ui.arena.state import Wish


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a contest is.

    Attributes
    ----------
    done, total, first : int
        Heats that are over, all heats, and those of the first view.
    spent, price : int
        Evaluations per sample, of denoiser and log density: done, and of all heats; those of the
        exact ends of the ODE are counted in.
    failed : tuple of (Cell, str)
        Heats that ended early, and why.
    """

    done: int
    total: int
    first: int
    spent: int
    price: int
    failed: tuple[tuple[Cell, str], ...]
    finished: bool

    @property
    def share(self) -> float:
        """Share of the evaluations that are done, 0 to 1."""
        return self.spent / self.price if self.price else 1.0


def runners(wish: Wish, nfe: int) -> list[Entry]:
    """Return the entries that can run with a budget."""
    plans = ((entry, heats.planned(wish, entry, nfe)) for entry in wish.entries)
    return [entry for entry, plan in plans if not isinstance(plan, InputError)]


def first_cells(wish: Wish) -> list[Cell]:
    """Return the heats that are shown: the main budget, the first seed."""
    return [heats.cell(wish, entry, wish.nfe, wish.seeds[0]) for entry in runners(wish, wish.nfe)]


def other_cells(wish: Wish) -> list[Cell]:
    """Return all other heats, the main budget first."""
    budgets = sorted(wish.ladder, key=lambda nfe: (nfe != wish.nfe, nfe))
    return [
        heats.cell(wish, entry, nfe, seed)
        for nfe in budgets
        for seed in wish.seeds
        for entry in runners(wish, nfe)
        if (nfe, seed) != (wish.nfe, wish.seeds[0])
    ]


def first_pieces(wish: Wish, held: Collection[Entry] = ()) -> Iterator[Piece]:
    """Yield what the first view needs: the heats that are shown, floors, and their scores."""
    cells = [one for one in first_cells(wish) if one.entry not in held]
    while left := [one for one in cells if heats.outcome(one) is None]:
        one = min(left, key=heats.share)
        yield _step(wish, one, shown=True)
    if cells and floors(wish) is None:
        yield Piece("What exact samples would score", partial(_measure_floors, wish))
    for one in cells:
        if _unscored(one):
            yield Piece(f"{_title(wish, one)}: measuring", partial(_score, wish, one))


def pieces(wish: Wish, held: Collection[Entry] = ()) -> Iterator[Piece]:
    """Yield all that is missing, in order; it looks anew before each.

    Parameters
    ----------
    wish : Wish
    held : collection of Entry
        Whose heats wait.
    """
    yield from first_pieces(wish, held)
    for one in [*first_cells(wish), *other_cells(wish)]:
        if one.entry in held:
            continue
        if follows_ode(wish, one):
            yield from exact_ends.pieces(wish, one.seed)
        while heats.outcome(one) is None:
            yield _step(wish, one, shown=False)
        if _unscored(one) or _lacks_ode(one):
            yield Piece(f"{_title(wish, one)}: measuring", partial(_score, wish, one))


def quick_look(wish: Wish) -> None:
    """Do what the first view needs, if that takes less than about a second."""
    from explorer.ui.arena import cost_of

    left = cost_of.first_look(wish)
    if left is None or left > cost_of.QUICK:
        return
    until = time.monotonic() + 2.0 * cost_of.QUICK
    for piece in first_pieces(wish):
        piece.do()
        if time.monotonic() > until:
            return


def progress(wish: Wish) -> Progress:
    """Return how far the contest is."""
    done = spent = total = 0
    failed, missing = [], False
    shown = first_cells(wish)
    cells = [*shown, *other_cells(wish)]
    for one in cells:
        cost = price(wish, one)
        over = heats.outcome(one)
        total += cost
        if over is None:
            missing = True
            spent += round(cost * heats.share(one))
            continue
        done, spent = done + 1, spent + cost
        missing = missing or _unscored(one) or _lacks_ode(one)
        if over.stopped:
            failed.append((one, over.stopped))
    if any(follows_ode(wish, one) for one in cells):
        more, all_of_them = exact_ends.effort(wish)
        spent, total = spent + more, total + all_of_them
    return Progress(done, len(cells), len(shown), spent, total, tuple(failed), finished=not missing)


def result(wish: Wish) -> Contest:
    """Return the table of all scores so far."""
    known = floors(wish) or {}
    found = table.empty(wish.entries, wish.ladder, wish.seeds, metrics=metrics(wish), floors=known)
    for e, entry in enumerate(wish.entries):
        for b, nfe in enumerate(wish.ladder):
            plan = heats.planned(wish, entry, nfe)
            if isinstance(plan, InputError):
                found = found.refuse(e, b, str(plan))
                continue
            found.nfe[e, b], found.energy[e, b] = plan.nfe, plan.energy
            for s, seed in enumerate(wish.seeds):
                over = heats.outcome(heats.cell(wish, entry, nfe, seed))
                if over is not None and over.score is not None:
                    found = found.filled((e, b, s), over.score)
                elif over is not None and over.stopped:
                    found = found.refuse(e, b, over.stopped)
    return found


def trails(wish: Wish) -> dict[Entry, Trail]:
    """Return the trails of the heats that are shown, as far as they have come."""
    found = {}
    for one in first_cells(wish):
        trail = heats.trail(one)
        if trail is not None:
            found[one.entry] = trail
    return found


def metrics(wish: Wish) -> tuple[str, ...]:
    """Return the names of the distances that are measured on this target."""
    image = wish.target.is_image
    return tuple(
        name
        for name, metric in table.METRICS.items()
        if (metric.images if image else metric.points)
    )


def floors(wish: Wish) -> dict[str, tuple[float, float]] | None:
    """Return what exact samples score, if it has been measured."""
    return shelf().get(_floors_key(wish))


# --- pieces -------------------------------------------------------------------------------------


def _step(wish: Wish, one: Cell, *, shown: bool) -> Piece:
    label = f"{_title(wish, one)}, {_next_step(wish, one)}"
    if not shown:
        label += f" ({one.nfe} evaluations, seed {one.seed})"
    return Piece(label, partial(heats.advance, wish, one, shown=shown))


def _next_step(wish: Wish, one: Cell) -> str:
    """Say which step comes next: "step 3 of 8", "segment 2 of 5, inner step 7 of 15"."""
    plan = heats.planned(wish, one.entry, one.nfe)
    if isinstance(plan, InputError):
        return "step 1"
    done, inner = heats.place(one)
    what = "segment" if hasattr(plan.sampler, "watch") else "step"
    said = f"{what} {done + 1} of {plan.steps}"
    if inner is None:  # how many there will be is not known before the first
        return said
    j, of = inner
    return f"{said}, inner step {min(j + 1, of)} of {of}"


def _score(wish: Wish, one: Cell) -> None:
    """Measure a heat that is over, as far as it has not been."""
    from explorer.analysis.arena import score

    over = heats.outcome(one)
    ends = exact_ends.known(wish, one.seed) if follows_ode(wish, one) else None
    if over is not None and over.run is not None:
        try:
            found = score.score(targets.target(wish), wish.setting, over.run, one.seed, ends=ends)
        except ExplorerError as error:
            heats.keep(one, run=None, stopped=str(error))
            return
        late = follows_ode(wish, one) and ends is None
        head = over.run.x[: exact_ends.FOLLOWED].cpu().numpy() if late else None
        heats.keep(one, run=None, score=found, head=head)
    elif over is not None and over.head is not None and over.score is not None and ends is not None:
        ode = float(np.median(ends.distance(over.head)))
        heats.keep(one, score=replace(over.score, ode=ode), head=None)


def _measure_floors(wish: Wish) -> None:
    from explorer.analysis.arena import floor, score

    aim, setting = targets.target(wish), wish.setting
    shelf().put(_floors_key(wish), floor.floors(aim, setting.n, sigma=score.level(setting)))


def goes_on(wish: Wish, entry: Entry) -> bool:
    """Return whether a heat of an entry is missing or not yet measured."""
    cells = [*first_cells(wish), *other_cells(wish)]
    return any(heats.outcome(one) is None or _unscored(one) for one in cells if one.entry == entry)


def price(wish: Wish, one: Cell) -> int:
    """Return the evaluations per sample that a heat takes, of denoiser and log density."""
    plan = heats.planned(wish, one.entry, one.nfe)
    return 0 if isinstance(plan, InputError) else plan.nfe + plan.energy


def _unscored(one: Cell) -> bool:
    over = heats.outcome(one)
    return over is not None and over.score is None and not over.stopped


def follows_ode(wish: Wish, one: Cell) -> bool:
    """Return whether a heat draws no noise, so that its end can be known exactly."""
    plan = heats.planned(wish, one.entry, one.nfe)
    return not isinstance(plan, InputError) and not plan.sampler.stochastic


def _lacks_ode(one: Cell) -> bool:
    over = heats.outcome(one)
    return over is not None and over.head is not None


def _floors_key(wish: Wish) -> str:
    setting = wish.setting
    level = 0.0 if setting.end == "zero" else setting.sigma_min
    return json.dumps(["floors", wish.target.key(), setting.n, level])


def _title(wish: Wish, one: Cell) -> str:
    return sampler_style.label(one.entry, wish.entries)
