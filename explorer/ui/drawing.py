"""A board on which a pattern is drawn, in the browser: mouse, pen, finger or keyboard."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from streamlit.components.v2 import component

from explorer.ui import web_source

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.figures.theme import Theme

_HTML = '<canvas tabindex="0" role="application"></canvas><output aria-live="polite"></output>'
_CSS = """
canvas {
  display: block; width: 100%; max-width: 18rem; margin-inline: auto; cursor: crosshair;
  touch-action: none; border: 1px solid var(--st-border-color); border-radius: 2px;
  box-sizing: border-box; aspect-ratio: 1;
}
canvas:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 2px; }
output {
  display: block; min-height: 1.25rem; margin-top: 0.25rem; text-align: center;
  font-size: 0.8125rem; color: var(--st-text-color);
}
"""
_SOURCE = web_source.script(Path(__file__).with_suffix(".js"))

_component = component("drawing_board", html=_HTML, css=_CSS, js=_SOURCE)


def board(
    text: str,
    image: np.ndarray,
    theme: Theme,
    *,
    cell: tuple[int, int],
    label: str,
    take: Callable[[str], None],
    key: str,
) -> None:
    """Draw the board.

    Parameters
    ----------
    text : str
        The cells, as `explorer.analysis.patterns` writes them.
    image : numpy.ndarray, shape (C, H, W)
        In [-1, 1]; it shines through, in grey.
    theme : Theme
    cell : (int, int)
        Row and column of the cell with a ring.
    label : str
        What a screen reader says of the board.
    take : function
        Called with the new text when something has been drawn.
    key : str
        Key of this element.
    """
    levels = np.clip(np.rint(127.5 + 127.5 * image.mean(axis=0)), 0, 255).astype(np.uint8)
    data = {
        "cells": text,
        "photo": base64.b64encode(levels.tobytes()).decode(),
        "height": levels.shape[0],
        "width": levels.shape[1],
        "pixel": list(cell),
        "label": label,
        "ink": theme.accent,
        "ring": theme.second,
        "veil": theme.background,
        "line": theme.hairline,
        "text": theme.text,
    }

    def drawn() -> None:
        state: Any = st.session_state.get(key)
        if state and state.get("drawn"):
            take(str(state["drawn"]))

    _component(key=key, data=data, on_drawn_change=drawn)
