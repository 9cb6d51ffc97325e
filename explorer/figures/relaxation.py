"""How fast the process forgets its start: distances to π over time, and what they are made of."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.figures import canvas, numbers
from explorer.figures import theme as colours

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from explorer.generators import ConvergenceTime, Relaxation

HEIGHT = 340
METRICS = {
    "tv": "total variation",
    "kl": "Kullback–Leibler",
    "l2": "L²(π)",
    "chi2": "χ²",
    "w1": "Wasserstein 1",
    "w2": "Wasserstein 2",
}
SHORT = {"tv": "TV", "kl": "KL", "l2": "L²(π)", "chi2": "χ²", "w1": "W₁", "w2": "W₂"}
_PLACES = {name: index for index, name in enumerate(METRICS)}  # a metric keeps its colour


def curves(
    relaxation: Relaxation,
    metrics: tuple[str, ...],
    time: ConvergenceTime,
    theme: colours.Theme,
    *,
    log_time: bool = False,
) -> go.Figure:
    """Draw the chosen distances over time, the slope of λ₁, and the moment T(ε).

    Parameters
    ----------
    relaxation : Relaxation
    metrics : tuple of str
        Names out of `METRICS`.
    time : ConvergenceTime
        Of the same generator, start and dimension.
    theme : Theme
    log_time : bool
        For processes with two time scales.
    """
    t = relaxation.times
    traces = [_curve(t, getattr(relaxation, name), name) for name in metrics]
    traces.append(_theory(t, time, theme))
    shapes, notes = _convergence(time, theme, log_time=log_time)
    top = _top(relaxation, metrics)
    bottom = math.floor(math.log10(time.eps)) - 1.5
    log_axis = {"type": "log", "range": [math.log10(t[t > 0][0]), math.log10(t[-1])]}
    ticks = [10.0**k for k in range(-12, 12, 1 if top - bottom < 5 else 2)]
    return canvas.build(
        theme,
        traces,
        height=HEIGHT,
        alt=finding(relaxation, metrics, time),
        xaxis=canvas.axis(theme, "time t", **(log_axis if log_time else {"range": [0, t[-1]]})),
        yaxis=canvas.axis(
            theme,
            "distance from π",
            type="log",
            range=[bottom, top + 0.15],
            tickvals=ticks,
            ticktext=[numbers.number(tick) for tick in ticks],
        ),
        shapes=shapes,
        annotations=notes,
        showlegend=True,
    )


def coefficients(relaxation: Relaxation, theme: colours.Theme, *, most: int = 10) -> go.Figure:
    """Draw ``|c_n|``: how much of each eigenfunction the start contains."""
    size = np.abs(relaxation.coefficients[:most])
    n = np.arange(1, size.size + 1)
    floor = max(float(size.max(initial=0.0)), 1e-12) * 1e-6
    shades = [theme.accent if k == 0 else theme.muted for k in range(size.size)]
    bars = {
        "type": "bar",
        "x": n,
        "y": np.maximum(size, floor),
        "marker": {"color": shades},
        "customdata": relaxation.rates[:most],
        "hovertemplate": "n = %{x}: |c| = %{y:.3e}, rate %{customdata:.5g}<extra></extra>",
    }
    ends = [math.log10(floor), math.log10(max(float(size.max(initial=0.0)), 10 * floor)) + 0.2]
    return canvas.build(
        theme,
        [bars],
        height=HEIGHT,
        alt=_content(size),
        xaxis=canvas.axis(theme, "n", dtick=1, showgrid=False),
        yaxis=canvas.axis(
            theme, "|c<sub>n</sub>|", type="log", range=ends, nticks=5, exponentformat="power"
        ),
        bargap=0.4,
    )


def finding(relaxation: Relaxation, metrics: tuple[str, ...], time: ConvergenceTime) -> str:
    """Say in words what the curves show."""
    parts = [
        f"{METRICS[name]} falls from {numbers.number(float(v[0]), 3)} "
        f"to {numbers.number(float(v[-1]), 3)}"
        for name in metrics
        if np.isfinite((v := getattr(relaxation, name))[[0, -1]]).all()
    ]
    ending = numbers.number(float(relaxation.times[-1]), 3)
    return (
        f"By time {ending} in dimension {numbers.whole(time.dimension)}: {'; '.join(parts)}. "
        f"Total variation reaches {numbers.number(time.eps)} at T = {numbers.number(time.exact)}."
    )


def _curve(t: np.ndarray, values: np.ndarray, name: str) -> dict[str, Any]:
    category = colours.CATEGORIES[_PLACES[name]]
    return {
        "type": "scatter",
        "x": t,
        "y": np.where(np.isfinite(values) & (values > 0), values, np.nan),
        "name": SHORT[name],
        "mode": "lines",
        "line": {"color": category.colour, "dash": category.dash, "width": colours.LINE_WIDTH},
        "hovertemplate": f"t = %{{x:.4g}}<br>{METRICS[name]} %{{y:.3e}}<extra></extra>",
    }


def _theory(t: np.ndarray, time: ConvergenceTime, theme: colours.Theme) -> dict[str, Any]:
    """Return the slope of theory: ``K exp(-rate t)`` in many dimensions, ``exp(-λ₁ t)`` in one."""
    many = time.prefactor is not None and time.dimension > 1
    height, rate = (time.prefactor or 1.0, time.rate) if many else (1.0, time.gap)
    return {
        "type": "scatter",
        "x": t,
        "y": height * np.exp(-np.minimum(rate * t, 600.0)),
        "name": "K e<sup>−λ₁t</sup>" if many else "e<sup>−λ₁t</sup>",
        "mode": "lines",
        "line": {"color": theme.text, "width": colours.THIN_WIDTH},
        "hoverinfo": "skip",
    }


def _top(relaxation: Relaxation, metrics: tuple[str, ...]) -> float:
    """Return log10 of the top of the picture: the largest value shown, at least 1, at most 1e4."""
    values = [getattr(relaxation, name) for name in metrics]
    largest = max([1.0, *(float(np.max(v[np.isfinite(v)], initial=1.0)) for v in values)])
    return math.ceil(min(math.log10(largest), 4.0))


def _convergence(
    time: ConvergenceTime, theme: colours.Theme, *, log_time: bool
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the cross where total variation meets ε, and its label."""
    if not math.isfinite(time.exact) or time.exact <= 0:
        return [], []
    line = {"color": theme.second, "width": 1.5, "dash": "dot"}
    upright = {"x0": time.exact, "x1": time.exact, "y0": 0, "y1": 1, "yref": "paper"}
    level = {"x0": 0, "x1": 1, "xref": "paper", "y0": time.eps, "y1": time.eps}
    at = math.log10(time.exact) if log_time else time.exact
    place = {"x": at, "y": 0.98, "yref": "paper", "yanchor": "top", "xanchor": "left"}
    label = canvas.note(theme, f" T(ε) = {numbers.number(time.exact)}", **place)
    lines = [{"type": "line", "line": line} | place for place in (upright, level)]
    return lines, [label | {"font": {"size": colours.TICK_SIZE, "color": theme.second}}]


def _content(size: np.ndarray) -> str:
    if not size.size:
        return "No eigenfunction."
    text = f"The start contains {numbers.number(float(size[0]), 3)} of the first eigenfunction"
    if size.size > 1:
        text += f" and {numbers.number(float(size[1]), 3)} of the second"
    return text + "."
