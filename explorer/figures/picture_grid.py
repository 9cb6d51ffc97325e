"""Rows of pictures, each row below its title, as one image: quick to send and to draw.

Pictures are drawn three times as large as they are, without smoothing, so that an inset of the
size of a picture covers a ninth of it. Long rows go on in a second line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.figures import canvas, pixels, png
from explorer.figures import theme as colours

if TYPE_CHECKING:
    import plotly.graph_objects as go

ENLARGED = 3
GAP = 0.06  # of a picture's side, between two
STRIP = 0.42  # of a picture's side, above each row: its title
HEAD = 20  # px above the first row, for the headings of columns


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A row of pictures.

    Attributes
    ----------
    title : str
    pictures : numpy.ndarray, shape (n, C, H, W)
        In [-1, 1]; what lies outside is cut.
    insets : numpy.ndarray or None
        Of the same shape; drawn small into the lower right corners.
    readings : sequence of str
        What is said of each picture under the pointer; may be empty.
    """

    title: str
    pictures: np.ndarray
    insets: np.ndarray | None = None
    readings: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Places:
    """Where things lie, in pixels of the enlarged image: sides of a picture, gap, title strip."""

    height: int
    width: int
    across: int
    share: float = STRIP

    @property
    def gap(self) -> int:
        """Between two pictures."""
        return max(1, round(GAP * self.height))

    @property
    def strip(self) -> int:
        """Above each row."""
        return round(self.share * self.height)

    def corner(self, line: int, strips: int, column: int) -> tuple[int, int]:
        """Return row and column of the upper left corner of a picture in a line."""
        top = line * (self.height + self.gap) + strips * self.strip
        return top, column * (self.width + self.gap)


def figure(
    rows: Sequence[Row],
    theme: colours.Theme,
    *,
    alt: str,
    side: int,
    across: int,
    heads: Sequence[str] = (),
    strip: float = STRIP,
) -> go.Figure:
    """Draw rows of pictures of one size.

    Parameters
    ----------
    rows : sequence of Row
        All with the same number of pictures.
    theme : Theme
    alt : str
        The finding in words.
    side : int
        Height of a picture in px where there is room; in a narrow window they shrink.
    across : int
        Pictures in a line.
    heads : sequence of str
        Above the columns of the first row.
    strip : float
        Height of a row's title, of a picture's height: wide enough where pictures shrink.
    """
    image, corners, places = compose(rows, across, strip=strip)
    height = round(image.shape[0] * side / places.height) + (HEAD if heads else 0) + 8
    trace: dict[str, Any] = {"type": "image", "source": png.data_uri(image), "hoverinfo": "skip"}
    titles = [_title(row.title, corner[0], places, theme) for row, corner in _starts(rows, corners)]
    names = [_head(text, k, places, theme) for k, text in enumerate(heads)]
    return canvas.build(
        theme,
        [trace, _readings(rows, corners, places)],
        height=height,
        alt=alt,
        xaxis=canvas.hidden_axis(range=[-0.5, image.shape[1] - 0.5], constrain="domain"),
        yaxis=canvas.hidden_axis(
            range=[image.shape[0] - 0.5, -0.5],
            scaleanchor="x",
            constrain="domain",
            constraintoward="top",
        ),
        margin={"l": 2, "r": 2, "t": HEAD + 4 if heads else 4, "b": 4},
        annotations=titles + names,
    )


def compose(
    rows: Sequence[Row], across: int, *, strip: float = STRIP
) -> tuple[np.ndarray, list[list[tuple[int, int]]], Places]:
    """Return the image (uint8, with opacity), the corner of each picture, and the sizes.

    Examples
    --------
    >>> row = Row("black", -np.ones((2, 1, 4, 4)))
    >>> image, corners, _ = compose([row], across=2)
    >>> image.shape, corners
    ((18, 25, 2), [[(5, 0), (5, 13)]])
    """
    count, channels, height, width = rows[0].pictures.shape
    places = Places(ENLARGED * height, ENLARGED * width, min(count, across), strip)
    lines = -(-count // places.across)
    bottom, _ = places.corner(len(rows) * lines, len(rows), 0)
    image = np.zeros(
        (bottom, places.corner(0, 0, places.across)[1] - places.gap, channels + 1), np.uint8
    )
    corners = []
    for r, row in enumerate(rows):
        spots = [
            places.corner(r * lines + k // places.across, r + 1, k % places.across)
            for k in range(count)
        ]
        for k, spot in enumerate(spots):
            _paint(image, spot, _enlarged(row.pictures[k]))
            if row.insets is not None:
                _inset(image, spot, png.grey_levels(row.insets[k]))
        corners.append(spots)
    return image, corners, places


def _enlarged(picture: np.ndarray) -> np.ndarray:
    levels = png.grey_levels(picture)
    return levels.repeat(ENLARGED, axis=1).repeat(ENLARGED, axis=2)


def _paint(image: np.ndarray, corner: tuple[int, int], levels: np.ndarray) -> None:
    """Paint levels (C, H, W) opaquely."""
    top, left = corner
    height, width = levels.shape[1:]
    area = image[top : top + height, left : left + width]
    area[..., :-1] = levels.transpose(1, 2, 0)
    area[..., -1] = 255


def _inset(image: np.ndarray, corner: tuple[int, int], levels: np.ndarray) -> None:
    """Paint levels into the lower right corner of a picture, with a clear line around."""
    height, width = levels.shape[1:]
    top = corner[0] + (ENLARGED - 1) * height
    left = corner[1] + (ENLARGED - 1) * width
    image[top - 1 : top + height, left - 1 : left + width, -1] = 0
    _paint(image, (top, left), levels)


def _starts(
    rows: Sequence[Row], corners: list[list[tuple[int, int]]]
) -> list[tuple[Row, tuple[int, int]]]:
    return [(row, spots[0]) for row, spots in zip(rows, corners, strict=True)]


def _title(text: str, top: int, places: Places, theme: colours.Theme) -> dict[str, Any]:
    font = {"size": colours.TICK_SIZE, "color": theme.text}
    place = {"x": -0.5, "y": top - places.gap, "xanchor": "left", "yanchor": "bottom"}
    return canvas.note(theme, text, **place, font=font)


def _head(text: str, column: int, places: Places, theme: colours.Theme) -> dict[str, Any]:
    x = column * (places.width + places.gap) + places.width / 2
    return canvas.note(theme, text, x=x, y=-0.5, xanchor="center", yanchor="bottom")


def _readings(
    rows: Sequence[Row], corners: list[list[tuple[int, int]]], places: Places
) -> dict[str, Any]:
    """Return invisible points in the middles of the pictures, with what is said of each."""
    spots = [spot for row, line in zip(rows, corners, strict=True) if row.readings for spot in line]
    points = pixels.targets((1, 1), side=0.0)
    points["x"] = np.array([left + places.width / 2 for _, left in spots], dtype=np.float32)
    points["y"] = np.array([top + places.height / 2 for top, _ in spots], dtype=np.float32)
    points["marker"] = {"opacity": 0, "size": 24, "symbol": "square"}
    points["text"] = [text for row in rows for text in row.readings]
    points["hovertemplate"] = "%{text}<extra></extra>"
    return points
