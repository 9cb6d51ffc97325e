"""The Locality Lab's figures: valid plotly, and true to their results."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays
from PIL import Image

from explorer.analysis.locality import Look, Scan
from explorer.figures import canvas, mask_size, noisy_picture, pixels, planted, sensitivity, theme

GREY, COLOUR = (1, 5, 7), (3, 4, 4)
SCAN = Scan(np.array([60.8, 1.0, 0.01]), np.array([35, 9, 1]), np.array([0.1, 4.0, 33.0]))


def look(shape: tuple[int, int, int] = GREY, *, dead: bool = False) -> Look:
    rng = np.random.default_rng(3)
    row = np.zeros(shape) if dead else rng.standard_normal(shape)
    mask = np.zeros(shape, dtype=bool)
    mask[0, 1:3, 2:4] = True
    return Look((0, 2, 3), 1.0, 0.05, row, 0.3 * row, mask, 4.0, dead)


def image(shape: tuple[int, int, int] = GREY) -> np.ndarray:
    return np.linspace(-1.5, 1.5, int(np.prod(shape)), dtype=np.float32).reshape(shape)


FIGURES: dict[str, Callable[[theme.Theme], go.Figure]] = {
    "picture": lambda t: noisy_picture.figure(image(), "noisy", pixel=(2, 3), alt="x", theme=t),
    "coloured": lambda t: noisy_picture.figure(
        image(COLOUR), "clean", pixel=(2, 3), alt="x", theme=t
    ),
    "sensitivity": lambda t: sensitivity.field(look(), "sensitivity", t),
    "covariance": lambda t: sensitivity.field(look(COLOUR), "covariance", t, channel=1),
    "dead": lambda t: sensitivity.field(look(dead=True), "sensitivity", t),
    "mask": lambda t: sensitivity.mask(look(), image(), t, channel=None),
    "levels": lambda t: mask_size.figure(SCAN, look(), t),
    "planted": lambda t: planted.examples(image()[None], image()[None], t, gain=0.5),
    "difference": lambda t: planted.field(image()[0], "difference", t, pixel=(2, 3), alt="x"),
    "sizes": lambda t: planted.sizes(SCAN, SCAN, t, sigma=1.0, size=35),
}


@pytest.mark.parametrize("tone", [theme.LIGHT, theme.DARK], ids=lambda t: t.name)
@pytest.mark.parametrize("name", FIGURES)
def test_plotly_accepts_the_figure_and_it_says_its_finding(name: str, tone: theme.Theme) -> None:
    figure = FIGURES[name](tone)
    go.Figure(figure.to_dict())  # validates
    assert canvas.alt(figure)
    assert len(figure.to_json()) < 20_000


def photograph(values: np.ndarray) -> np.ndarray:
    """Return the pixels of the picture that a browser would show, (H, W) or (H, W, 3)."""
    _, data = pixels.photograph(values)["source"].split(",")
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))


def test_a_photograph_is_cut_at_black_and_white_and_keeps_its_channels() -> None:
    z = photograph(image(COLOUR))
    assert z.shape == (4, 4, 3)
    assert (z[0, 0, 0], z[3, 3, 2]) == (0, 255)
    assert np.array_equal(z[..., 1], np.clip(np.rint(127.5 + 127.5 * image(COLOUR)[1]), 0, 255))
    assert photograph(np.array([[[-1.0, 1.0]]])).tolist() == [[0, 255]]


@pytest.mark.parametrize("channels", [1, 3])
def test_noise_and_smooth_images_arrive_as_they_are(channels: int) -> None:
    noise = np.random.default_rng(1).uniform(-1, 1, (channels, 9, 7))
    smooth = np.linspace(-1, 1, channels * 63).reshape(channels, 9, 7)
    for values in (noise, smooth):
        levels = np.rint(127.5 + 127.5 * values).transpose(1, 2, 0)
        assert np.array_equal(photograph(values).reshape(9, 7, channels), levels)


def test_fields_are_centred_at_zero_and_coloured_relative_to_their_largest() -> None:
    [field, *_] = sensitivity.field(look(), "sensitivity", theme.LIGHT).data
    row = look().sensitivity[0]
    assert (field.zmin, field.zmax) == (-np.abs(row).max(), np.abs(row).max())
    np.testing.assert_allclose(field.z, row, rtol=1e-6)  # float32
    [dead, *_] = sensitivity.field(look(dead=True), "sensitivity", theme.LIGHT).data
    assert (dead.zmin, dead.zmax) == (-1.0, 1.0)


def test_channels_are_summed_by_size_or_shown_one_at_a_time() -> None:
    row = look(COLOUR).sensitivity
    assert np.array_equal(sensitivity.flat(row, None), np.abs(row).sum(axis=0))
    assert np.array_equal(sensitivity.flat(row, 2), row[2])
    assert np.array_equal(sensitivity.flat(row[:1], None), row[0])


def lines(mask: np.ndarray) -> set[tuple[float, ...]]:
    x, y = pixels.border(mask)
    assert np.isnan(x[2::3]).all()
    assert np.isnan(y[2::3]).all()
    return set(zip(*(part.tolist() for part in (x[::3], y[::3], x[1::3], y[1::3])), strict=True))


def test_the_outline_parts_the_mask_from_the_rest() -> None:
    mask = np.zeros((4, 5), dtype=bool)
    mask[1, 1:3] = True
    level = {(0.5, 0.5, 2.5, 0.5), (0.5, 1.5, 2.5, 1.5)}
    upright = {(0.5, 0.5, 0.5, 1.5), (2.5, 0.5, 2.5, 1.5)}
    assert lines(mask) == level | upright  # no line inside
    assert lines(np.zeros((2, 2), dtype=bool)) == set()
    assert len(lines(np.ones((2, 2), dtype=bool))) == 4


@given(arrays(bool, (4, 5)))
def test_the_outline_has_the_length_of_the_edges(mask: np.ndarray) -> None:
    whole = np.pad(mask, 1)
    edges = sum(int((np.diff(whole.astype(int), axis=axis) != 0).sum()) for axis in (0, 1))
    assert sum(abs(a - c) + abs(b - d) for a, b, c, d in lines(mask)) == edges


def test_every_pixel_takes_a_click() -> None:
    points = pixels.targets((5, 7), side=300)
    pairs = set(zip(points["x"].tolist(), points["y"].tolist(), strict=True))
    assert pairs == {(column, row) for row in range(5) for column in range(7)}


def test_the_curves_mark_the_present_level() -> None:
    figure = mask_size.figure(SCAN, look(), theme.LIGHT)
    assert [list(trace.x) for trace in figure.data[2:]] == [[1.0], [1.0]]
    assert [trace.y[0] for trace in figure.data[2:]] == [look().size, 4.0]
    assert figure.layout.xaxis.range[0] > figure.layout.xaxis.range[1]  # noise falls to the right
    assert "from 35 to 1 of 35" in mask_size.finding(SCAN, look())


def test_findings_hold_their_numbers() -> None:
    assert sensitivity.size_in_words(look()) == "4 of 35 pixels"
    assert sensitivity.size_in_words(look(COLOUR)) == "4 of 48 pixel values"
    assert "looks nowhere" in sensitivity.finding(look(dead=True))
    assert "0.5 from" in noisy_picture.finding(image(), image() + 0.5, (2, 3), 1.0)


def test_the_difference_may_have_a_scale_of_its_own() -> None:
    values = look().sensitivity[0]
    how = {"pixel": (2, 3), "alt": "x"}
    fixed = planted.field(values, "W", theme.LIGHT, most=100.0, **how).data[0]
    own = planted.field(values, "W", theme.LIGHT, **how).data[0]
    assert (fixed.zmax, own.zmax) == (100.0, np.abs(values).max())
    assert fixed.colorbar.ticktext[2] == "100"


def test_examples_stand_in_two_rows_without_touching() -> None:
    images = np.stack([image(COLOUR)] * 3)
    figure = planted.examples(images, images, theme.LIGHT, gain=1.0)
    places = {(trace.x0, trace.y0) for trace in figure.data}
    assert len(places) == 6
    assert {x for x, _ in places} == {0, 5, 10}  # four pixels and one between
    assert min(y for _, y in places if y) > 4


def test_the_change_of_the_mask_is_said_where_it_is_largest() -> None:
    after = Scan(SCAN.sigmas, SCAN.sizes + np.array([0, 7, 1]), SCAN.freedom)
    assert "most at σ = 1: from 9 to 16 pixels" in planted.growth(SCAN, after)
    assert "at no noise level" in planted.growth(SCAN, SCAN)


def test_large_images_are_sent_coarser_with_the_same_meaning() -> None:
    values = np.random.default_rng(4).standard_normal((64, 50))
    trace = pixels.signed(values, theme.LIGHT, name="W")
    assert trace["z"].dtype == np.int8
    np.testing.assert_allclose(
        trace["z"] / trace["zmax"], values / np.abs(values).max(), atol=0.005
    )
    points = pixels.targets((64, 50), side=300)
    pairs = set(zip(points["x"].tolist(), points["y"].tolist(), strict=True))
    assert pairs == {(column, row) for row in range(0, 64, 2) for column in range(0, 50, 2)}
