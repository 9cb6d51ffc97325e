"""The pages of the app, in the order of the menu. A new page is one entry here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Room:
    """One page: its file in ``pages/`` without the ending, its title and its icon."""

    name: str
    title: str
    icon: str


ROOMS = (
    Room("home", "Home", ":material/home:"),
    Room("generator_studio", "Generator Studio", ":material/timeline:"),
)


def pages(folder: Path) -> list[st.Page]:
    """Return the pages for `st.navigation`; the first is the default one."""
    return [
        st.Page(folder / f"{room.name}.py", title=room.title, icon=room.icon, default=index == 0)
        for index, room in enumerate(ROOMS)
        if (folder / f"{room.name}.py").exists()
    ]
