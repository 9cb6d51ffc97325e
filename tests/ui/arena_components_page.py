"""A small page with the two components of the Sampler Arena: what their tests run."""

import math

import streamlit as st

from explorer.figures import theme
from explorer.ui.arena import plane

RING = [(2.0 * math.cos(a), 2.0 * math.sin(a), 1.0) for a in (0.0, 2.094, 4.189)]


def read(text: str) -> list[tuple[float, ...]]:
    """Return the modes in `text`."""
    return [tuple(float(part) for part in mode.split(",")) for mode in text.split(";")]


def take(text: str) -> None:
    """Keep what was drawn."""
    st.session_state["zz_modes"] = text
    st.session_state["zz_calls"] = st.session_state.get("zz_calls", 0) + 1


def reset() -> None:
    """Put the ring back."""
    st.session_state.pop("zz_modes", None)


@st.fragment
def board() -> None:
    """Draw the board and what it said."""
    text = st.session_state.get("zz_modes", plane.write(RING))
    colours = theme.get(st.context.theme.type)
    plane.board(read(text), 0.3, colours, label="A board of modes", take=take, key="zz_plane")
    st.text(f"modes: {text}")
    st.text(f"calls: {st.session_state.get('zz_calls', 0)}")
    st.button("Ring", key="zz_ring", on_click=reset)
    st.button("Again", key="zz_again")


def draw() -> None:
    """Draw the page."""
    st.set_page_config(page_title="Components", layout="wide")
    board()


if __name__ == "__main__":
    draw()
