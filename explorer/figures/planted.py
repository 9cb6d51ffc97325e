"""Images without and with a planted pattern; the field and the mask size before and after."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.figures import canvas, numbers, pixels
from explorer.figures import theme as colours

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from explorer.analysis.locality import Scan

HEIGHT = 320
TALL = 350  # of the examples, which stand beside the board
ROWS = ("as they are", "with the pattern")
TICKS = (0.01, 0.1, 1.0, 10.0)


def examples(
    plain: np.ndarray, planted: np.ndarray, theme: colours.Theme, *, gain: float
) -> go.Figure:
    """Draw a row of images (K, C, H, W) in [-1, 1], and below it the same with the pattern."""
    count, _, height, width = plain.shape
    step = (round(0.42 * height) + height, width + max(1, width // 10))
    traces = [
        pixels.photograph(image) | {"x0": k * step[1], "y0": row * step[0]}
        for row, images in enumerate((plain, planted))
        for k, image in enumerate(images)
    ]
    right, bottom = (count - 1) * step[1] + width - 0.5, step[0] + height - 0.5
    headings = [
        canvas.note(
            theme, name, x=-0.5, y=row * step[0] - 0.5, xanchor="left", yanchor="bottom", yshift=1
        )
        for row, name in enumerate(ROWS)
    ]
    return canvas.build(
        theme,
        traces,
        height=TALL,
        alt=f"{count} images, and the same with the pattern at strength {numbers.number(gain, 2)}.",
        xaxis=canvas.hidden_axis(range=[-0.5, right], constrain="domain"),
        yaxis=canvas.hidden_axis(
            range=[bottom, -0.5],
            scaleanchor="x",
            constrain="domain",
            constraintoward="top",
        ),
        margin={"l": 4, "r": 4, "t": 26, "b": 4},
        annotations=headings,
    )


def field(
    values: np.ndarray,
    title: str,
    theme: colours.Theme,
    *,
    pixel: tuple[int, int],
    most: float | None = None,
    alt: str,
) -> go.Figure:
    """Draw a field (H, W) with the chosen pixel, on a scale up to `most` or its largest size."""
    shape = (int(values.shape[0]), int(values.shape[1]))
    most = most or float(np.abs(values).max()) or 1.0
    trace = pixels.signed(values, theme, name=title, most=most)
    ends = (-most, 0.0, most)
    bar = trace["colorbar"] | {"ticktext": [numbers.number(end, 2) for end in ends]}
    return canvas.build(
        theme,
        [trace | {"colorbar": bar}, pixels.chosen(pixel, theme.text)],
        height=HEIGHT,
        alt=alt,
        **pixels.square(shape, theme, title),
    )


def sizes(before: Scan, after: Scan, theme: colours.Theme, *, sigma: float, size: int) -> go.Figure:
    """Draw the mask size over noise levels without and with the pattern."""
    low, high = (math.log10(end(before.sigmas)) for end in (min, max))
    traces = [
        _curve(before, "without", 6),
        _curve(after, "with the pattern", 0),
    ]
    level = {
        "type": "line", "x0": sigma, "x1": sigma, "y0": 0, "y1": 1, "yref": "paper",
        "line": {"color": theme.muted, "width": colours.THIN_WIDTH, "dash": "dot"},
        "layer": "below",
    }  # fmt: skip
    ticks = {"tickvals": list(TICKS), "ticktext": [numbers.number(t) for t in TICKS]}
    x = canvas.axis(
        theme, "noise level σ", type="log", range=[high + 0.08, low - 0.08], showgrid=False, **ticks
    )
    y = canvas.axis(theme, f"pixels of {numbers.whole(size)}", range=[0, 1.06 * size], nticks=5)
    return canvas.build(
        theme,
        traces,
        height=HEIGHT,
        alt=growth(before, after),
        xaxis=x,
        yaxis=y,
        shapes=[level],
        showlegend=True,
    )


def growth(before: Scan, after: Scan) -> str:
    """Say in words where the pattern changes the mask most."""
    gained = after.sizes - before.sizes
    k = int(np.abs(gained).argmax())
    if not gained[k]:
        return "The pattern changes the size of the mask at no noise level."
    return (
        f"The pattern changes the mask most at σ = {numbers.number(before.sigmas[k], 2)}: from "
        f"{numbers.whole(int(before.sizes[k]))} to {numbers.whole(int(after.sizes[k]))} pixels."
    )


def _curve(scan: Scan, name: str, k: int) -> dict[str, Any]:
    how = colours.CATEGORIES[k]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": scan.sigmas,
        "y": canvas.compact(scan.sizes),
        "name": name,
        "line": {"color": how.colour, "dash": how.dash, "width": colours.LINE_WIDTH},
        "hovertemplate": f"σ = %{{x:.3g}}<br>{name}: %{{y}}<extra></extra>",
    }
