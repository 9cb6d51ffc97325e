"""Rows of panels that close up when a lesson hides one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from explorer.ui import frame


@dataclass(frozen=True, slots=True)
class Item:
    """One panel of a row: its permanent name, how to draw it, and its share of the width."""

    name: str
    draw: Callable[[], None]
    share: float = 1.0


def row(items: Sequence[Item]) -> None:
    """Draw the panels that no lesson hides, side by side."""
    shown = [item for item in items if frame.shown(item.name)]
    if not shown:
        return
    columns = st.columns([item.share for item in shown], gap="medium")
    for column, item in zip(columns, shown, strict=True):
        with column:
            item.draw()
