"""How far a contest has come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.ui.arena import cells, exact_ends, heats, outcomes

if TYPE_CHECKING:
    from explorer.analysis.arena.entry import Entry
    from explorer.ui.arena.cells import Cell
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


def of(wish: Wish) -> Progress:
    """Return how far the contest is."""
    done = spent = total = 0
    failed, missing = [], False
    shown = cells.first(wish)
    everyone = [*shown, *cells.others(wish)]
    for one in everyone:
        cost = cells.price(wish, one)
        over = outcomes.of(one)
        total += cost
        if over is None:
            missing = True
            spent += round(cost * heats.share(one))
            continue
        done, spent = done + 1, spent + cost
        missing = missing or outcomes.unscored(one) or outcomes.lacks_ode(one)
        if over.stopped:
            failed.append((one, over.stopped))
    if any(cells.follows_ode(wish, one) for one in everyone):
        more, all_of_them = exact_ends.effort(wish)
        spent, total = spent + more, total + all_of_them
    finished = not missing
    return Progress(done, len(everyone), len(shown), spent, total, tuple(failed), finished)


def goes_on(wish: Wish, entry: Entry) -> bool:
    """Return whether a heat of an entry is missing or not yet measured."""
    everyone = [*cells.first(wish), *cells.others(wish)]
    own = [one for one in everyone if one.entry == entry]
    return any(outcomes.of(one) is None or outcomes.unscored(one) for one in own)
