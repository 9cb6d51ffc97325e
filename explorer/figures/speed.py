"""Is it really faster? The raw gap against the fair speed Λ, under the ceiling Λ = 1.

``Λ = λ₁ Var_π(X) / E_π[a] ≤ 1`` (put f = x in the variational formula). The gap moves freely to
the right when time is run faster; Λ does not move at all.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from explorer.figures import canvas, numbers
from explorer.figures import theme as colours

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from explorer.generators import Tuning

HEIGHT = 360


@dataclass(frozen=True, slots=True)
class Visit:
    """One generator on the plane: its name, log10 of its gap, and its fair speed if defined."""

    name: str
    log_gap: float
    efficiency: float | None


def plane(
    visits: tuple[Visit, ...],
    current: Visit | None,
    theme: colours.Theme,
    *,
    landmarks: tuple[Visit, ...] = (),
) -> go.Figure:
    """Draw all visited generators, the current one large, and the ceiling.

    Parameters
    ----------
    visits : tuple of Visit
        Oldest first.
    current : Visit or None
    theme : Theme
    landmarks : tuple of Visit
        Well-known generators, drawn hollow and named.
    """
    fair = [v for v in visits if v.efficiency is not None and v != current]
    known = [*fair, *landmarks, *([current] if current else [])]
    low, high = _ends([v.log_gap for v in known])
    traces = [_landmarks(landmarks, theme), _points(fair, theme, size=9, colour=theme.muted)]
    if current is not None and current.efficiency is not None:
        traces.append(_points([current], theme, size=14, colour=theme.accent))
    ceiling = {"color": theme.text, "width": colours.THIN_WIDTH}
    at, labels = canvas.log_ticks(low, high)
    place = {"xref": "paper", "x": 0.01, "y": 1.18, "xanchor": "left", "yanchor": "top"}
    return canvas.build(
        theme,
        traces,
        height=HEIGHT,
        alt=finding(visits, current),
        xaxis=canvas.axis(
            theme,
            "gap λ₁ (log scale): what a time change moves",
            range=[low, high],
            tickvals=at,
            ticktext=labels,
        ),
        yaxis=canvas.axis(theme, "fair speed Λ", range=[0, 1.18], dtick=0.25),
        shapes=[
            {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": 1, "y1": 1, "line": ceiling},
            {
                "type": "rect",
                "xref": "paper",
                "x0": 0,
                "x1": 1,
                "y0": 1,
                "y1": 1.18,
                "fillcolor": colours.faded(theme.muted, 0.12),
                "line": {"width": 0},
                "layer": "below",
            },
        ],
        annotations=[canvas.note(theme, "nothing lies above Λ = 1", **place)],
    )


def finding(visits: tuple[Visit, ...], current: Visit | None) -> str:
    """Say in words where the generators lie."""
    fair = [v for v in visits if v.efficiency is not None]
    text = f"{len(fair)} generators under the ceiling Λ = 1."
    if current is not None and current.efficiency is not None:
        text += f" The present one: λ₁ = {numbers.from_log10(current.log_gap)}, "
        text += f"Λ = {numbers.number(current.efficiency)}."
    return text


def _points(visits: list[Visit], theme: colours.Theme, *, size: int, colour: str) -> dict[str, Any]:
    text = [
        f"{v.name}<br>λ₁ = {numbers.from_log10(v.log_gap)}<br>Λ = "
        f"{numbers.number(v.efficiency or 0.0)}"
        for v in visits
    ]
    return {
        "type": "scatter",
        "x": [v.log_gap for v in visits],
        "y": [v.efficiency for v in visits],
        "mode": "markers",
        "marker": {"size": size, "color": colour, "line": {"width": 1, "color": theme.background}},
        "text": text,
        "hoverinfo": "text",
        "cliponaxis": False,
    }


def _landmarks(landmarks: tuple[Visit, ...], theme: colours.Theme) -> dict[str, Any]:
    """Hollow markers with their names: above the ceiling for Λ = 1, else below the point."""
    places = ["top center" if (v.efficiency or 0) > 0.999 else "bottom center" for v in landmarks]
    return _points(list(landmarks), theme, size=10, colour=theme.muted) | {
        "mode": "markers+text",
        "text": [v.name for v in landmarks],
        "textposition": places,
        "textfont": {"size": colours.TICK_SIZE, "color": theme.muted},
        "marker": {
            "symbol": "circle-open",
            "size": 10,
            "color": theme.muted,
            "line": {"width": 1.5},
        },
    }


def _ends(logs: list[float]) -> tuple[float, float]:
    """Return whole decades around the gaps, at least one on each side of 1."""
    inside = [u for u in logs if math.isfinite(u)] or [0.0]
    return min(-1.0, math.floor(min(inside) - 0.1)), max(1.0, math.ceil(max(inside) + 0.1))


def path(tuning: Tuning, target: float, theme: colours.Theme) -> go.Figure:
    """Draw the fair speed over the optimiser's steps, and the target.

    Parameters
    ----------
    tuning : Tuning
    target : float
    theme : Theme
    """
    steps = list(range(len(tuning.efficiencies)))
    line = {
        "type": "scatter",
        "x": steps,
        "y": tuning.efficiencies,
        "mode": "lines+markers",
        "line": {"color": theme.accent, "width": colours.LINE_WIDTH},
        "marker": {"size": colours.MARKER_SIZE, "color": theme.accent},
        "hovertemplate": "step %{x}: Λ = %{y:.6g}<extra></extra>",
    }
    wanted = {"color": theme.second, "width": 1.5, "dash": "dot"}
    place = {"xref": "paper", "x": 1, "y": target, "xanchor": "right", "yanchor": "bottom"}
    first, last = (numbers.number(float(v)) for v in tuning.efficiencies[[0, -1]])
    return canvas.build(
        theme,
        [line],
        height=240,
        alt=f"The optimiser moves Λ from {first} to {last} in {len(steps) - 1} steps; the target "
        f"is {numbers.number(target)}.",
        xaxis=canvas.axis(theme, "step", nticks=6, showgrid=False),
        yaxis=canvas.axis(theme, "fair speed Λ", range=[0, 1.08], dtick=0.25),
        shapes=[
            {
                "type": "line",
                "xref": "paper",
                "x0": 0,
                "x1": 1,
                "y0": target,
                "y1": target,
                "line": wanted,
            }
        ],
        annotations=[canvas.note(theme, "target", **place)],
    )
