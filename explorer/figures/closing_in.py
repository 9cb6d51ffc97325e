"""Home's small pictures of the Locality Lab: fields of one pixel side by side, with their masks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from explorer.figures import canvas, miniatures, pixels
from explorer.figures import theme as colours

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from explorer.analysis.postcard import Postcard

GAP = 0.25  # between two maps, in widths of one


def figure(
    card: Postcard,
    theme: colours.Theme,
    *,
    pixel: tuple[int, int],
    labels: Sequence[str],
    alt: str,
) -> go.Figure:
    """Draw the fields side by side, each with the border of its mask and its label below."""
    count, height, width = card.fields.shape
    step = round((1 + GAP) * width)
    most = int(np.abs(card.fields).max())
    scale = {"zmin": -most, "zmax": most, "colorscale": colours.diverging(theme)}
    masks = np.zeros((height, count * step), dtype=bool)
    traces, notes, frames = [], [], []
    for k, label in enumerate(labels):
        field = {"type": "heatmap", "z": card.fields[k], "x0": k * step, "showscale": False}
        traces.append(field | scale | {"hoverinfo": "skip"})
        masks[:, k * step : k * step + width] = card.masks[k]
        middle = k * step + (width - 1) / 2
        notes.append(canvas.note(theme, label, x=middle, y=height - 0.5, yanchor="top"))
        sides = {"x0": k * step - 0.5, "x1": k * step + width - 0.5, "y0": -0.5, "y1": height - 0.5}
        frames.append({"type": "rect", "line": {"width": 1, "color": theme.hairline}} | sides)
    rings = [pixels.chosen((pixel[0], pixel[1] + k * step), theme.text) for k in range(count)]
    return canvas.build(
        theme,
        [*traces, pixels.outline(masks, theme), *rings],
        height=miniatures.HEIGHT,
        alt=alt,
        xaxis=canvas.hidden_axis(range=[-0.5, (count - 1) * step + width - 0.5]),
        yaxis=canvas.hidden_axis(range=[height - 0.5, -0.5], scaleanchor="x", constrain="domain"),
        margin={"l": 4, "r": 4, "t": 6, "b": 26},
        shapes=frames,
        annotations=notes,
    )
