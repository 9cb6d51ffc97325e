"""What several denoisers make of one noisy picture: small pictures, differences, and errors."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.figures import canvas, method_style, numbers, pixels, png
from explorer.figures import theme as colours

if TYPE_CHECKING:
    import plotly.graph_objects as go

SIDE = 140  # px of a small picture
LINE = 22  # letters
STEP = 34  # px of a row of the errors: two lines of words
FULL = 127  # of a signed byte: the largest difference


def picture(
    image: np.ndarray, *, pixel: tuple[int, int], alt: str, theme: colours.Theme
) -> go.Figure:
    """Draw one answer small, with the chosen pixel outlined.

    Parameters
    ----------
    image : numpy.ndarray, shape (C, H, W)
        In [-1, 1]; what lies outside is cut.
    pixel : (int, int)
        Row and column.
    alt : str
    theme : Theme
    """
    levels = png.grey_levels(image)
    opaque = np.full((1, *levels.shape[1:]), 255, np.uint8)
    whole = np.concatenate([levels, opaque]).transpose(1, 2, 0)
    trace = {"type": "image", "source": png.data_uri(whole), "hoverinfo": "skip"}
    return _small(trace, image.shape[1:], pixel, alt=alt, theme=theme)


def difference(
    values: np.ndarray,
    *,
    limit: float,
    pixel: tuple[int, int],
    alt: str,
    theme: colours.Theme,
) -> go.Figure:
    """Draw a signed difference (C, H, W), its channels averaged, on a scale from -limit to limit.

    One byte per pixel: 254 shades are more than an eye parts.
    """
    mean = values.mean(axis=0)
    shade = np.rint(FULL * np.clip(mean / limit, -1.0, 1.0)) if limit > 0.0 else 0.0 * mean
    trace = {
        "type": "heatmap",
        "z": shade.astype(np.int8),
        "zmin": -FULL,
        "zmax": FULL,
        "colorscale": colours.diverging(theme),
        "showscale": False,
        "hoverinfo": "skip",
    }
    return _small(trace, values.shape[1:], pixel, alt=alt, theme=theme)


def errors(
    names: Sequence[str], titles: Sequence[str], values: Sequence[float], theme: colours.Theme
) -> go.Figure:
    """Draw root mean square errors, the smallest at the top.

    Parameters
    ----------
    names : sequence of str
        Registered names: they decide the colours.
    titles : sequence of str
    values : sequence of float
        On the scale [-1, 1].
    theme : Theme
    """
    order = np.argsort(np.asarray(values), kind="stable")
    styles = [method_style.of(names[int(k)]) for k in order]
    trace = {
        "type": "scatter",
        "mode": "markers",
        "x": [values[k] for k in order],
        "y": [_broken(titles[int(k)]) for k in order],
        "marker": {
            "color": [style.colour for style in styles],
            "symbol": [style.marker for style in styles],
            "size": colours.MARKER_SIZE + 2,
        },
        "cliponaxis": False,
        "hovertemplate": "%{y}: %{x:.4g}<extra></extra>",
    }
    most = max((v for v in values if np.isfinite(v)), default=1.0)
    x = canvas.axis(
        theme,
        "error, root mean square",
        range=[0.0, 1.06 * most or 1.0],
        nticks=5,
    )
    y = canvas.axis(theme, autorange="reversed", showgrid=True, ticks="")
    height = STEP * len(order) + 60
    alt = finding(titles, values)
    return canvas.build(theme, [trace], height=height, alt=alt, xaxis=x, yaxis=y)


def _broken(title: str) -> str:
    """Return a long title in two lines, so that narrow windows keep room for the marks.

    Examples
    --------
    >>> _broken("Wiener filter"), _broken("Kamb & Ganguli, with borders")
    ('Wiener filter', 'Kamb & Ganguli, with<br>borders')
    """
    return "<br>".join(textwrap.wrap(title, LINE))


def finding(titles: Sequence[str], values: Sequence[float]) -> str:
    """Say in words which answer is nearest to the clean picture, and which farthest."""
    order = np.argsort(np.asarray(values), kind="stable")
    near, far = int(order[0]), int(order[-1])
    return (
        f"Nearest to the clean picture: {titles[near]}, off by {numbers.number(values[near], 2)} "
        f"(root mean square, of a range of 2); farthest: {titles[far]}, "
        f"{numbers.number(values[far], 2)}."
    )


def _small(
    trace: dict[str, Any],
    shape: tuple[int, ...],
    pixel: tuple[int, int],
    *,
    alt: str,
    theme: colours.Theme,
) -> go.Figure:
    sides = (int(shape[0]), int(shape[1]))
    layout: dict[str, Any] = pixels.square(sides, theme, "")
    layout |= {"margin": {"l": 1, "r": 1, "t": 1, "b": 1}, "annotations": []}
    traces = [trace, pixels.chosen(pixel, theme.second)]
    return canvas.build(theme, traces, height=SIDE, alt=alt, **layout)
