"""Colours, lines and type: the one file from which every figure and the app's theme take them.

A figure asks for a `Theme` (``LIGHT`` or ``DARK``), takes its colours by meaning (accent, bound,
bad), and starts from `figure`. Categories keep their colour on every page and differ by dash and
marker too. Figures are transparent, so that they sit on any surface of the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours of one theme, by meaning; every value is a hex colour ``#RRGGBB``."""

    name: str
    background: str
    surface: str
    text: str
    muted: str
    hairline: str
    accent: str
    on_accent: str  # words on a surface of the accent colour
    second: str
    good: str
    caution: str
    bad: str


LIGHT = Theme(
    name="light",
    background="#FFFFFF",
    surface="#F6F7F9",
    text="#1B1F24",
    muted="#5B6470",
    hairline="#E1E5EA",
    accent="#2F5DA8",
    on_accent="#FFFFFF",
    second="#B9521A",
    good="#1B7F5C",
    caution="#8A6100",
    bad="#B3261E",
)
DARK = Theme(
    name="dark",
    background="#0F1318",
    surface="#171C23",
    text="#E6EAF0",
    muted="#9AA5B1",
    hairline="#2A313A",
    accent="#7FB0FF",
    on_accent="#0F1318",
    second="#FF9E64",
    good="#58C79B",
    caution="#E3B341",
    bad="#FF7B72",
)

FONT = '"Source Sans", sans-serif'
BODY_SIZE = 14  # px, titles and labels inside figures
TICK_SIZE = 13  # px, the smallest text anywhere
LINE_WIDTH = 2.0
THIN_WIDTH = 1.2  # theory: a thin line in the text colour
MARKER_SIZE = 8
BAND_OPACITY = 0.16  # bounds: a shaded band

SEQUENTIAL = "Viridis"


@dataclass(frozen=True, slots=True)
class Category:
    """How one method is drawn on every page: colour, dash and marker."""

    colour: str
    dash: str
    marker: str


CATEGORIES = (
    Category("#0072B2", "solid", "circle"),
    Category("#D55E00", "dash", "square"),
    Category("#009E73", "dot", "diamond"),
    Category("#CC79A7", "dashdot", "triangle-up"),
    Category("#E69F00", "longdash", "x"),
    Category("#56B4E9", "longdashdot", "triangle-down"),
    Category("#6B6B6B", "solid", "cross"),
)


def get(name: str | None) -> Theme:
    """Return the theme called `name`; light when the name is not ``"dark"``.

    Examples
    --------
    >>> get("dark").accent
    '#7FB0FF'
    >>> get(None).name
    'light'
    """
    return DARK if name == "dark" else LIGHT


def faded(colour: str, opacity: float) -> str:
    """Return `colour` (``#RRGGBB``) with an opacity in [0, 1], as Plotly reads it.

    Examples
    --------
    >>> faded("#2F5DA8", 0.16)
    'rgba(47,93,168,0.16)'
    """
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"


def diverging(theme: Theme) -> list[list[float | str]]:
    """Return the map for signed data: blue, the surface colour at zero, orange.

    Use it with limits symmetric about zero.
    """
    middle = theme.background if theme.name == "light" else theme.surface
    return [[0.0, theme.accent], [0.5, middle], [1.0, theme.second]]


def axis(theme: Theme, title: str = "", **changes: Any) -> dict[str, Any]:
    """Return the settings of one axis: faint grid, no box, an automatic margin.

    Parameters
    ----------
    theme : Theme
    title : str
        Label with its unit, or "dimensionless".
    **changes
        Any Plotly axis property; it wins over the default.
    """
    return {
        "title": {"text": title, "font": {"size": BODY_SIZE, "color": theme.muted}},
        "tickfont": {"size": TICK_SIZE, "color": theme.muted},
        "gridcolor": theme.hairline,
        "linecolor": theme.hairline,
        "zerolinecolor": theme.hairline,
        "zerolinewidth": 1,
        "automargin": True,
        "exponentformat": "power",
    } | changes


def layout(theme: Theme, *, height: int, x: str = "", y: str = "") -> dict[str, Any]:
    """Return the layout every figure starts from.

    Parameters
    ----------
    theme : Theme
    height : int
        Pixels; fixed, so that nothing jumps when values change.
    x, y : str
        Axis titles with units.
    """
    return {
        "template": {},  # no library template: nothing is drawn that is not asked for
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": BODY_SIZE, "color": theme.text},
        "colorway": [category.colour for category in CATEGORIES],
        "xaxis": axis(theme, x),
        "yaxis": axis(theme, y),
        "showlegend": False,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": theme.surface,
            "bordercolor": theme.hairline,
            "font": {"family": FONT, "size": TICK_SIZE, "color": theme.text},
        },
        "dragmode": False,
        "uirevision": "keep",  # zoom and pan survive an edit
    }


def figure(theme: Theme, *, height: int = 320, x: str = "", y: str = "") -> go.Figure:
    """Return an empty figure in `theme`; arguments as in `layout`.

    Examples
    --------
    >>> figure(LIGHT, height=200, x="time").layout.xaxis.title.text
    'time'
    """
    return go.Figure(layout=layout(theme, height=height, x=x, y=y))
