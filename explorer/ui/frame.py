"""What every page looks like: the header with its verdict, panels, and the theme of figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import streamlit as st

from explorer.figures import theme as colours
from explorer.ui import lesson, share, watch
from explorer.ui.fields import AnyField

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from streamlit.delta_generator import DeltaGenerator

TONES = ("good", "caution", "bad", "neutral")
CHART = {"displayModeBar": False, "scrollZoom": False, "doubleClick": "reset"}


def begin() -> None:
    """Draw what is common to all pages, before the page itself."""
    lesson.remember()
    watch.theme_switch()


def theme() -> colours.Theme:
    """Return the theme this browser shows now, for the figures."""
    return colours.get(st.context.theme.type)


@dataclass(frozen=True, slots=True)
class Header:
    """The top of a page. `verdict` may be called again whenever the state changes."""

    slot: DeltaGenerator
    key: str

    def verdict(self, text: str, tone: str = "neutral") -> None:
        """Show the page's most important sentence; `tone` is one of `TONES`."""
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
        The shareable state of the page.
    hideable : mapping of str to str
        Further names for teacher mode (groups, panels) and what they are called.
    """
    key = title.lower().replace(" ", "_")
    fields = tuple(fields)
    with st.container(horizontal=True, vertical_alignment="top", key=f"header_{key}"):
        with st.container(gap=None):
            st.title(title, anchor=False)
            st.caption(question)
        if fields:
            with st.container(horizontal=True, width="content"):
                share.button(fields, key=f"share_{key}")
    head = Header(st.empty(), key)
    if verdict:
        head.verdict(verdict, tone)
    return head


@dataclass(slots=True)
class Panel:
    """One picture with its statement; drawn by `panel`. Call `caption`, `why`, `take` inside it."""

    name: str
    _caption: str = ""
    _why: dict[str, str] = field(default_factory=dict)
    _take: dict[str, Any] = field(default_factory=dict)

    def chart(self, figure: go.Figure, *, alt: str, key: str = "", **options: Any) -> Any:
        """Draw `figure`; `alt` states the finding with its numbers."""
        return st.plotly_chart(
            figure, theme=None, config=CHART, alt=alt, key=key or f"chart_{self.name}", **options
        )

    def caption(self, text: str) -> None:
        """Set the caption: at most two sentences."""
        self._caption = text

    def why(self, text: str, *, formula: str = "", source: str = "", badge: str = "") -> None:
        """Set what *Why?* says: words, KaTeX formula, source, and the badge of the source."""
        self._why = {"text": text, "formula": formula, "source": source, "badge": badge}

    def take(self, *, figure: Any = None, data: Any = None, code: str = "") -> None:
        """Set what *Take it* gives: the picture, columns of numbers, notebook lines."""
        self._take = {"figure": figure, "data": data, "code": code}


@contextmanager
def panel(title: str, *, name: str) -> Iterator[Panel]:
    """Draw a panel: `title` is a statement, `name` is its permanent short name on the page."""
    with st.container(border=True, key=f"panel_{name}"):
        st.header(title, anchor=False)
        drawn = Panel(name)
        yield drawn
        if drawn._caption:
            st.caption(drawn._caption)
        if drawn._why:
            with st.expander("Why?", key=f"why_{name}"):
                st.markdown(drawn._why["text"])


def shown(name: str) -> bool:
    """Return whether the panel or group `name` is shown; a lesson may hide it."""
    return not lesson.hides(name)
