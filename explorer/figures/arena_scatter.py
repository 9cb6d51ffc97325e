"""Where samples have landed: a small plot for each sampler on one scale, the exact law behind.

The ground is an image: bands that hold given shares of the exact mass. It is sent once for each
plot and costs about a kilobyte.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.figures import canvas, png
from explorer.figures import theme as colours

if TYPE_CHECKING:
    import plotly.graph_objects as go

MOST = 400  # points of one plot
MOST_OF_ALL = 800  # of all plots together: what one redraw may send
SIDES = {2: 176, 3: 132}  # px of a plot where there is room, by plots in a line
LINE, WIDE = 17, 14  # px of a line of its title, and characters
FOOT = 40  # px below all, for the axes
OPACITIES = (0.10, 0.20, 0.34)  # of the bands, from the widest to the narrowest
POINT = 3.4  # px


@dataclass(frozen=True, slots=True, eq=False)
class Cloud:
    """The points of one plot.

    Attributes
    ----------
    title : str
        Broken into lines above the plot; what is after " · " begins a new one.
    points : numpy.ndarray, shape (n, 2)
    look : Category or None
        None for exact samples.
    """

    title: str
    points: np.ndarray
    look: colours.Category | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What lies behind the points, on an even grid.

    Attributes
    ----------
    x, y : (float, float)
        Ends of the axes.
    density : numpy.ndarray, shape (m, n), or None
        Rows from the lowest y; None where no density is known.
    thresholds : sequence of float
        Densities at the edges of the bands, the highest first.
    """

    x: tuple[float, float]
    y: tuple[float, float]
    density: np.ndarray | None = None
    thresholds: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the plots stand."""

    across: int
    down: int
    head: int

    @property
    def height(self) -> int:
        """Of the whole figure, px."""
        return self.down * self.each + FOOT

    @property
    def each(self) -> int:
        """Of a line of plots with its head, px."""
        return SIDES[self.across] + self.head

    @property
    def labelled(self) -> int:
        """The plot with names and ticks at its axes: the first of the last row."""
        return (self.down - 1) * self.across

    def domains(self, k: int) -> tuple[list[float], list[float]]:
        """Return the horizontal and vertical domain of a plot."""
        row, column = divmod(k, self.across)
        gap = 0.03
        width = (1.0 - gap * (self.across - 1)) / self.across
        left, each = column * (width + gap), self.each
        top = 1.0 - (row * each + self.head) / (self.down * each)
        bottom = max(0.0, 1.0 - (row + 1) * each / (self.down * each))
        return [left, min(1.0, left + width)], [bottom, top]


def figure(
    clouds: Sequence[Cloud],
    theme: colours.Theme,
    *,
    ground: Ground,
    alt: str,
    axes: tuple[str, str],
) -> go.Figure:
    """Draw one plot for each cloud, all on one scale; points outside it are left out.

    Parameters
    ----------
    clouds : sequence of Cloud
    theme : Theme
    ground : Ground
    alt : str
        The finding in words.
    axes : (str, str)
        Names of the coordinates with their unit; said at one plot only.
    """
    grid = _grid(clouds)
    most = min(MOST, MOST_OF_ALL // len(clouds))
    traces = [_points(cloud, k, theme, (ground, most)) for k, cloud in enumerate(clouds)]
    picture = None if ground.density is None else _bands(ground, theme)
    behind = [_behind(picture, ground, k) for k in range(len(clouds))] if picture else []
    layout: dict[str, Any] = {}
    for k in range(len(clouds)):
        layout |= _axes(theme, ground, k, grid)
    notes = [_head(cloud.title, k, theme) for k, cloud in enumerate(clouds)]
    notes += _names(axes, grid.labelled, theme)
    return canvas.build(
        theme, traces, height=grid.height, alt=alt, annotations=notes, images=behind,
        margin={"l": 44, "r": 2, "t": 0, "b": FOOT}, **layout,
    )  # fmt: skip


def inside(points: np.ndarray, ground: Ground) -> np.ndarray:
    """Return which points (n, 2) lie within the axes, bool (n,).

    Examples
    --------
    >>> inside(np.array([[0.0, 0.0], [9.0, 0.0], [np.nan, 0.0]]), Ground((-1, 1), (-1, 1))).tolist()
    [True, False, False]
    """
    low, high = np.array([ground.x, ground.y]).T
    return ((points >= low) & (points <= high)).all(axis=1)


def _points(
    cloud: Cloud, k: int, theme: colours.Theme, limits: tuple[Ground, int]
) -> dict[str, Any]:
    ground, most = limits
    points = cloud.points[inside(cloud.points, ground)][:most]
    colour = theme.text if cloud.look is None else cloud.look.colour
    symbol = "circle" if cloud.look is None else cloud.look.marker
    return {
        "type": "scatter",
        "mode": "markers",
        "x": np.asarray(points[:, 0], dtype=np.float32),
        "y": np.asarray(points[:, 1], dtype=np.float32),
        "xaxis": f"x{k + 1}",
        "yaxis": f"y{k + 1}",
        "marker": {"color": colour, "size": POINT, "opacity": 0.75, "symbol": symbol},
        "hoverinfo": "skip",
    }


def _bands(ground: Ground, theme: colours.Theme) -> str:
    """Return the image of the bands: one colour, its opacity by the share of mass."""
    assert ground.density is not None
    inner = sum((ground.density >= at).astype(int) for at in ground.thresholds)
    steps = np.array([0.0, *OPACITIES])
    opacity = np.rint(255 * steps[np.minimum(inner, len(OPACITIES))]).astype(np.uint8)
    red, green, blue = (int(theme.muted[i : i + 2], 16) for i in (1, 3, 5))
    flat = np.broadcast_to(np.array([red, green, blue], np.uint8), (*opacity.shape, 3))
    image = np.concatenate([flat, opacity[..., None]], axis=2)
    return png.data_uri(np.ascontiguousarray(image[::-1]))  # an image begins at the top


def _behind(picture: str, ground: Ground, k: int) -> dict[str, Any]:
    return {
        "source": picture,
        "xref": f"x{k + 1}",
        "yref": f"y{k + 1}",
        "x": ground.x[0],
        "y": ground.y[1],
        "sizex": ground.x[1] - ground.x[0],
        "sizey": ground.y[1] - ground.y[0],
        "sizing": "stretch",
        "layer": "below",
    }


def _grid(clouds: Sequence[Cloud]) -> Grid:
    across = 2 if len(clouds) in {1, 2, 4} else 3
    lines = max(len(_lines(cloud.title)) for cloud in clouds)
    return Grid(across, -(-len(clouds) // across), lines * LINE + 7)


def _lines(title: str) -> list[str]:
    """Return a title in lines that fit above a plot of a narrow window."""
    return [line for part in title.split(" · ", 1) for line in textwrap.wrap(_tied(part), WIDE)]


def _tied(text: str) -> str:
    """Keep a parameter with its value."""
    return text.replace(" = ", "\u00a0=\u00a0")


def _axes(theme: colours.Theme, ground: Ground, k: int, grid: Grid) -> dict[str, Any]:
    """Return the axes of a plot; all but one pair have no ticks, and few words to send."""
    end, (across, up) = _end(k), grid.domains(k)
    x = {"range": list(ground.x), "domain": across, "anchor": f"y{end}", "constraintoward": "left"}
    y = {"range": list(ground.y), "domain": up, "anchor": f"x{end}", "constraintoward": "top"}
    y["scaleanchor"] = f"x{end}"
    common = {"showgrid": False, "zeroline": False, "showline": True, "mirror": True}
    common |= {"constrain": "domain", "fixedrange": True, "linecolor": theme.hairline}
    if k == grid.labelled:
        common |= {"nticks": 5, "tickfont": canvas.axis(theme)["tickfont"]}
    else:
        common |= {"showticklabels": False}
    return {f"xaxis{end}": x | common, f"yaxis{end}": y | common}


def _names(axes: tuple[str, str], k: int, theme: colours.Theme) -> list[dict[str, Any]]:
    """Return the names of the axes at plot k: titles of axes would not follow its square."""
    place = {"xref": f"x{_end(k)} domain", "yref": f"y{_end(k)} domain"}
    x = {"x": 0, "y": 0, "yshift": -20, "xanchor": "left", "yanchor": "top"}
    y = {"x": 0, "y": 0.5, "xshift": -22, "xanchor": "right", "yanchor": "middle"}
    return [
        canvas.note(theme, axes[0], **place, **x),
        canvas.note(theme, axes[1], **place, **y, textangle=-90),
    ]


def _head(title: str, k: int, theme: colours.Theme) -> dict[str, Any]:
    end = _end(k)
    return canvas.note(
        theme,
        "<br>".join(_lines(title)),
        x=0,
        y=1,
        xref=f"x{end} domain",
        yref=f"y{end} domain",
        xanchor="left",
        yanchor="bottom",
        align="left",
        font={"size": colours.TICK_SIZE, "color": theme.text},
    )


def _end(k: int) -> str:
    return "" if k == 0 else str(k + 1)
