"""What the pictures of pixels share: square axes, images, signed fields, outlines, clicks."""

from __future__ import annotations

from typing import Any

import numpy as np

from explorer.figures import canvas, png
from explorer.figures import theme as colours

Rows = tuple[int, int]
FEW = 10  # pixels a side, up to which thin lines part them
MANY = 1_600  # pixels, above which fewer bytes are sent: coarser values, every second click target


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
    source = png.data_uri(levels.transpose(1, 2, 0))
    return {"type": "image", "source": source, "hoverinfo": "skip"}


def signed(
    values: np.ndarray, theme: colours.Theme, *, name: str, most: float | None = None
) -> dict[str, Any]:
    """Return the trace of a signed field (H, W), coloured relative to its largest size, or `most`.

    The value under the pointer is said with its `name`; of many pixels as a share of the largest.
    """
    most = most or float(np.max(np.abs(values), initial=0.0)) or 1.0
    gap = 1 if max(values.shape) <= FEW else 0
    bar = {
        "orientation": "h",
        "thickness": 8,
        "outlinewidth": 0,
        "len": 0.6,
        "x": 0.5,
        "y": 0,
        "yanchor": "top",
        "tickvals": [-most, 0, most],
        "ticktext": ["−1", "0", "1"],
        "tickfont": {"size": colours.TICK_SIZE, "color": theme.muted},
    }
    z, said = np.asarray(values, dtype=np.float32), f"{name} = %{{z:.3g}}"
    if values.size > MANY:
        z, said = np.rint(100.0 * values / most).astype(np.int8), f"{name}: %{{z}} % of the scale"
        bar, most = bar | {"tickvals": [-100, 0, 100]}, 100.0
    return {
        "type": "heatmap",
        "z": z,
        "zmin": -most,
        "zmax": most,
        "colorscale": colours.diverging(theme),
        "hovertemplate": f"row %{{y}}, column %{{x}}<br>{said}<extra></extra>",
        "showscale": True,
        "colorbar": bar,
        "xgap": gap,
        "ygap": gap,
    }


def covered(inside: np.ndarray, theme: colours.Theme) -> dict[str, Any]:
    """Return the trace that covers what lies outside a mask (H, W)."""
    return {
        "type": "heatmap",
        "z": (~inside).astype(np.uint8),
        "zmin": 0,
        "zmax": 1,
        "colorscale": [[0, "rgba(0,0,0,0)"], [1, theme.hairline]],
        "opacity": 0.94,
        "showscale": False,
        "hoverinfo": "skip",
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


def border(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the lines between a mask (H, W) and its complement, each followed by a NaN.

    Returns
    -------
    x, y : numpy.ndarray
        float32, (3 k,) for k straight lines: start, end, NaN.

    Examples
    --------
    >>> x, y = border(np.array([[True, True, False]]))
    >>> x.size // 3  # the sides of a rectangle
    4
    """
    padded = np.pad(mask, 1)
    column, top, bottom = _runs((padded[1:-1, 1:] != padded[1:-1, :-1]).T)
    row, left, right = _runs(padded[1:, 1:-1] != padded[:-1, 1:-1])
    gap = np.full(column.size + row.size, np.nan)
    x = np.stack([np.r_[column, left], np.r_[column, right], gap], axis=1)
    y = np.stack([np.r_[top, row], np.r_[bottom, row], gap], axis=1)
    return x.ravel().astype(np.float32) - 0.5, y.ravel().astype(np.float32) - 0.5


def _runs(edges: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return line, start and end of the runs of True in each line of `edges`."""
    steps = np.diff(np.pad(edges, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    line, start = np.nonzero(steps == 1)
    _, end = np.nonzero(steps == -1)
    return line, start, end


def targets(shape: Rows, *, side: float) -> dict[str, Any]:
    """Return invisible points that take clicks, for images take none: one per pixel.

    Of many pixels every second one, in rows and columns.
    """
    small = np.int8 if max(shape) <= np.iinfo(np.int8).max else np.int16  # one byte is sent
    step = 2 if shape[0] * shape[1] > MANY else 1
    grids = np.indices(shape)[:, ::step, ::step]
    rows, columns = (grid.ravel().astype(small) for grid in grids)
    return {
        "type": "scatter",
        "mode": "markers",
        "x": columns,
        "y": rows,
        "marker": {"opacity": 0, "size": max(step * side / max(shape), 3.0), "symbol": "square"},
        "selected": {"marker": {"opacity": 0}},
        "unselected": {"marker": {"opacity": 0}},
        "hovertemplate": "row %{y}, column %{x}<extra></extra>",
        "showlegend": False,
    }


def _line(x: Any, y: Any, colour: str, width: float) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": {"color": colour, "width": width},
        "hoverinfo": "skip",
        "showlegend": False,
    }
