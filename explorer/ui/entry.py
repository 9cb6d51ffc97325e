"""The script that every session runs: page settings, navigation, the common frame, the page."""

import sys
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from explorer.ui import frame, rooms  # noqa: E402  (needs the path above)

st.set_page_config(
    page_title="Diffusion Design Explorer",
    page_icon=str(ROOT / "assets" / "icon.png"),
    layout="wide",
    initial_sidebar_state=320,
)
frame.begin()
st.navigation(rooms.pages(ROOT / "pages"), position="top").run()
