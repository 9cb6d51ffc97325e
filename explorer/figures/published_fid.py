"""Published FID against NFE: hollow markers, since none of it was measured here."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from explorer.figures import canvas, numbers, sampler_style
from explorer.figures import theme as colours

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from explorer.analysis.published_fid import Row, Source, Table

HEIGHT = 600
ENTRY = 270  # px of a name in the legend
_TICKS = (2, 3, 5, 10, 20, 50, 100)


def figure(table: Table, sources: Mapping[str, Source], theme: colours.Theme) -> go.Figure:
    """Draw FID over NFE, one hollow line per row; what was read at second hand is dotted.

    Parameters
    ----------
    table : Table
    sources : mapping of str to Source
    theme : Theme
    """
    values = [math.log10(fid) for row in table.rows for fid in row.fid.values()]
    room = 0.05 * (max(values) - min(values)) + 0.02
    return canvas.build(
        theme,
        [_line(row, sources[row.source], theme) for row in table.rows],
        height=HEIGHT,
        alt=finding(table, sources),
        xaxis=canvas.axis(
            theme, "evaluations per sample (NFE)", tickvals=list(table.budgets), showgrid=False
        ),
        yaxis=canvas.axis(
            theme,
            "published FID (smaller is better)",
            type="log",
            range=[min(values) - room, max(values) + room],
            tickvals=list(_TICKS),
            ticktext=[str(tick) for tick in _TICKS],
        ),
        showlegend=True,
        legend={
            "y": -0.2,
            "yanchor": "top",
            "entrywidth": ENTRY,
            "entrywidthmode": "pixels",
            "maxheight": 0.8,
            "font": {"size": colours.TICK_SIZE},
        },
    )


def finding(table: Table, sources: Mapping[str, Source]) -> str:
    """Say which rows are lowest at the budget that most rows have."""
    nfe = max(table.budgets, key=lambda n: sum(n in row.fid for row in table.rows))
    rows = sorted((row for row in table.rows if nfe in row.fid), key=lambda row: row.fid[nfe])
    said = [f"{row.method} {row.fid[nfe]:.2f} ({sources[row.source].title})" for row in rows[:3]]
    return f"Published FID on {table.title}, lowest at NFE {nfe}: {'; '.join(said)}."


def _line(row: Row, source: Source, theme: colours.Theme) -> dict[str, Any]:
    how = sampler_style.of(row.sampler or row.method)
    second_hand = source.tag != "published"
    name = f"{row.method} · {source.title.split(',')[0]}"
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": list(row.fid),
        "y": list(row.fid.values()),
        "name": name,
        "line": {
            "color": colours.faded(how.colour, 0.55),
            "dash": "dot" if second_hand else "solid",
            "width": colours.THIN_WIDTH,
        },
        "marker": {
            "symbol": how.marker,
            "size": colours.MARKER_SIZE + 1,
            "color": theme.background,
            "line": {"color": how.colour, "width": 1.8},
        },
        "hovertemplate": f"{name}<br>{source.tag}<br>NFE %{{x}}: FID %{{y:.2f}}<extra></extra>",
    }


def cell(row: Row, nfe: int) -> str:
    """Return a value of the table as it was printed; a dash where there is none.

    Examples
    --------
    >>> from explorer.analysis.published_fid import find
    >>> (
    ...     cell(find("cifar10", "diff-sampler", "Heun"), 6),
    ...     cell(find("cifar10", "dpm", "DPM-Solver"), 5),
    ... )
    ('99.74', '–')
    """
    return f"{row.fid[nfe]:.2f}" if nfe in row.fid else "–"


def budget(nfe: int) -> str:
    """Return the head of a column."""
    return f"NFE {numbers.number(nfe)}"
