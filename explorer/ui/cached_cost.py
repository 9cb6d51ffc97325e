"""The plan by which the tab *Cost* times every denoiser on the page's data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer import denoisers
from explorer.analysis import cost
from explorer.ui import cached_images, cached_settings
from explorer.ui.steps import Plan

if TYPE_CHECKING:
    from explorer.analysis.cost import Timing
    from explorer.ui.locality_state import State

MOST = 10_000  # images that a timing may use: a visitor's question is no benchmark


@dataclass(frozen=True, slots=True)
class CostWish:
    """One call of every denoiser, for the page's noisy picture."""

    state: State

    @property
    def names(self) -> tuple[str, ...]:
        """The denoisers, in the order of the table."""
        return denoisers.names()

    def plan(self) -> Plan[Timing]:
        """Return the plan, one denoiser a step."""
        return Plan(
            name="cost",
            key=json.dumps([self.state.picture_key(), self.names]),
            total=len(self.names),
            step=self._timing,
            say=lambda k: denoisers.describe(self.names[k]).title,
        )

    def _timing(self, k: int) -> Timing:
        state = self.state
        return cost.measure(
            self.names[k],
            cached_images.images(state.data.key(), state.data).images[:MOST],
            cached_settings.statistics(state.data),
            noisy=cached_images.pictures(state.picture_key(), state).noisy,
            sigma=state.sigma,
        )
