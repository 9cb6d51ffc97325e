"""λ₁ and Λ over two coefficients: a map to read, to click, and to watch an optimiser walk on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.figures import canvas, numbers
from explorer.figures import theme as colours

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from explorer.generators import Landscape

HEIGHT = 380
QUANTITIES = {"gap": "λ₁", "efficiency": "Λ"}


def figure(
    landscape: Landscape,
    quantity: str,
    names: tuple[str, str],
    here: tuple[float, float],
    theme: colours.Theme,
    *,
    path: np.ndarray | None = None,
) -> go.Figure:
    """Draw one quantity as a heat map, the present generator, and an optimiser's path.

    A heat map gives no click events in Streamlit, so a transparent scatter lies on top.

    Parameters
    ----------
    landscape : Landscape
    quantity : str
        ``"gap"`` or ``"efficiency"``.
    names : (str, str)
        Coefficients on the axes, for instance ``("b₁", "b₃")``.
    here : (float, float)
        Coefficients of the present generator.
    theme : Theme
    path : (m, 2) array or None
        Coefficients the optimiser visited.
    """
    values = _masked(landscape, quantity)
    traces = [_map(landscape, values, quantity, theme)]
    if path is not None and len(path):
        traces.append(_path(path, theme))
    traces += [_here(here), *_targets(landscape, quantity, names)]
    x, y = (_range(v) for v in (landscape.x, landscape.y))
    return canvas.build(
        theme,
        traces,
        height=HEIGHT,
        alt=finding(landscape, quantity, names),
        xaxis=canvas.axis(theme, f"coefficient {names[0]}", range=x, showgrid=False),
        yaxis=canvas.axis(theme, f"coefficient {names[1]}", range=y, showgrid=False),
        clickmode="event+select",
        hovermode="closest",
    )


def finding(landscape: Landscape, quantity: str, names: tuple[str, str]) -> str:
    """Say in words where the quantity is largest and how much of the map is refused."""
    values = _masked(landscape, quantity)
    if not np.isfinite(values).any():
        return f"No generator on this map has a {QUANTITIES[quantity]}."
    row, column = np.unravel_index(np.nanargmax(values), values.shape)
    refused = float(np.mean(~np.isfinite(values)))
    at = f"{names[0]} = {numbers.number(float(landscape.x[column]), 3)}, "
    at += f"{names[1]} = {numbers.number(float(landscape.y[row]), 3)}"
    largest = numbers.number(float(values[row, column]))
    text = f"{QUANTITIES[quantity]} is largest, {largest}, at {at}."
    return text + (f" {numbers.percent(refused)} of the map is refused." if refused else "")


def _masked(landscape: Landscape, quantity: str) -> np.ndarray:
    values = np.asarray(getattr(landscape, quantity), dtype=float)
    return np.where(np.isfinite(values), values, np.nan)


def _map(
    landscape: Landscape, values: np.ndarray, quantity: str, theme: colours.Theme
) -> dict[str, Any]:
    ends = {"zmin": 0.0, "zmax": 1.0} if quantity == "efficiency" else {}
    title = {"text": QUANTITIES[quantity], "font": {"color": theme.muted}}
    bar = {
        "title": title,
        "thickness": 12,
        "outlinewidth": 0,
        "len": 0.9,
        "tickfont": {"size": colours.TICK_SIZE, "color": theme.muted},
    }
    return {
        "type": "heatmap",
        "x": canvas.compact(landscape.x),
        "y": canvas.compact(landscape.y),
        "z": np.asarray(values, dtype=np.float32),
        "colorscale": colours.SEQUENTIAL,
        "colorbar": bar,
        "hoverinfo": "skip",
        "hoverongaps": False,
    } | ends


def _targets(landscape: Landscape, quantity: str, names: tuple[str, str]) -> list[dict[str, Any]]:
    """Return invisible points, one per cell, that take clicks; refused cells say their verdict."""
    x, y = (grid.ravel() for grid in np.meshgrid(landscape.x, landscape.y))
    values = _masked(landscape, quantity).ravel()
    known = np.isfinite(values)
    place = f"{names[0]} = %{{x:.3g}}, {names[1]} = %{{y:.3g}}<br>"
    common = {
        "type": "scatter",
        "mode": "markers",
        "marker": {"opacity": 0, "size": 300 / len(landscape.x), "symbol": "square"},
        "unselected": {"marker": {"opacity": 0}},
        "selected": {"marker": {"opacity": 0}},
        "showlegend": False,
    }
    solved = {
        "x": canvas.compact(x[known]),
        "y": canvas.compact(y[known]),
        "customdata": canvas.compact(values[known]),
        "hovertemplate": f"{place}{QUANTITIES[quantity]} = %{{customdata:.4g}}<extra></extra>",
    }
    refused = {
        "x": canvas.compact(x[~known]),
        "y": canvas.compact(y[~known]),
        "text": [str(word) for word in np.asarray(landscape.verdict).ravel()[~known]],
        "hovertemplate": f"{place}%{{text}}<extra></extra>",
    }
    return [common | solved, common | refused]


def _here(here: tuple[float, float]) -> dict[str, Any]:
    ring = {"symbol": "circle-open", "size": 15, "color": "#FFFFFF", "line": {"width": 3}}
    return {
        "type": "scatter",
        "x": [here[0]],
        "y": [here[1]],
        "mode": "markers",
        "marker": ring,
        "unselected": {"marker": {"opacity": 1}},
        "hoverinfo": "skip",
    }


def _path(path: np.ndarray, theme: colours.Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": path[:, 0],
        "y": path[:, 1],
        "mode": "lines+markers",
        "line": {"color": "#FFFFFF", "width": 2},
        "marker": {"size": 6, "color": theme.second, "line": {"width": 1, "color": "#FFFFFF"}},
        "unselected": {"marker": {"opacity": 1}},
        "hoverinfo": "skip",
    }


def _range(values: np.ndarray) -> list[float]:
    half = 0.5 * float(values[1] - values[0]) if len(values) > 1 else 0.5
    return [float(values[0]) - half, float(values[-1]) + half]
