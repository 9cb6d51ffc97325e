"""What every page looks like: the header with its verdict, panels, and the theme of figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from explorer.figures import theme as colours
from explorer.ui import lesson, lesson_panel, memory, share, watch
from explorer.ui.fields import AnyField
from explorer.ui.panel import CHART, Panel, panel, shown

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

__all__ = [
    "CHART",
    "TONES",
    "Header",
    "Panel",
    "begin",
    "finish",
    "header",
    "panel",
    "shown",
    "theme",
]

TONES = ("good", "caution", "bad", "neutral")


def begin() -> None:
    """Draw what is common to all pages, before the page itself."""
    lesson.remember()
    watch.theme_switch()
    share.check_version()


def finish() -> None:
    """Do what is common to all pages, after the page itself.

    Here and not in `begin`: only now has the page imported what it needs, and an edit, which
    reruns a fragment alone, comes by neither.
    """
    memory.settle()


def theme() -> colours.Theme:
    """Return the theme this browser shows now, for the figures."""
    return colours.get(st.context.theme.type)


@dataclass(frozen=True, slots=True)
class Header:
    """The top of a page. `verdict` may be called again whenever the state changes."""

    slot: DeltaGenerator
    key: str

    def verdict(self, text: str, tone: str = "neutral") -> None:
        """Show the page's most important sentence, Markdown; `tone` is one of `TONES`."""
        with self.slot.container(key=f"verdict_{tone}_{self.key}"):
            st.markdown(text)


def header(
    title: str,
    question: str,
    verdict: str = "",
    *,
    tone: str = "neutral",
    fields: Iterable[AnyField] = (),
    hideable: Mapping[str, str] | None = None,
) -> Header:
    """Draw the page's header and return it.

    Parameters
    ----------
    title, question : str
        The name of the page and the one question it answers.
    verdict : str
        Markdown; the answer for the present state, with the numbers in it.
    tone : str
        One of `TONES`.
    fields : iterable of Field
        The shareable state of the page; with it come the buttons Share and Lesson.
    hideable : mapping of str to str
        Further names for teacher mode (groups, panels) and what they are called.
    """
    key = title.lower().replace(" ", "_")
    fields = tuple(fields)
    with st.container(horizontal=True, vertical_alignment="top", key=f"header_{key}"):
        with st.container(gap=None, key=f"title_{key}"):
            st.title(title, anchor=False)
            st.caption(question)
        if fields:
            with st.container(horizontal=True, wrap=False, width="content", key=f"actions_{key}"):
                share.button(fields, key=f"share_{key}")
                lesson_panel.button(fields, hideable or {}, key=f"lesson_{key}")
    head = Header(st.empty(), key)
    if verdict:
        head.verdict(verdict, tone)
    return head
