"""What every tab of the Sampler Arena gets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from explorer.analysis.arena.contest import Contest
    from explorer.analysis.arena.entry import Entry
    from explorer.analysis.arena.target import Target
    from explorer.analysis.arena.trail import Trail
    from explorer.ui.arena.state import Wish


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
