"""The lesson below the panel of entries: tabs, of which only the open one computes."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import streamlit as st

from explorer.ui.arena import link

if TYPE_CHECKING:
    from explorer.ui.arena.shown import Shown


def draw(shown: Shown) -> None:
    """Draw the tabs and the content of the open one; its module is imported when first opened."""
    tabs = st.tabs(list(link.TABS), key=link.TAB.key, on_change="rerun", bind="query-params")
    for tab, title in zip(tabs, link.TABS, strict=True):
        if tab.open:
            with tab:
                import_module(f"explorer.ui.arena.{link.ROOMS[title]}").draw(shown)
