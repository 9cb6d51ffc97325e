"""The scripts of components, as they are sent: Streamlit sends them again with every rerun."""

from __future__ import annotations

import re
from pathlib import Path

_COMMENT = re.compile(r"^\s*//.*\n", re.MULTILINE)
_INDENT = re.compile(r"^\s+", re.MULTILINE)


def script(path: Path) -> str:
    """Return a script without the lines that are comments and without indentation.

    It may hold no text of several lines.
    """
    source = path.read_text(encoding="utf-8")
    return _INDENT.sub("", _COMMENT.sub("", source))
