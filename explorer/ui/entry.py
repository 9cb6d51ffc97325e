"""The script that every session runs: page settings, navigation, the common frame, the page."""

import sys
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from explorer.ui import document, frame, rooms  # noqa: E402  (needs the path above)

st.set_page_config(
    page_title=document.TITLE,
    # An icon of our own; without one the browser would fetch the menu's icon from a font server.
    page_icon=str(ROOT / "assets" / "icon.svg"),
    layout="wide",
    initial_sidebar_state=320,
)
page = st.navigation(rooms.pages(), position="top")
frame.begin()
page.run()
frame.finish()
