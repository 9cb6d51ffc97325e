"""What the fields of the Sampler Arena ask for."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from explorer.analysis.arena.entry import Entry
    from explorer.analysis.arena.setting import Setting
    from explorer.ui.arena.target_spec import TargetSpec


@dataclass(frozen=True, slots=True)
class Wish:
    """A contest that is asked for.

    Attributes
    ----------
    target : TargetSpec
    setting : Setting
    entries : tuple of Entry
    nfe : int
        The main budget: its heats are shown.
    ladder : tuple of int
        Budgets of the curves, increasing; the main one is among them.
    seeds : tuple of int
        The first one's heats are shown.
    device : str
        "cpu" or "cuda".
    """

    target: TargetSpec
    setting: Setting
    entries: tuple[Entry, ...]
    nfe: int
    ladder: tuple[int, ...]
    seeds: tuple[int, ...]
    device: str = "cpu"

    def key(self) -> str:
        """Return its canonical string."""
        known = [entry.text() for entry in self.entries]
        rest = [self.nfe, self.ladder, self.seeds, self.device]
        return json.dumps([self.target.key(), asdict(self.setting), known, rest])
