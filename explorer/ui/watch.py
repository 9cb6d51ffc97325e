"""Figures follow the theme switch.

Figures get their colours on the server, from `st.context.theme`, which is refreshed only by a
rerun, and Streamlit does not rerun when a person switches between light and dark. This component
has no picture. Streamlit calls it again when the theme changes; if the browser's theme then
differs from the one the figures were drawn in, it asks for the rerun.
"""

from __future__ import annotations

import streamlit as st
from streamlit.components.v2 import component

# The brightness rule is Streamlit's own: a background of less than half luminance is dark.
_SOURCE = """
export default function ({ data, setStateValue }) {
  const [r, g, b] = getComputedStyle(document.querySelector(".stApp"))
    .backgroundColor.match(/[0-9.]+/g).map(Number)
  const seen = 0.299 * r + 0.587 * g + 0.114 * b < 128 ? "dark" : "light"
  if (data.drawn !== seen) setStateValue("seen", seen)
}
"""

_component = component("theme_watch", js=_SOURCE)


def theme_switch() -> None:
    """Watch for a theme other than the one this run draws its figures in."""
    _component(key="theme_watch", data={"drawn": st.context.theme.type}, on_seen_change=_nothing)


def _nothing() -> None:
    """Declare that the component has a state called ``seen``; the rerun is all it is for."""
