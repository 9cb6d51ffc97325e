"""The lesson below the pictures: tabs, of which only the open one computes.

A room is a module with ``draw(shown)``. What its link holds stands in `locality_link`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import streamlit as st

from explorer.ui import locality_link

if TYPE_CHECKING:
    from explorer.ui.locality_panels import Shown

# One for each of `locality_link.TABS`; imported when first opened.
_ROOMS = (
    "locality_looks",
    "locality_pattern",
    "locality_every",
    "locality_race",
    "locality_memory",
    "locality_settings",
    "locality_cost",
)


def draw(shown: Shown) -> None:
    """Draw the tabs and the content of the open one."""
    tabs = st.tabs(
        list(locality_link.TABS),
        key=locality_link.TAB.key,
        on_change="rerun",
        bind="query-params",
    )
    for tab, room in zip(tabs, _ROOMS, strict=True):
        if tab.open:
            with tab:
                import_module(f"explorer.ui.{room}").draw(shown)
