"""A plane on which the modes of a mixture are placed: mouse, pen, finger or keyboard."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.components.v2 import component

from explorer.core.errors import InputError
from explorer.ui import web_source

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from explorer.figures.theme import Theme

MOST_MODES = 24
_HTML = """
<div class="board">
<canvas tabindex="0" role="application" aria-description="Tab goes to the next mode. Arrow keys move
it, with Shift in large steps; plus and minus change its weight, Delete removes it, N adds one,
Escape lets go."></canvas>
<p><button name="add" type="button">Add</button>
<button name="remove" type="button">Remove</button>
<button name="lighter" type="button" aria-label="Less weight">− weight</button>
<button name="heavier" type="button" aria-label="More weight">+ weight</button></p>
<output aria-live="polite"></output></div>
"""
_CSS = """
.board { container-type: inline-size; max-width: 24rem; margin-inline: auto; }
canvas {
  display: block; width: 100%; cursor: crosshair;
  touch-action: none; border: 1px solid var(--st-border-color); border-radius: 4px;
  box-sizing: border-box; aspect-ratio: 1; font-family: var(--st-font);
}
canvas:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 2px; }
p { display: grid; gap: 0.5rem; grid-template-columns: 1fr 1fr; margin: 0.75rem 0 0; }
@container (min-width: 20rem) { p { grid-template-columns: repeat(4, auto); } }
button {
  font: inherit; font-size: 0.875rem; color: inherit; cursor: pointer;
  min-height: 2.5rem; padding: 0 0.5rem; background: var(--st-background-color);
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius, 0.5rem);
}
button:disabled { opacity: 0.45; cursor: default; }
button:hover:enabled, button:focus-visible { border-color: var(--st-primary-color); }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 1px; }
output {
  display: block; min-height: 2.3rem; margin-top: 0.5rem; text-align: center;
  font-size: 0.8125rem; color: var(--st-text-color); font-variant-numeric: tabular-nums;
}
"""
_OWN = Path(__file__).with_suffix(".js")
_SOURCE = web_source.script(_OWN.with_name("shade.js")) + "\n" + web_source.script(_OWN)

_component = component("plane_of_modes", html=_HTML, css=_CSS, js=_SOURCE)


def board(
    modes: Sequence[tuple[float, float, float]],
    std: float,
    theme: Theme,
    *,
    label: str,
    take: Callable[[str], None],
    key: str,
    limits: float = 3.0,
) -> None:
    """Draw the board.

    A click on empty space adds a mode, a drag moves one, a double click or Delete removes it, the
    wheel, + and - change its weight, the arrow keys move it, N adds one, Tab goes to the next.

    Parameters
    ----------
    modes : sequence of (x, y, weight)
        1 to 24.
    std : float
        Standard deviation of each mode in each direction; the density is the shading.
    theme : Theme
    label : str
        What a screen reader says of the board.
    take : function
        Called with the new modes, ``x,y,weight; x,y,weight``, when a change is over: places are
        rounded to two decimals and differ from each other.
    key : str
        Key of this element.
    limits : float
        The plane is [-limits, limits]^2.

    Raises
    ------
    InputError
        For no or too many modes, and for a standard deviation that is not positive.
    """
    check(modes, std)
    data = {
        "modes": [list(mode) for mode in modes],
        "std": std,
        "limits": limits,
        "label": label,
        "accent": theme.accent,
        "second": theme.second,
        "background": theme.background,
        "text": theme.text,
        "muted": theme.muted,
    }

    def changed() -> None:
        state: Any = st.session_state.get(key)
        if state and state.get("changed"):
            take(str(state["changed"]))

    _component(key=key, data=data, on_changed_change=changed)


def check(modes: Sequence[tuple[float, float, float]], std: float) -> None:
    """Refuse what the board cannot draw.

    Raises
    ------
    InputError
    """
    if not 1 <= len(modes) <= MOST_MODES:
        raise InputError("modes", f"There are {len(modes)} modes.", f"Give 1 to {MOST_MODES}.")
    if not 0.0 < std < float("inf"):
        raise InputError("std", f"The standard deviation is {std:g}.", "Give a positive one.")
