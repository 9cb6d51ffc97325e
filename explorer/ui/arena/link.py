"""Everything that a link to the Sampler Arena holds, and what a lesson may hide of it."""

from __future__ import annotations

from explorer.ui.arena import (
    cost_fields,
    evodiff_fields,
    order_fields,
    rtk_fields,
    run_fields,
    side_by_side_fields,
    target_fields,
)
from explorer.ui.fields import AnyField, Choice

# A tab is a module of this folder with ``draw(shown)``; its own fields lie beside it.
ROOMS = {
    "Side by side": "side_by_side",
    "Quality against cost": "cost",
    "Order": "order",
    "RTK": "rtk",
    "EVODiff": "evodiff",
}
TABS = tuple(ROOMS)
TAB = Choice(key="sa_tab", label="Lesson", default=TABS[0], options=TABS)

FIELDS: tuple[AnyField, ...] = (
    *target_fields.FIELDS,
    *run_fields.FIELDS,
    TAB,
    *side_by_side_fields.FIELDS,
    *cost_fields.FIELDS,
    *order_fields.FIELDS,
    *rtk_fields.FIELDS,
    *evodiff_fields.FIELDS,
)
GROUPS = {
    **target_fields.GROUPS,
    **run_fields.GROUPS,
    **side_by_side_fields.GROUPS,
    **cost_fields.GROUPS,
    **order_fields.GROUPS,
    **rtk_fields.GROUPS,
    **evodiff_fields.GROUPS,
}
