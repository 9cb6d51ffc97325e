"""Everything that a link to the Locality Lab holds, and what a lesson may hide of it."""

from __future__ import annotations

from explorer.ui import (
    locality_every_fields,
    locality_fields,
    locality_memory_fields,
    locality_pattern_fields,
    locality_race_fields,
    locality_settings_fields,
)
from explorer.ui.fields import AnyField, Choice

TABS = ("Where it looks", "Draw a pattern", "Every denoiser", "Race", "Memory", "Settings", "Cost")
TAB = Choice(key="ll_tab", label="Lesson", default=TABS[0], options=TABS)
COST_GROUPS = {"cost": "cost of every denoiser", "published_cost": "the paper's complexity"}

FIELDS: tuple[AnyField, ...] = (
    *locality_fields.FIELDS,
    TAB,
    *locality_pattern_fields.FIELDS,
    *locality_every_fields.FIELDS,
    *locality_race_fields.FIELDS,
    *locality_memory_fields.FIELDS,
    *locality_settings_fields.FIELDS,
)
GROUPS = {
    **locality_fields.GROUPS,
    **locality_pattern_fields.GROUPS,
    **locality_every_fields.GROUPS,
    **locality_race_fields.GROUPS,
    **locality_memory_fields.GROUPS,
    **locality_settings_fields.GROUPS,
    **COST_GROUPS,
}
