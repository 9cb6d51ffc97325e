"""The sample page of the arena's components, served like the app: same headers, same policy."""

import sys
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from explorer.ui import web  # noqa: E402  (needs the path above)

app = st.App(
    ROOT / "tests" / "ui" / "arena_components_page.py",
    routes=web.routes(ROOT / "assets"),
    middleware=web.middleware(),
)
