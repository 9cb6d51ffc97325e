"""The plane on which the modes of the target are placed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from explorer.ui import frame, inputs
from explorer.ui.arena import fields as f
from explorer.ui.arena import plane

if TYPE_CHECKING:
    from explorer.ui.arena.state import Wish


def draw(wish: Wish) -> None:
    """Draw the board in a panel; what is changed on it is written into the text of the modes."""
    with frame.panel("Where the modes are", name="board") as panel:
        plane.board(
            wish.target.modes,
            wish.target.std,
            frame.theme(),
            label=f"{len(wish.target.modes)} modes in the plane",
            take=_take,
            key="sa_board",
        )
        panel.caption("Click to add a mode, drag to move it, + and − for its weight.")


def _take(text: str) -> None:
    inputs.assign({f.MODES: text})
    if f.MODES.key in st.query_params:
        st.query_params[f.MODES.key] = text
