"""What is missing of a contest, piece by piece, in the order in which it is done.

All entries with the main budget from the first seed, round by round, so that their pictures grow
together; their scores; the exact ends of the ODE; then the other budgets and seeds.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from functools import partial
from typing import TYPE_CHECKING

from explorer.core.errors import InputError
from explorer.figures import sampler_style
from explorer.ui.arena import cells, cost_of, exact_ends, heats, outcomes, scoring
from explorer.ui.turns import Piece

if TYPE_CHECKING:
    from explorer.analysis.arena.entry import Entry
    from explorer.ui.arena.cells import Cell
    from explorer.ui.arena.state import Wish


def first(wish: Wish, held: Collection[Entry] = ()) -> Iterator[Piece]:
    """Yield what the first view needs: the heats that are shown, floors, and their scores."""
    shown = [one for one in cells.first(wish) if one.entry not in held]
    while left := [one for one in shown if outcomes.of(one) is None]:
        yield _step(wish, min(left, key=heats.share), shown=True)
    if shown and scoring.floors(wish) is None:
        yield Piece("What exact samples would score", partial(scoring.measure_floors, wish))
    for one in shown:
        if outcomes.unscored(one):
            yield _score(wish, one)


def missing(wish: Wish, held: Collection[Entry] = ()) -> Iterator[Piece]:
    """Yield all that is missing, in order; it looks anew before each.

    Parameters
    ----------
    wish : Wish
    held : collection of Entry
        Whose heats wait.
    """
    yield from first(wish, held)
    for one in [*cells.first(wish), *cells.others(wish)]:
        if one.entry in held:
            continue
        if cells.follows_ode(wish, one):
            yield from exact_ends.pieces(wish, one.seed)
        while outcomes.of(one) is None:
            yield _step(wish, one, shown=False)
        if outcomes.unscored(one) or outcomes.lacks_ode(one):
            yield _score(wish, one)


def quick_look(wish: Wish) -> None:
    """Do what the first view needs, if that takes less than about a second."""
    left = cost_of.first_look(wish)
    if left is None or left > cost_of.QUICK:
        return
    until = time.monotonic() + 2.0 * cost_of.QUICK
    for piece in first(wish):
        piece.do()
        if time.monotonic() > until:
            return


def _step(wish: Wish, one: Cell, *, shown: bool) -> Piece:
    label = f"{_title(wish, one)}, {_next_step(wish, one)}"
    if not shown:
        label += f" ({one.nfe} evaluations, seed {one.seed})"
    return Piece(label, partial(heats.advance, wish, one, shown=shown))


def _next_step(wish: Wish, one: Cell) -> str:
    """Say which step comes next: "step 3 of 8", "segment 2 of 5, inner step 7 of 15"."""
    plan = cells.planned(wish, one.entry, one.nfe)
    if isinstance(plan, InputError):
        return "step 1"
    done, inner = heats.place(one)
    what = "segment" if hasattr(plan.sampler, "watch") else "step"
    said = f"{what} {done + 1} of {plan.steps}"
    if inner is None:  # how many there will be is not known before the first
        return said
    j, of = inner
    return f"{said}, inner step {min(j + 1, of)} of {of}"


def _score(wish: Wish, one: Cell) -> Piece:
    return Piece(f"{_title(wish, one)}: measuring", partial(scoring.score, wish, one))


def _title(wish: Wish, one: Cell) -> str:
    return sampler_style.label(one.entry, wish.entries)
