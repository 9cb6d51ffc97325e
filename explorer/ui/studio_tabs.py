"""The lesson below the number line: five tabs, of which only the open one computes."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import streamlit as st

from explorer.ui import studio_fields

if TYPE_CHECKING:
    from explorer.generators import Generator, Spectrum

# Imported when first opened: the page is drawn sooner.
_ROOMS = ("studio_why", "studio_forget", "studio_faster", "studio_tune", "studio_take")


def draw(generator: Generator, spectrum: Spectrum) -> None:
    """Draw the tabs and the content of the open one."""
    tabs = st.tabs(
        list(studio_fields.TABS), key=studio_fields.TAB.key, on_change="rerun", bind="query-params"
    )
    for tab, room in zip(tabs, _ROOMS, strict=True):
        if tab.open:
            with tab:
                import_module(f"explorer.ui.{room}").draw(generator, spectrum)
