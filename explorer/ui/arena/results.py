"""What a contest has found so far: the table of its scores, and the trails that are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.analysis.arena import contest
from explorer.core.errors import InputError
from explorer.ui.arena import cells, heats, outcomes, scoring

if TYPE_CHECKING:
    from explorer.analysis.arena.contest import Contest
    from explorer.analysis.arena.entry import Entry
    from explorer.analysis.arena.trail import Trail
    from explorer.ui.arena.state import Wish


def table(wish: Wish) -> Contest:
    """Return the table of all scores so far."""
    known, names = scoring.floors(wish) or {}, scoring.metrics(wish)
    found = contest.empty(wish.entries, wish.ladder, wish.seeds, metrics=names, floors=known)
    for e, entry in enumerate(wish.entries):
        for b, nfe in enumerate(wish.ladder):
            plan = cells.planned(wish, entry, nfe)
            if isinstance(plan, InputError):
                found = found.refuse(e, b, str(plan))
                continue
            found.nfe[e, b], found.energy[e, b] = plan.nfe, plan.energy
            for s, seed in enumerate(wish.seeds):
                over = outcomes.of(cells.cell(wish, entry, nfe, seed))
                if over is not None and over.score is not None:
                    found = found.filled((e, b, s), over.score)
                elif over is not None and over.stopped:
                    found = found.refuse(e, b, over.stopped)
    return found


def trails(wish: Wish) -> dict[Entry, Trail]:
    """Return the trails of the heats that are shown, as far as they have come."""
    found = {}
    for one in cells.first(wish):
        trail = heats.trail(one)
        if trail is not None:
            found[one.entry] = trail
    return found
