"""A panel: a statement as its title, one picture, one caption, *Why?* and *Take it*."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from explorer.figures import theme as colours
from explorer.ui import lesson, take

if TYPE_CHECKING:
    import plotly.graph_objects as go

CHART = {"displayModeBar": False, "scrollZoom": False, "doubleClick": "reset", "responsive": True}

# Where a number comes from: the word, and the colour of its badge.
BADGES = {
    "measured": "green",
    "derived": "blue",
    "cited": "gray",
    "published as": "gray",
    "corrected": "orange",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """What *Why?* says: words, a KaTeX formula, the source, and a badge out of `BADGES`."""

    text: str
    formula: str = ""
    source: str = ""
    badge: str = ""


@dataclass(slots=True)
class Panel:
    """The inside of a panel, made by `panel`: draw with `chart`, then say the rest."""

    name: str
    title: str
    _figure: go.Figure | None = None
    _chart: str = ""
    _caption: str = ""
    _why: Why | None = None
    _take: take.Taking | None = None

    def chart(self, figure: go.Figure, *, alt: str, **options: Any) -> Any:
        """Draw `figure` with the key ``chart_<name>``; return the chart's event, if it has one.

        Parameters
        ----------
        figure : Figure
        alt : str
            The finding with its numbers: "λ₁ = 2.00, exact 2".
        **options
            Further arguments of `st.plotly_chart`, such as ``on_select``.
        """
        self._figure, self._chart = figure, options.pop("key", f"chart_{self.name}")
        config = CHART | options.pop("config", {})
        return st.plotly_chart(
            figure, theme=None, config=config, alt=alt, key=self._chart, **options
        )

    def caption(self, text: str) -> None:
        """Set the caption: at most two sentences, Markdown."""
        self._caption = text

    def why(self, text: str, *, formula: str = "", source: str = "", badge: str = "") -> None:
        """Set what *Why?* says; see `Why`."""
        self._why = Why(text=text, formula=formula, source=source, badge=badge)

    def take(
        self, columns: Any = None, *, code: str = "", link: str | Callable[[], str] = ""
    ) -> None:
        """Set what *Take it* gives: columns of numbers, notebook lines, link.

        Columns and link may be functions; they are called when somebody asks.
        """
        self._take = take.Taking(
            name=self.name.replace("_", "-"),
            title=self.title,
            columns=columns or {},
            code=code,
            link=link,
        )

    def foot(self) -> None:
        """Draw what comes below the picture, in the order in which it is read."""
        if self._caption:
            st.caption(self._caption)
        if self._why is None and self._take is None:
            return
        with st.container(
            horizontal=True, vertical_alignment="top", gap="small", key=f"foot_{self.name}"
        ):
            if self._why is not None:
                _draw_why(self._why, self.name)
            if self._take is not None:
                with st.container(width="content"):
                    _draw_take(self._take, self._figure, self._chart or f"chart_{self.name}")


@contextmanager
def panel(title: str, *, name: str) -> Iterator[Panel]:
    """Draw a panel around what the ``with`` block draws.

    Parameters
    ----------
    title : str
        A statement: "Where the gap is decided".
    name : str
        The panel's permanent short name on its page, as in ``?hide=<name>``.
    """
    # Stretched: side by side, the panels of a row end at the same height.
    with st.container(border=True, height="stretch", key=f"panel_{name}"):
        st.header(title, anchor=False)
        inside = Panel(name, title)
        yield inside
        inside.foot()


def shown(name: str) -> bool:
    """Return whether the panel or group `name` is shown; a lesson may hide it."""
    return not lesson.hides(name)


def _draw_why(why: Why, name: str) -> None:
    with st.expander("Why?", key=f"why_{name}"):
        st.markdown(why.text)
        if why.formula:
            st.latex(why.formula)
        if why.badge or why.source:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                if why.badge:
                    st.badge(why.badge, color=BADGES[why.badge])  # pyright: ignore[reportArgumentType]
                if why.source:
                    st.caption(why.source)


@st.fragment
def _draw_take(taking: take.Taking, figure: go.Figure | None, chart: str) -> None:
    theme = colours.get(st.context.theme.type)
    take.popover(taking, figure, chart=chart, background=theme.background)
