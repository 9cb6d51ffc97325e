"""Rows of panels that close up when a lesson hides one, and what each panel gives away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from explorer.ui import frame, share, studio_fields


@dataclass(frozen=True, slots=True)
class Item:
    """One panel of a row: its permanent name, how to draw it, and its share of the width."""

    name: str
    draw: Callable[[], None]
    share: float = 1.0


def give(panel: frame.Panel, columns: Callable[[], Mapping[str, Any]], code: str = "") -> None:
    """Offer the numbers and notebook lines of a panel, with the link to the page's state."""
    panel.take(columns, code=code, link=share.link(studio_fields.FIELDS))


def row(items: Sequence[Item]) -> None:
    """Draw the panels that no lesson hides, side by side."""
    shown = [item for item in items if frame.shown(item.name)]
    if not shown:
        return
    columns = st.columns([item.share for item in shown], gap="small")
    for column, item in zip(columns, shown, strict=True):
        with column:
            item.draw()
