"""Mean squared error on unseen images relative to the Wiener filter, over noise levels."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.figures import canvas, numbers
from explorer.figures import theme as colours

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from explorer.analysis.held_out import Table

HEIGHT = 400
ROW = 11  # for each method's name above the picture
NAMED = 3  # methods that are named in words
CEILING = 6.0  # of the axis; what is above leaves the picture, not the table
TICKS = (0.2, 0.3, 0.4, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0)
LEVELS = (0.01, 0.1, 1.0, 10.0)


def figure(
    table: Table, theme: colours.Theme, *, shown: tuple[str, ...] | None = None
) -> go.Figure:
    """Draw every method's error over the Wiener filter's, with a band of two standard errors.

    Parameters
    ----------
    table : Table
    theme : Theme
    shown : tuple of str, optional
        The methods to draw; all but the Wiener filter by default.
    """
    ratios, spreads = table.ratios()
    names = [n for n in shown or table.names if n != "wiener"]
    traces: list[dict[str, Any]] = []
    for k, name in enumerate(names):
        m = table.row(name)
        count = len(colours.CATEGORIES)
        how, again = colours.CATEGORIES[k % count], k >= count
        if again:  # colours come round: dash and marker tell them apart
            how = replace(how, dash=colours.CATEGORIES[(k + 3) % count].dash)
        traces += _method(table.sigmas, ratios[m], spreads[m], name=name, how=how, again=again)
    seen = np.concatenate([ratios[table.row(name)] for name in names]) if names else np.ones(1)
    low = min(float(np.nanmin(seen)), 0.9) / 1.08
    high = min(max(float(np.nanmax(seen)), 1.15) * 1.08, CEILING)
    ends = np.log10([table.sigmas.max(), table.sigmas.min()])
    marks = {"tickvals": list(LEVELS), "ticktext": [numbers.number(v) for v in LEVELS]}
    x = canvas.axis(
        theme, "noise level σ", type="log", range=[ends[0] + 0.08, ends[1] - 0.08], **marks
    )
    ticks = [v for v in TICKS if low <= v <= high]
    y = canvas.axis(
        theme,
        "MSE / MSE of the Wiener filter",
        type="log",
        range=[float(np.log10(low)), float(np.log10(high))],
        tickvals=ticks,
        ticktext=[numbers.number(v) for v in ticks],
    )
    return canvas.build(
        theme,
        traces,
        height=HEIGHT + ROW * len(names),
        alt=finding(table, shown=shown),
        xaxis=x,
        yaxis=y,
        shapes=[_par(theme)],
        showlegend=True,
    )


def finding(table: Table, *, shown: tuple[str, ...] | None = None) -> str:
    """Say in words who is surely better than the Wiener filter, where, and by how much."""
    ratios, spreads = table.ratios()
    better: list[tuple[float, str]] = []
    for name in shown or table.names:
        m = table.row(name)
        sure = ratios[m] + 2.0 * spreads[m] < 1.0
        if name == "wiener" or not sure.any():
            continue
        best = int(np.nanargmin(np.where(sure, ratios[m], np.nan)))
        saved = numbers.percent(1.0 - float(ratios[m, best]))
        at = numbers.number(float(table.sigmas[best]), 3)
        where = f"{int(sure.sum())} of {sure.size} noise levels"
        words = f"{name} at {where}, at most by {saved} at σ = {at}"
        better.append((float(ratios[m, best]), words))
    images = int(table.counts().max())
    if not better:
        return f"On {images} unseen images no method has a smaller error than the Wiener filter."
    named = [words for _, words in sorted(better)[:NAMED]]
    others = len(better) - len(named)
    rest = f"; and by {others} more" if others else ""
    return (
        f"On {images} unseen images the Wiener filter is beaten by " + "; ".join(named) + rest + "."
    )


def _method(
    sigmas: np.ndarray,
    ratio: np.ndarray,
    spread: np.ndarray,
    *,
    name: str,
    how: colours.Category,
    again: bool,
) -> list[dict[str, Any]]:
    """Return the band and the line of one method; they come and go together."""
    known = np.isfinite(ratio)
    x, y = sigmas[known], ratio[known]
    wide = 2.0 * np.nan_to_num(spread[known])
    low, high = np.maximum(y - wide, 1e-3), y + wide
    symbol = f"{how.marker}-open" if again else how.marker
    band = {
        "type": "scatter",
        "mode": "lines",
        "x": np.concatenate([x, x[::-1]]),
        "y": np.concatenate([high, low[::-1]]),
        "fill": "toself",
        "fillcolor": colours.faded(how.colour, colours.BAND_OPACITY),
        "line": {"width": 0},
        "hoverinfo": "skip",
        "legendgroup": name,
        "showlegend": False,
    }
    line = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": x,
        "y": y,
        "customdata": wide,
        "name": name,
        "legendgroup": name,
        "line": {"color": how.colour, "dash": how.dash, "width": colours.LINE_WIDTH},
        "marker": {"color": how.colour, "symbol": symbol, "size": colours.MARKER_SIZE},
        "hovertemplate": f"{name}<br>σ = %{{x:.3g}}<br>%{{y:.3f}} ± %{{customdata:.3f}}"
        "<extra></extra>",
    }
    return [band, line]


def _par(theme: colours.Theme) -> dict[str, Any]:
    """Return the line of the Wiener filter itself."""
    return {
        "type": "line",
        "x0": 0,
        "x1": 1,
        "xref": "paper",
        "y0": 1.0,
        "y1": 1.0,
        "line": {"color": theme.text, "width": colours.THIN_WIDTH},
        "layer": "below",
    }
