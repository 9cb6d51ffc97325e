"""Everything that a link to the Sampler Arena holds, and what a lesson may hide of it."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from explorer.ui.arena import fields
from explorer.ui.fields import AnyField, Choice

# A tab is a module of this folder with ``draw(shown)``; its own fields lie beside it.
ROOMS = {
    "Side by side": "side_by_side",
    "Quality against cost": "cost",
    "Order": "order",
    "RTK": "rtk",
    "EVODiff": "evodiff",
}


def _is_there(module: str) -> bool:
    return find_spec(f"explorer.ui.arena.{module}") is not None


def _own() -> list:
    names = (f"{room}_fields" for room in ROOMS.values())
    return [import_module(f"explorer.ui.arena.{name}") for name in names if _is_there(name)]


BUILT = tuple(title for title, room in ROOMS.items() if _is_there(room))
TABS = BUILT or tuple(ROOMS)
TAB = Choice(key="sa_tab", label="Lesson", default=TABS[0], options=TABS)
FIELDS: tuple[AnyField, ...] = (
    *fields.FIELDS,
    TAB,
    *(field for module in _own() for field in module.FIELDS),
)
GROUPS = {
    **fields.GROUPS,
    **{name: words for module in _own() for name, words in module.GROUPS.items()},
}
