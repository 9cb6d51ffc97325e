"""Everything that a link to the Locality Lab holds, and what a lesson may hide of it."""

from __future__ import annotations

from explorer.ui import locality_fields, locality_pattern_fields
from explorer.ui.fields import AnyField, Choice

TABS = ("Where it looks", "Draw a pattern")
TAB = Choice(key="ll_tab", label="Lesson", default=TABS[0], options=TABS)

FIELDS: tuple[AnyField, ...] = (*locality_fields.FIELDS, TAB, *locality_pattern_fields.FIELDS)
GROUPS = {**locality_fields.GROUPS, **locality_pattern_fields.GROUPS}
