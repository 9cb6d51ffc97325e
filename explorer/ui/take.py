"""*Take it*: the picture, the numbers, the notebook lines and the link of one panel."""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import streamlit as st

from explorer.ui import picture

if TYPE_CHECKING:
    import plotly.graph_objects as go

Columns = Mapping[str, Iterable[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """What one panel gives away.

    Parameters
    ----------
    name : str
        Name of the files, without ending.
    title : str
        What the picture shows.
    columns : mapping of str to sequence, or a function without arguments that returns it
        The numbers, one entry per column; lengths may differ.
    code : str
        Notebook lines that reproduce the numbers.
    link : str, or a function without arguments that returns it
        Address of the page in this state.
    """

    name: str
    title: str
    columns: Columns | Callable[[], Columns] = field(default_factory=dict)
    code: str = ""
    link: str | Callable[[], str] = ""

    def at(self) -> str:
        """Return the address of the page in this state."""
        return self.link() if callable(self.link) else self.link

    def table(self) -> dict[str, list[Any]]:
        """Return the columns as lists of plain Python values."""
        columns = self.columns() if callable(self.columns) else self.columns
        return {name: _plain(values) for name, values in columns.items()}


def as_csv(taking: Taking) -> str:
    """Return the numbers as CSV; comment lines at the top say what they are and whence.

    Examples
    --------
    >>> print(as_csv(Taking(name="t", title="Two", columns={"x": [1, 2], "y": [0.5]})), end="")
    # Two
    x,y
    1,0.5
    2,
    """
    text = io.StringIO()
    for line in filter(None, (taking.title, taking.at())):
        text.write(f"# {line}\n")
    writer = csv.writer(text, lineterminator="\n")
    table = taking.table()
    writer.writerow(table)
    writer.writerows(itertools.zip_longest(*table.values(), fillvalue=""))
    return text.getvalue()


def as_json(taking: Taking) -> str:
    """Return the numbers as JSON, with title, link and notebook lines beside them."""
    content = {"title": taking.title, "link": taking.at(), "code": taking.code}
    return json.dumps(content | {"columns": taking.table()}, indent=1)


def as_html(figure: go.Figure, title: str) -> str:
    """Return the figure as one HTML file that works without a network."""
    figure = type(figure)(figure)  # a copy: the title is for the file only
    figure.update_layout(title={"text": title}, margin={"t": 48}, autosize=True)
    return figure.to_html(include_plotlyjs=True, full_html=True)


def popover(taking: Taking, figure: go.Figure | None, *, chart: str, background: str) -> None:
    """Draw the popover; what it offers is built only while it is open.

    Parameters
    ----------
    taking : Taking
    figure : Figure or None
        The panel's figure; None where there is no picture.
    chart : str
        Key of its chart on the page.
    background : str
        Colour behind the saved picture.
    """
    key = f"take_{chart}"
    with st.popover(
        "Take it", icon=":material/download:", type="tertiary", key=key, on_change="rerun"
    ) as shown:
        if not shown.open:
            return
        if figure is not None:
            st.markdown("**Picture**")
            with st.container(horizontal=True, gap="small", key=f"{key}_picture"):
                _picture(taking, figure, chart, background)
        if taking.columns:
            st.markdown("**Numbers**")
            with st.container(horizontal=True, gap="small"):
                _file("CSV", lambda: as_csv(taking), f"{taking.name}.csv", "text/csv", key)
                _file("JSON", lambda: as_json(taking), f"{taking.name}.json", "text/json", key)
        if taking.code:
            st.markdown("**In a notebook**")
            st.code(taking.code, language="python")
        if taking.at():
            st.markdown("**Link to this state**")
            st.code(taking.at(), language=None, wrap_lines=True)


def _picture(taking: Taking, figure: go.Figure, chart: str, background: str) -> None:
    key = f"take_{chart}"
    picture.save(
        chart,
        name=taking.name,
        title=taking.title,
        link=taking.at(),
        background=background,
        key=f"{key}_save",
    )
    _file("HTML", lambda: as_html(figure, taking.title), f"{taking.name}.html", "text/html", key)


def _file(label: str, make: Callable[[], str], name: str, mime: str, key: str) -> None:
    # A callable is run when the button is pressed, and "ignore" leaves the page as it is.
    st.download_button(
        label, make, file_name=name, mime=mime, key=f"{key}_{label.lower()}", on_click="ignore"
    )


def _plain(values: Iterable[Any]) -> list[Any]:
    to_list: Callable[[], Sequence[Any]] | None = getattr(values, "tolist", None)
    return list(to_list() if to_list is not None else values)
