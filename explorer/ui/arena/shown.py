"""What every tab of the Sampler Arena gets, and what its panels give away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from explorer.ui import share
from explorer.ui.arena import link, notebook

if TYPE_CHECKING:
    from explorer.analysis.arena.contest import Contest
    from explorer.analysis.arena.entry import Entry
    from explorer.analysis.arena.target import Target
    from explorer.analysis.arena.trail import Trail
    from explorer.ui.arena.state import Wish
    from explorer.ui.panel import Panel


@dataclass(frozen=True, slots=True)
class Shown:
    """The contest that is asked for, and as much of it as there is.

    Attributes
    ----------
    wish : Wish
        Target, setting, entries, budgets, seeds, device.
    contest : Contest
        All scores so far.
    trails : mapping of Entry to Trail
        Heats of the main budget from the first seed, as far as they have come.
    target : callable
        Returns the target; loads the tensor library and the data when first called.
    running : bool
        Whether work is under way, so that the next look will show more.
    """

    wish: Wish
    contest: Contest
    trails: Mapping[Entry, Trail]
    target: Callable[[], Target]
    running: bool = False


def give(panel: Panel, columns: Callable[[], Mapping[str, Any]], wish: Wish) -> None:
    """Offer the numbers of a panel, the notebook lines of the contest and the link to it."""
    panel.take(columns, code=notebook.contest(wish), link=lambda: share.link(link.FIELDS))
