"""The pages of the app, in the order of the menu. A new page is one entry here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

PAGES = Path(__file__).resolve().parents[2] / "pages"


@dataclass(frozen=True, slots=True)
class Room:
    """One page: its file in ``pages/`` without the ending, its title and its icon."""

    name: str
    title: str
    icon: str


ROOMS = (
    Room("home", "Home", ":material/home:"),
    Room("generator_studio", "Generator Studio", ":material/timeline:"),
    Room("locality_lab", "Locality Lab", ":material/center_focus_strong:"),
    Room("sampler_arena", "Sampler Arena", ":material/sports_score:"),
)


def path(name: str) -> Path:
    """Return the file of the page `name`."""
    return PAGES / f"{name}.py"


def exists(name: str) -> bool:
    """Return whether the page `name` has been built."""
    return path(name).exists()


def pages() -> list[st.Page]:
    """Return the pages for `st.navigation`; the first is the default one."""
    return [
        st.Page(path(room.name), title=room.title, icon=room.icon, default=index == 0)
        for index, room in enumerate(ROOMS)
        if exists(room.name)
    ]
