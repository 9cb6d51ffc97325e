"""Maps of one number per pixel: a signed change, a count, a logarithm, or a few classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.figures import canvas, numbers, pixels
from explorer.figures import theme as colours

if TYPE_CHECKING:
    import plotly.graph_objects as go

HEIGHT = 300
BAR = 50  # px below a map, for the bar of its colours
_LEAST = 1e-12  # smaller changes are drawn as none


def flat(values: np.ndarray, channel: int | None) -> np.ndarray:
    """Return one channel of (C, H, W), or the mean over channels.

    Examples
    --------
    >>> flat(np.array([[[1.0]], [[-2.0]]]), None).item(), flat(np.array([[[3.0]]]), 0).item()
    (-0.5, 3.0)
    """
    return np.asarray(values[channel] if channel is not None else values.mean(axis=0))


def change(
    values: np.ndarray,
    theme: colours.Theme,
    *,
    limit: float,
    title: str,
    alt: str,
    height: int = HEIGHT,
) -> go.Figure:
    """Draw a signed map (H, W), centred at zero, with the colours' ends at ``-limit`` and limit.

    Maps that are compared have one limit.
    """
    size = limit if limit > _LEAST else 1.0
    ticks = ([-size, 0.0, size], [numbers.signed(v, 2) for v in (-size, 0.0, size)])
    colour = {"zmin": -size, "zmax": size, "colorscale": colours.diverging(theme)}
    return _map(values, theme, colour, ticks=ticks, title=title, alt=alt, height=height)


def count(
    values: np.ndarray, theme: colours.Theme, *, most: float, title: str, alt: str, name: str
) -> go.Figure:
    """Draw a map (H, W) of numbers from 0 to `most`."""
    colour = {"zmin": 0.0, "zmax": most, "colorscale": colours.SEQUENTIAL}
    ticks = ([0.0, most], ["0", numbers.number(most, 4)])
    return _map(values, theme, colour, ticks=ticks, title=title, alt=alt, name=f"{name} = ")


def logarithm(
    values: np.ndarray, theme: colours.Theme, *, most: float, title: str, alt: str, name: str
) -> go.Figure:
    """Draw a map (H, W) of numbers from 1 to `most`, with colours by their logarithm."""
    top = max(float(np.log10(max(most, 1.0))), 0.01)
    colour = {"zmin": 0.0, "zmax": top, "colorscale": colours.SEQUENTIAL}
    at = [k for k in range(int(np.floor(top)) + 1) if top - k > 0.35 or k == 0] + [top]
    texts = [numbers.number(10.0**k, 2) for k in at[:-1]] + [numbers.whole(round(most))]
    logs = np.log10(np.maximum(values, 1.0))
    said = f"{name} = 10^"
    return _map(logs, theme, colour, ticks=(at, texts), title=title, alt=alt, name=said)


@dataclass(frozen=True, slots=True)
class Classes:
    """Which pixel belongs to which class, (H, W), 0 for the commonest; the rest is `others`.

    Attributes
    ----------
    which : numpy.ndarray of int
    names : tuple of int
        Number of the image that each class is, commonest first.
    others : int
        Class of all pixels beyond the named ones.
    """

    which: np.ndarray
    names: tuple[int, ...]
    others: int

    @classmethod
    def of(cls, heaviest: np.ndarray, *, most: int) -> Classes:
        """Sort pixels by their image; the `most` commonest have a class of their own.

        Examples
        --------
        >>> Classes.of(np.array([[7, 7, 3], [7, 5, 5]]), most=2).which.tolist()
        [[0, 0, 2], [0, 1, 1]]
        """
        found, counts = np.unique(heaviest, return_counts=True)
        order = np.argsort(-counts, kind="stable")[:most]
        which = np.full(heaviest.shape, len(order))
        for k, place in enumerate(order):
            which[heaviest == found[place]] = k
        return cls(which, tuple(int(found[k]) for k in order), len(order))


def classes(
    found: Classes, heaviest: np.ndarray, theme: colours.Theme, *, title: str, alt: str
) -> go.Figure:
    """Draw each class in a category's colour, with lines between images; the rest in grey."""
    palette = [how.colour for how in colours.CATEGORIES[: found.others]] + [theme.hairline]
    last = len(palette)
    scale = [[edge / last, c] for k, c in enumerate(palette) for edge in (k, k + 1)]
    colour = {"zmin": -0.5, "zmax": last - 0.5, "colorscale": scale, "showscale": False}
    borders = _between(heaviest)
    line = {
        "type": "scatter",
        "mode": "lines",
        "x": borders[0],
        "y": borders[1],
        "line": {"color": theme.background, "width": 1.5},
        "hoverinfo": "skip",
        "showlegend": False,
    }
    return _map(
        found.which,
        theme,
        colour,
        ticks=([], []),
        title=title,
        alt=alt,
        name="image ",
        say=heaviest,
        more=[line],
    )


def picture(
    image: np.ndarray, theme: colours.Theme, *, title: str, alt: str, height: int = HEIGHT
) -> go.Figure:
    """Draw an image (C, H, W) in [-1, 1] under a heading."""
    shape = (int(image.shape[1]), int(image.shape[2]))
    layout = _below(pixels.square(shape, theme, title))  # as tall as the maps beside it
    return canvas.build(theme, [pixels.photograph(image)], height=height, alt=alt, **layout)


def common_limit(maps: Sequence[np.ndarray]) -> float:
    """Return the largest size of any value of several maps, for one scale.

    Examples
    --------
    >>> common_limit([np.array([0.5]), np.array([-2.0])])
    2.0
    """
    return max((float(np.abs(values).max(initial=0.0)) for values in maps), default=0.0)


def _map(
    values: np.ndarray,
    theme: colours.Theme,
    colour: dict[str, Any],
    *,
    ticks: tuple[list[float], list[str]],
    title: str,
    alt: str,
    name: str = "change = ",
    say: np.ndarray | None = None,
    more: list[dict[str, Any]] | None = None,
    height: int = HEIGHT,
) -> go.Figure:
    shape = (int(values.shape[0]), int(values.shape[1]))
    gap = 1 if max(shape) <= pixels.FEW and not more else 0
    bar = {
        "orientation": "h",
        "thickness": 8,
        "outlinewidth": 0,
        "len": 0.7,
        "x": 0.5,
        "y": 0,
        "yanchor": "top",
        "tickvals": ticks[0],
        "ticktext": ticks[1],
        "tickfont": {"size": colours.TICK_SIZE, "color": theme.muted},
    }
    trace = {
        "type": "heatmap",
        "z": _small(values),
        "colorbar": bar,
        "xgap": gap,
        "ygap": gap,
    } | colour
    shown = "%{z:.3g}"
    if say is not None:  # what is drawn is a class
        trace["customdata"], shown = _small(say), "%{customdata}"
    trace["hovertemplate"] = f"row %{{y}}, column %{{x}}<br>{name}{shown}<extra></extra>"
    layout = _below(pixels.square(shape, theme, title))
    return canvas.build(theme, [trace, *(more or [])], height=height, alt=alt, **layout)


def _small(values: np.ndarray) -> np.ndarray:
    """Return float32, or whole numbers in as few bytes as hold them: fewer are sent."""
    if not np.issubdtype(values.dtype, np.integer):
        return np.asarray(values, dtype=np.float32)
    most = int(np.abs(values).max(initial=0))
    kind = next(k for k in (np.int8, np.int16, np.int32) if most <= np.iinfo(k).max)
    return values.astype(kind)


def _below(layout: dict[str, Any]) -> dict[str, Any]:
    """Leave room for the colours' bar, also where there is none: pictures in a row are equal."""
    return layout | {"margin": layout["margin"] | {"b": BAR}}


def _between(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the straight lines between pixels of different labels: start, end and NaN of each."""
    column, top, bottom = _runs((labels[:, 1:] != labels[:, :-1]).T)
    row, left, right = _runs(labels[1:, :] != labels[:-1, :])
    gap = np.full(column.size + row.size, np.nan)
    x = np.stack([np.r_[column + 1, left], np.r_[column + 1, right], gap], axis=1)
    y = np.stack([np.r_[top, row + 1], np.r_[bottom, row + 1], gap], axis=1)
    return x.ravel().astype(np.float32) - 0.5, y.ravel().astype(np.float32) - 0.5


def _runs(edges: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return line, start and end of the runs of True in each line of `edges`."""
    steps = np.diff(np.pad(edges, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    line, start = np.nonzero(steps == 1)
    _, end = np.nonzero(steps == -1)
    return line, start, end
