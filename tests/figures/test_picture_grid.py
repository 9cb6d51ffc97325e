"""Grids of pictures, answers side by side: valid plotly, true to their arrays, small to send."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable

import numpy as np
import plotly.graph_objects as go
import pytest
from PIL import Image

from explorer.figures import answers, canvas, method_style, picture_grid, png, theme
from explorer.figures.picture_grid import Row

GREY, COLOUR = (1, 5, 7), (3, 4, 4)


def stack(n: int = 4, shape: tuple[int, int, int] = GREY) -> np.ndarray:
    rng = np.random.default_rng(0)
    return rng.uniform(-1.2, 1.2, (n, *shape)).astype(np.float32)


def rows(shape: tuple[int, int, int] = GREY) -> list[Row]:
    pictures = stack(4, shape)
    said = [f"sample {k}" for k in range(4)]
    return [Row("Wiener filter", pictures, stack(4, shape), said), Row("Nearest", -pictures)]


def grid(tone: theme.Theme, shape: tuple[int, int, int] = GREY) -> go.Figure:
    return picture_grid.figure(rows(shape), tone, alt="x", side=60, across=3, heads=("a", "b", "c"))


FIGURES: dict[str, Callable[[theme.Theme], go.Figure]] = {
    "grey": grid,
    "colour": lambda t: grid(t, COLOUR),
    "answer": lambda t: answers.picture(stack(1)[0], pixel=(2, 3), alt="x", theme=t),
    "answer in colour": lambda t: answers.picture(
        stack(1, COLOUR)[0], pixel=(2, 3), alt="x", theme=t
    ),
    "difference": lambda t: answers.difference(
        stack(1)[0], limit=1.0, pixel=(2, 3), alt="x", theme=t
    ),
    "no difference": lambda t: answers.difference(
        np.zeros(COLOUR), limit=0.0, pixel=(0, 0), alt="x", theme=t
    ),
    "errors": lambda t: answers.errors(["wiener", "new"], ["Wiener", "New"], [0.2, 0.1], t),
}


@pytest.mark.parametrize("tone", [theme.LIGHT, theme.DARK], ids=lambda t: t.name)
@pytest.mark.parametrize("name", FIGURES)
def test_plotly_accepts_the_figure_and_it_says_its_finding(name: str, tone: theme.Theme) -> None:
    figure = FIGURES[name](tone)
    go.Figure(figure.to_dict())  # validates
    assert canvas.alt(figure)
    assert len(figure.to_json()) < 12_000


def decoded(source: str) -> np.ndarray:
    head, data = source.split(",", 1)
    assert head == "data:image/png;base64"
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))


@pytest.mark.parametrize("shape", [GREY, COLOUR])
def test_every_picture_lies_at_its_corner_with_its_inset(shape: tuple[int, int, int]) -> None:
    given = rows(shape)
    image, corners, places = picture_grid.compose(given, across=3)
    channels, height, width = shape
    for row, spots in zip(given, corners, strict=True):
        for k, (top, left) in enumerate(spots):
            area = image[top : top + places.height, left : left + places.width]
            small = png.grey_levels(row.pictures[k]).transpose(1, 2, 0)
            assert (area[..., -1][: 2 * height - 1] == 255).all()
            assert np.array_equal(
                area[: 2 * height - 1 : 3, ::3, :channels], small[: len(area[: 2 * height - 1 : 3])]
            )
            if row.insets is not None:
                inset = area[2 * height :, 2 * width :, :channels]
                assert np.array_equal(inset, png.grey_levels(row.insets[k]).transpose(1, 2, 0))
                assert (area[2 * height - 1, 2 * width - 1 :, -1] == 0).all()  # the line around
    tops = [top for spots in corners for top, _ in spots]
    assert sorted(set(tops)) == [tops[0], tops[3], tops[4], tops[7]]  # two lines per row
    assert np.array_equal(decoded(png.data_uri(image)), image)


def test_readings_and_heads_are_at_the_pictures() -> None:
    figure = grid(theme.LIGHT)
    _, corners, places = picture_grid.compose(rows(), across=3)
    heads = {note.text: note.x for note in figure.layout.annotations}
    assert heads["b"] == corners[0][1][1] + places.width / 2
    points = figure.data[1]
    assert list(points.text) == [f"sample {k}" for k in range(4)]  # rows without words take none
    assert (points.x[0], points.y[0]) == (places.width / 2, corners[0][0][0] + places.height / 2)


def test_a_grid_of_a_race_is_small_to_send() -> None:
    """Eight methods, eight grey pictures of 28 x 28 that are flat but for a disc, with insets."""
    r, c = np.indices((28, 28))
    disc = np.where(np.hypot(r - 14, c - 14) < 9, 0.8, -1.0)[None]
    pictures = np.stack([np.roll(disc, k, axis=2) for k in range(8)])
    many = [Row("m", pictures, pictures) for _ in range(8)]
    figure = picture_grid.figure(many, theme.LIGHT, alt="x", side=60, across=8)
    assert len(figure.to_json()) < 20_000  # plotly's own numbers would take 5 MB


def test_levels_are_cut_and_rounded() -> None:
    assert png.grey_levels(np.array([-9.0, -1.0, 0.0, 0.999, 9.0])).tolist() == [
        0,
        0,
        128,
        255,
        255,
    ]


def test_differences_are_centred_and_to_scale() -> None:
    values = np.array([[[-0.5, 0.0], [0.25, 4.0]]])
    [trace, _] = answers.difference(
        values, limit=0.5, pixel=(0, 0), alt="x", theme=theme.LIGHT
    ).data
    assert trace.z.tolist() == [[-127, 0], [64, 127]]
    assert (trace.zmin, trace.zmax) == (-127, 127)


def test_errors_stand_in_order_and_keep_their_colours() -> None:
    names, titles = ["optimal", "wiener", "nearest"], ["O", "W", "N"]
    figure = answers.errors(names, titles, [0.3, 0.1, 0.2], theme.LIGHT)
    assert list(figure.data[0].y) == ["W", "N", "O"]
    assert list(figure.data[0].marker.color) == [
        method_style.of(name).colour for name in ("wiener", "nearest", "optimal")
    ]
    assert canvas.alt(figure).startswith("Nearest to the clean picture: W, off by 0.1")


def test_no_two_known_methods_look_alike() -> None:
    looks = {(s.colour, s.dash) for s in map(method_style.of, method_style.ORDER)}
    marks = {(s.colour, s.marker) for s in map(method_style.of, method_style.ORDER)}
    assert len(looks) == len(marks) == len(method_style.ORDER)
