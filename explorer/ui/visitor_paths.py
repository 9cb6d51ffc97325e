"""Which paths a visitor of the page may name.

A page cannot know who types: on a server that others reach, a free choice of paths would tell them
which files exist. So only what lies below ``$EXPLORER_DATA`` is read, links followed to where they
lead, and all else gets one answer. ``EXPLORER_PATHS=any`` lifts this, for a server of one's own.
"""

from __future__ import annotations

import os
from pathlib import Path

from explorer.core.errors import InputError
from explorer.datasets.checks import existing, shown

FIELD = "path"


def allowed(text: str) -> Path:
    """Return the file or folder that a visitor names, relative to ``$EXPLORER_DATA`` or in full.

    Raises
    ------
    InputError
        With field ``"path"``: nothing is named, or it is not to be read, or not there.
    """
    if not text.strip():
        raise InputError(FIELD, "No folder is named yet.", f"Name one {_where()}.")
    if os.environ.get("EXPLORER_PATHS") == "any":
        return existing(text).resolve()
    root = os.environ.get("EXPLORER_DATA")
    refusal = InputError(FIELD, f"There is nothing to read at {shown(text)}.", f"Name {_what()}.")
    if not root:
        raise refusal
    try:
        top = Path(root).resolve(strict=True)
        found = (top / text).resolve(strict=True)
    except (OSError, ValueError, RuntimeError) as error:  # absent, a zero byte, links in a circle
        raise refusal from error
    if not found.is_relative_to(top):
        raise refusal
    return found


def stamp(place: str) -> str:
    """Return a text that changes when the file or folder does; "" if it is gone."""
    try:
        status = Path(place).stat()
    except OSError:
        return ""
    return f"{status.st_mtime_ns} {status.st_size}"


def _where() -> str:
    if os.environ.get("EXPLORER_PATHS") == "any":
        return "by its full path"
    return "below $EXPLORER_DATA, which the server was started with"


def _what() -> str:
    if os.environ.get("EXPLORER_DATA"):
        return "a folder, zip or array file below $EXPLORER_DATA"
    return (
        "a folder below $EXPLORER_DATA; this server was started without it, so upload a zip instead"
    )
