"""The web application. Start it with ``make app`` or ``streamlit run app.py``.

No logic lives here: `explorer/ui/entry.py` is the script that every session runs.
"""

import sys
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).resolve().parent
# The entry script runs with its own folder on the path; `explorer` must be found from anywhere.
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from explorer.ui import failure, web  # noqa: E402  (needs the path above)

app = st.App(
    ROOT / "explorer" / "ui" / "entry.py",
    routes=web.routes(ROOT / "assets"),
    middleware=web.middleware(),
    on_script_error=failure.show,
)
