"""What the pictures of pixels share: square axes, images, signed fields, outlines, clicks."""

from __future__ import annotations

from typing import Any

import numpy as np

from explorer.figures import canvas
from explorer.figures import theme as colours

Rows = tuple[int, int]
FEW = 10  # pixels a side, up to which thin lines part them


def square(shape: Rows, theme: colours.Theme, title: str) -> dict[str, Any]:
    """Return the layout of a picture of `shape` (H, W): square pixels, a border, a heading."""
    height, width = shape
    border = {
        "type": "rect",
        "x0": -0.5,
        "y0": -0.5,
        "x1": width - 0.5,
        "y1": height - 0.5,
        "line": {"width": 1, "color": theme.hairline},
    }
    heading = canvas.note(
        theme, title, x=(width - 1) / 2, y=-0.5, yanchor="bottom", yshift=2, xanchor="center"
    )
    return {
        "xaxis": canvas.hidden_axis(range=[-0.5, width - 0.5], constrain="domain"),
        "yaxis": canvas.hidden_axis(
            range=[height - 0.5, -0.5],
            scaleanchor="x",
            constrain="domain",
            constraintoward="top",
        ),
        "margin": {"l": 4, "r": 4, "t": 26, "b": 4},
        "shapes": [border],
        "annotations": [heading],
    }


def photograph(image: np.ndarray) -> dict[str, Any]:
    """Return the trace of an image (C, H, W) in [-1, 1]; what lies outside is cut."""
    levels = np.clip(np.rint(127.5 + 127.5 * image), 0, 255).astype(np.uint8)
    rgb = np.repeat(levels, 3, axis=0) if len(levels) == 1 else levels
    z = np.ascontiguousarray(rgb.transpose(1, 2, 0))
    return {"type": "image", "z": z, "hoverinfo": "skip"}


def signed(values: np.ndarray, theme: colours.Theme) -> dict[str, Any]:
    """Return the trace of a signed field (H, W) relative to its largest size, -1 to 1."""
    most = float(np.max(np.abs(values), initial=0.0))
    relative = values / most if most > 0.0 else values
    gap = 1 if max(values.shape) <= FEW else 0
    bar = {
        "orientation": "h",
        "thickness": 8,
        "outlinewidth": 0,
        "len": 0.6,
        "x": 0.5,
        "y": 0,
        "yanchor": "top",
        "tickvals": [-1, 0, 1],
        "ticktext": ["−1", "0", "1"],
        "tickfont": {"size": colours.TICK_SIZE, "color": theme.muted},
    }
    return {
        "type": "heatmap",
        "z": np.asarray(relative, dtype=np.float32),
        "zmin": -1.0,
        "zmax": 1.0,
        "colorscale": colours.diverging(theme),
        "hoverinfo": "skip",
        "showscale": True,
        "colorbar": bar,
        "xgap": gap,
        "ygap": gap,
    }


def chosen(pixel: Rows, colour: str) -> dict[str, Any]:
    """Return the ring around the chosen pixel."""
    row, column = pixel
    x = [column - 0.5, column + 0.5, column + 0.5, column - 0.5, column - 0.5]
    y = [row - 0.5, row - 0.5, row + 0.5, row + 0.5, row - 0.5]
    return _line(x, y, colour, 3.0)


def outline(mask: np.ndarray, theme: colours.Theme) -> dict[str, Any]:
    """Return the border of a mask (H, W), drawn between its pixels and the others."""
    x, y = border(mask)
    return _line(x, y, theme.accent, colours.LINE_WIDTH)


def border(mask: np.ndarray) -> tuple[list[float | None], list[float | None]]:
    """Return the edges between a mask and its complement as broken lines.

    Examples
    --------
    >>> x, y = border(np.array([[True, False]]))
    >>> len(x) // 3  # edges of one pixel
    4
    """
    padded = np.pad(mask, 1)
    x: list[float | None] = []
    y: list[float | None] = []
    for row, column in np.argwhere(padded[:, 1:] != padded[:, :-1]):
        x += [column - 0.5, column - 0.5, None]
        y += [row - 1.5, row - 0.5, None]
    for row, column in np.argwhere(padded[1:, :] != padded[:-1, :]):
        x += [column - 1.5, column - 0.5, None]
        y += [row - 0.5, row - 0.5, None]
    return x, y


def targets(shape: Rows, *, side: float) -> dict[str, Any]:
    """Return invisible points, one per pixel, that take clicks: images take none."""
    rows, columns = (grid.ravel() for grid in np.indices(shape))
    return {
        "type": "scatter",
        "mode": "markers",
        "x": columns.astype(np.int16),
        "y": rows.astype(np.int16),
        "marker": {"opacity": 0, "size": max(side / max(shape), 3.0), "symbol": "square"},
        "selected": {"marker": {"opacity": 0}},
        "unselected": {"marker": {"opacity": 0}},
        "hovertemplate": "row %{y}, column %{x}<extra></extra>",
        "showlegend": False,
    }


def readings(values: np.ndarray, *, side: float, name: str) -> dict[str, Any]:
    """Return invisible points that say the value of a field (H, W) under the pointer."""
    shape = (int(values.shape[0]), int(values.shape[1]))
    points = targets(shape, side=side)
    points["customdata"] = np.asarray(values, dtype=np.float32).ravel()
    points["hovertemplate"] = (
        f"row %{{y}}, column %{{x}}<br>{name} = %{{customdata:.3g}}<extra></extra>"
    )
    return points


def _line(x: list, y: list, colour: str, width: float) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": {"color": colour, "width": width},
        "hoverinfo": "skip",
        "showlegend": False,
    }
