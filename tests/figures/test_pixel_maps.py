"""Maps per pixel and curves over noise: valid plotly, centred, and true to their numbers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import plotly.graph_objects as go
import pytest

from explorer.figures import canvas, numbers, over_noise, pixel_maps, theme

SIGMAS = np.array([60.8, 1.24, 0.01])
HEAVIEST = np.array([[5, 5, 9, 2], [5, 5, 9, 7]])


def signed() -> np.ndarray:
    return np.linspace(-0.5, 0.2, 12).reshape(3, 4)


def lines() -> list[over_noise.Line]:
    how = theme.CATEGORIES
    return [
        over_noise.Line("one", np.array([1.0, 0.1, 0.0]), how[0], spread=np.array([0.1, 0.1, 0.0])),
        over_noise.Line("two", np.array([2.0, np.nan, 0.5]), how[1], hollow=True),
    ]


def curves(t: theme.Theme, **options) -> go.Figure:
    return over_noise.figure(SIGMAS, lines(), t, y="change", alt="It falls.", **options)


FIGURES: dict[str, Callable[[theme.Theme], go.Figure]] = {
    "change": lambda t: pixel_maps.change(signed(), t, limit=0.5, title="x", alt="y"),
    "no change": lambda t: pixel_maps.change(0 * signed(), t, limit=0.0, title="x", alt="y"),
    "count": lambda t: pixel_maps.count(
        np.arange(12).reshape(3, 4), t, most=11, title="x", alt="y", name="pixels"
    ),
    "logarithm": lambda t: pixel_maps.logarithm(
        1 + np.arange(12.0).reshape(3, 4), t, most=1797, title="x", alt="y", name="N"
    ),
    "classes": lambda t: pixel_maps.classes(
        pixel_maps.Classes.of(HEAVIEST, most=2), HEAVIEST, t, title="x", alt="y"
    ),
    "picture": lambda t: pixel_maps.picture(np.zeros((3, 4, 4)), t, title="x", alt="y"),
    "curves": lambda t: curves(t, mark=0.3, bound=(1.0, "one")),
    "linear curves": lambda t: curves(t, logarithmic=False),
}


@pytest.mark.parametrize("tone", [theme.LIGHT, theme.DARK], ids=lambda t: t.name)
@pytest.mark.parametrize("name", FIGURES)
def test_plotly_accepts_the_figure_and_it_says_its_finding(name: str, tone: theme.Theme) -> None:
    figure = FIGURES[name](tone)
    go.Figure(figure.to_dict())  # validates
    assert canvas.alt(figure)
    assert len(figure.to_json()) < 20_000


def test_a_change_is_centred_at_zero_on_the_given_scale() -> None:
    [map_] = FIGURES["change"](theme.LIGHT).data
    assert (map_.zmin, map_.zmax) == (-0.5, 0.5)
    np.testing.assert_allclose(map_.z, signed(), rtol=1e-6)
    assert list(map_.colorbar.ticktext) == ["−0.5", "0", "+0.5"]
    middle = dict(map_.colorscale)[0.5]
    assert middle == theme.LIGHT.background
    [none] = FIGURES["no change"](theme.LIGHT).data
    assert (none.zmin, none.zmax) == (-1.0, 1.0)


def test_maps_that_are_compared_have_one_scale() -> None:
    assert pixel_maps.common_limit([signed(), 0.1 * signed()]) == 0.5
    assert pixel_maps.common_limit([]) == 0.0


def test_logarithms_are_drawn_and_said_as_powers() -> None:
    [map_] = FIGURES["logarithm"](theme.LIGHT).data
    np.testing.assert_allclose(map_.z.ravel(), np.log10(1 + np.arange(12)), rtol=1e-5)
    assert "N = 10^%{z" in map_.hovertemplate
    assert map_.colorbar.ticktext[0] == "1"
    assert map_.colorbar.ticktext[-1] == numbers.whole(1797)


def test_whole_numbers_are_sent_in_few_bytes() -> None:
    [map_] = FIGURES["count"](theme.LIGHT).data
    assert map_.z.dtype == np.int8
    big = pixel_maps.count(
        np.full((2, 2), 3000), theme.LIGHT, most=3000, title="x", alt="y", name="pixels"
    )
    assert big.data[0].z.dtype == np.int16
    assert big.data[0].z.max() == 3000


def test_pixels_are_coloured_by_their_image_and_the_rest_is_grey() -> None:
    found = pixel_maps.Classes.of(HEAVIEST, most=2)
    assert found.names == (5, 9)
    assert found.which.tolist() == [[0, 0, 1, 2], [0, 0, 1, 2]]
    map_, borders = FIGURES["classes"](theme.LIGHT).data
    assert np.array_equal(map_.customdata, HEAVIEST)
    colours = dict(map_.colorscale)
    assert colours[1.0] == theme.LIGHT.hairline
    assert len(borders.x) // 3 == 3  # between 5 and 9, right of 9, and between 2 and 7


def test_channels_are_averaged_or_shown_one_at_a_time() -> None:
    values = np.arange(12.0).reshape(3, 2, 2)
    assert np.array_equal(pixel_maps.flat(values, None), values.mean(axis=0))
    assert np.array_equal(pixel_maps.flat(values, 2), values[2])


def test_what_has_no_logarithm_is_left_out() -> None:
    one, two = curves(theme.LIGHT).data
    assert list(one.x) == [60.8, 1.24]  # 0 has none
    assert list(two.x) == [60.8, 0.01]  # nan has none
    assert list(curves(theme.LIGHT, logarithmic=False).data[0].x) == list(SIGMAS)
    assert one.error_y.array.size == 2
    assert two.marker.color == theme.LIGHT.background


def test_axes_hold_the_values_and_noise_falls_to_the_right() -> None:
    layout = curves(theme.LIGHT, least=0.2).layout
    low, high = layout.yaxis.range
    assert low < np.log10(0.5) < np.log10(2.0) < high
    assert low > np.log10(0.2) - 0.5  # 0.1 lies below what is shown
    assert layout.xaxis.range[0] > layout.xaxis.range[1]


def test_lines_lie_between_the_pixels_of_two_images() -> None:
    [_, borders] = FIGURES["classes"](theme.LIGHT).data
    x, y = np.reshape(borders.x, (-1, 3)), np.reshape(borders.y, (-1, 3))
    edges = {(*a[:2].tolist(), *b[:2].tolist()) for a, b in zip(x, y, strict=True)}
    expected = {(1.5, 1.5, -0.5, 1.5), (2.5, 2.5, -0.5, 1.5), (2.5, 3.5, 0.5, 0.5)}
    assert edges == expected
    assert np.isnan(x[:, 2]).all()
