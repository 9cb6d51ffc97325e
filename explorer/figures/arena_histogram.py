"""Histograms of several samplers on one scale, one below the other, each with the exact law."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.figures import canvas
from explorer.figures import theme as colours

if TYPE_CHECKING:
    import plotly.graph_objects as go

ROW = 84  # px of one histogram
HEAD = 22  # px above it, for its title
FOOT = 52  # px below all, for the axis
FILL = 0.28
MOST = 72  # points of the exact line, which is sent once for each histogram
HEADROOM = 1.08  # above the highest bar


@dataclass(frozen=True, slots=True, eq=False)
class Lane:
    """One histogram.

    Attributes
    ----------
    title : str
    density : numpy.ndarray, shape (b,)
        Share of the samples in each bin over the bin's width.
    look : Category
    """

    title: str
    density: np.ndarray
    look: colours.Category


@dataclass(frozen=True, slots=True, eq=False)
class Exact:
    """What the histograms should be.

    Attributes
    ----------
    x, density : numpy.ndarray, shape (m,)
        A density as a line; or with ``steps`` the histogram of data.
    steps : bool
        Whether x holds the b + 1 edges of bins and density b values.
    """

    x: np.ndarray
    density: np.ndarray
    steps: bool = False


def figure(
    lanes: Sequence[Lane],
    edges: np.ndarray,
    theme: colours.Theme,
    *,
    exact: Exact | None,
    x: str,
    alt: str,
) -> go.Figure:
    """Draw a histogram for each lane, all with the same axes.

    Parameters
    ----------
    lanes : sequence of Lane
    edges : numpy.ndarray, shape (b + 1,)
        Of the bins.
    theme : Theme
    exact : Exact or None
    x : str
        Label of the axis with its unit.
    alt : str
        The finding in words.
    """
    height = len(lanes) * (ROW + HEAD) + FOOT
    top = max(float(lane.density.max(initial=0.0)) for lane in lanes)
    if exact is not None:
        top = max(top, float(exact.density.max()))
    traces, layout = [], {}
    for k, lane in enumerate(lanes):
        end = "" if k == 0 else str(k + 1)
        traces += _bars(lane, edges, f"y{end}")
        if exact is not None:
            traces.append(_line(exact, theme, f"y{end}"))
        layout[f"yaxis{end}"] = _height(theme, k, len(lanes), top)
    last = "" if len(lanes) == 1 else str(len(lanes))
    layout["xaxis"] = canvas.axis(
        theme, x, range=[float(edges[0]), float(edges[-1])], showgrid=False, anchor=f"y{last}"
    )
    heads = [_head(lane.title, k, theme) for k, lane in enumerate(lanes)]
    return canvas.build(
        theme, traces, height=height, alt=alt, annotations=heads,
        margin={"l": 54, "r": 6, "t": 0, "b": 4}, **layout,
    )  # fmt: skip


def misplaced(share: np.ndarray, exact: np.ndarray) -> float:
    """Return the share of samples that lies in the wrong bins, ``sum |share - exact| / 2``.

    Examples
    --------
    >>> misplaced(np.array([0.5, 0.5]), np.array([0.75, 0.25]))
    0.25
    """
    return 0.5 * float(np.abs(share - exact).sum())


def expected(exact: np.ndarray, n: int) -> float:
    r"""Return what `misplaced` is on average for n exact samples.

    By the normal law of each count, ``sum sqrt(2 p (1 - p) / (pi n)) / 2``.

    Examples
    --------
    >>> round(expected(np.full(4, 0.25), 300), 4)
    0.0399
    """
    return 0.5 * float(np.sqrt(2.0 * exact * (1.0 - exact) / (np.pi * max(n, 1))).sum())


def _bars(lane: Lane, edges: np.ndarray, axis: str) -> list[dict[str, Any]]:
    """Return a stepped outline from the first edge to the last, filled faintly."""
    x, y = _steps(edges, lane.density)
    shape = {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "yaxis": axis,
        "line": {"color": lane.look.colour, "width": 1.5, "shape": "hv"},
        "fill": "tozeroy",
        "fillcolor": colours.faded(lane.look.colour, FILL),
        "hovertemplate": "%{x:.3g}: density %{y:.3g}<extra></extra>",
    }
    return [shape]


def _steps(edges: np.ndarray, density: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the corners of a line of shape "hv": it starts and ends at 0."""
    x = np.concatenate((edges[:1], edges, edges[-1:]))
    y = np.concatenate(([0.0], density, density[-1:], [0.0]))
    return x.astype(np.float32), y.astype(np.float32)


def _line(exact: Exact, theme: colours.Theme, axis: str) -> dict[str, Any]:
    if exact.steps:
        x, y = _steps(exact.x, exact.density)
    else:
        x, y = canvas.thin(exact.x, exact.density, most=MOST)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": np.asarray(x, dtype=np.float32),
        "y": np.asarray(y, dtype=np.float32),
        "yaxis": axis,
        "line": {
            "color": theme.text,
            "width": colours.THIN_WIDTH,
            "shape": "hv" if exact.steps else "linear",
        },
        "hoverinfo": "skip",
    }


def _height(theme: colours.Theme, k: int, count: int, top: float) -> dict[str, Any]:
    """Return the vertical axis of a lane: its place, from 0 to what all need."""
    whole = count * (ROW + HEAD) + FOOT
    plot = whole - FOOT  # the margin below is the layout's
    low = 1.0 - (k + 1) * (ROW + HEAD) / plot
    domain = [max(0.0, low), min(1.0, low + ROW / plot)]
    upper = top * HEADROOM if top > 0 else 1.0
    title = "density" if k == 0 else ""
    return canvas.axis(
        theme,
        title,
        range=[0.0, upper],
        domain=domain,
        nticks=3,
        anchor="x",
        zeroline=False,
        automargin=False,
    )


def _head(title: str, k: int, theme: colours.Theme) -> dict[str, Any]:
    end = "" if k == 0 else str(k + 1)
    font = {"size": colours.TICK_SIZE, "color": theme.text}
    place = {"x": 0, "y": 1, "xref": "x domain", "yref": f"y{end} domain"}
    return canvas.note(theme, title, **place, xanchor="left", yanchor="bottom", font=font)
