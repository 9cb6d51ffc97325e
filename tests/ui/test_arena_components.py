"""The arena's components on the server's side: what is packed, what is sent, what is refused."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from explorer.core.errors import InputError
from explorer.figures import theme
from explorer.ui.arena import flight, flight_packing, plane
from explorer.ui.arena.flight_packing import Flight

REACH = 3.0
HALF_STEP = 0.5 * REACH / flight_packing.FINENESS
BYTES = 100_000


def walks(shapes: list[tuple[int, int, int]]) -> st.SearchStrategy[list[np.ndarray]]:
    """States anywhere within 30 squares, which is as far as whole steps reach."""
    near = st.floats(-30 * REACH, 30 * REACH)
    return st.tuples(*(arrays.arrays(np.float64, shape, elements=near) for shape in shapes)).map(
        list
    )


SHAPES = st.tuples(st.integers(1, 6), st.lists(st.integers(1, 5), min_size=1, max_size=3)).map(
    lambda found: [(states, found[0], 2) for states in found[1]]
)


def noise(states: int = 21, points: int = 200, *, seed: int = 0) -> np.ndarray:
    """Independent states: the worst case of packing."""
    return np.random.default_rng(seed).normal(size=(states, points, 2))


def flights(number: int, states: int = 21, points: int = 200) -> list[Flight]:
    sigmas = np.append(np.geomspace(80.0, 0.002, states - 1), 0.0)
    wide = np.hypot(sigmas, 1.0)[:, None, None]
    found = [wide * noise(states, points, seed=k) for k in range(number)]
    for path in found:
        path[0] = found[0][0]
    return [Flight(f"sampler {k}", "#0072B2", sigmas, x) for k, x in enumerate(found)]


@given(SHAPES.flatmap(walks))
def test_what_is_packed_comes_back_to_half_a_step(states: list[np.ndarray]) -> None:
    text = flight_packing.packed(states, REACH)
    back = flight_packing.unpacked(text, [state.shape for state in states], REACH)
    for state, found in zip(states, back, strict=True):
        assert np.abs(found - state).max() <= HALF_STEP * (1 + 1e-9)


def test_what_is_not_finite_or_too_far_is_drawn_out_of_sight() -> None:
    strange = np.array([[[np.nan, np.inf]], [[-np.inf, 1e9]], [[0.0, 1.5]]])
    text = flight_packing.packed([strange], REACH)
    (found,) = flight_packing.unpacked(text, [strange.shape], REACH)
    assert (np.abs(found[:2]) > 30 * REACH).all()
    assert np.sign(found[:2, 0]).tolist() == [[1, 1], [-1, 1]]
    np.testing.assert_allclose(found[2], [[0.0, 1.5]], atol=HALF_STEP)


def test_flights_from_the_same_noise_send_it_once() -> None:
    one, two = noise(1, seed=1), noise(1, seed=2)
    alone = len(flight_packing.packed([one], REACH))
    assert len(flight_packing.packed([one, one], REACH)) < 1.05 * alone
    assert len(flight_packing.packed([one, two], REACH)) > 1.8 * alone


def test_the_scale_keeps_the_variance_at_every_noise_level() -> None:
    """N(0, v) with noise has variance v + sigma^2; divided by the square of the factor, v."""
    sigmas = np.array([80.0, 3.0, 0.5, 0.0])
    spread = 1.7
    by = flight_packing.factor(sigmas, spread)
    np.testing.assert_allclose(np.sqrt(spread**2 + sigmas**2) / by, spread, rtol=1e-14)
    assert by[-1] == 1.0


def test_points_that_do_not_fit_are_left_out_evenly() -> None:
    states = [noise(seed=k) for k in range(2)]
    whole, index = flight_packing.fitting(states, REACH)
    assert index.tolist() == list(range(200))
    text, index = flight_packing.fitting(states, REACH, most=len(whole) // 3)
    assert len(text) <= len(whole) // 3
    assert 50 < len(index) < 67  # about a third, and no more left out than need be
    assert set(np.diff(index)) <= {200 // len(index), 200 // len(index) + 1}
    assert (index[0], index[-1]) == (0, 199)
    back = flight_packing.unpacked(text, [(21, len(index), 2)] * 2, REACH)
    np.testing.assert_allclose(back[1], states[1][:, index], atol=1.01 * HALF_STEP)
    assert len(flight_packing.fitting(states, REACH, most=1)[1]) == 1


def test_the_worst_case_stays_below_the_limit_of_a_message() -> None:
    message = flight.message(flights(6), theme.LIGHT, words="Six.")
    assert 150 < message["points"] < 200
    assert message["of"] == 200
    wire = json.dumps(message, allow_nan=False)
    assert len(wire) + len(flight._SOURCE) + len(flight._CSS) + len(flight._HTML) < BYTES


def test_a_flight_under_way_and_one_of_fewer_points_are_packed() -> None:
    whole = flights(2)
    under_way = Flight("part", "#000000", whole[0].sigmas, whole[1].x[:5, :120])
    message = flight.message([whole[0], under_way], theme.DARK)
    assert [one["states"] for one in message["flights"]] == [21, 5]
    assert (message["points"], message["of"]) == (120, 120)
    assert message["same"]
    shapes = [(21, 120, 2), (5, 120, 2)]
    back = flight_packing.unpacked(message["packed"], shapes, message["reach"])
    expected = flight_packing.scaled(under_way, message["spread"])
    np.testing.assert_allclose(back[1], expected, atol=message["step"])


def test_other_starts_are_not_called_the_same() -> None:
    one, two = flights(2)
    moved = Flight(two.title, two.colour, two.sigmas, two.x + 0.1)
    assert not flight.message([one, moved], theme.LIGHT)["same"]


def test_the_spread_is_that_of_the_density() -> None:
    """A mixture's is exact; a picture of it and its samples agree."""
    modes = ((1.0, 0.0, 3.0), (-1.0, 1.0, 1.0))
    law = flight.Mixture(modes, 0.2)
    exact = np.sqrt((3 * 1 + 1 * 2) / 4 / 2 + 0.2**2)
    assert law.spread == pytest.approx(exact, rel=1e-12)
    at = (np.arange(300) + 0.5) / 150 * 3.0 - 3.0
    bells = [w * np.exp(-((at - x) ** 2 + (at[:, None] - y) ** 2) / 0.08) for x, y, w in modes]
    one = flights(1)
    found = flight.message(one, theme.LIGHT, density=np.sum(bells, axis=0))["spread"]
    assert found == pytest.approx(exact, rel=1e-3)  # cells of 0.02
    asked = flight.message(one, theme.LIGHT, density=law, spread=0.5)["spread"]
    assert asked == 0.5
    ends = flight.message(one, theme.LIGHT)["spread"]
    assert ends == pytest.approx(np.sqrt((one[0].x[-1] ** 2).mean()))


@pytest.mark.parametrize(
    "x", [np.zeros((4, 5)), np.zeros((4, 5, 3)), np.zeros((4, 0, 2)), np.zeros((0, 5, 2))]
)
def test_states_that_are_no_points_of_the_plane_are_refused(x: np.ndarray) -> None:
    with pytest.raises(InputError, match=r"states|States"):
        Flight("a", "#000000", np.array([3.0, 2.0, 1.0, 0.5]), x)


def test_more_states_than_noise_levels_are_refused() -> None:
    with pytest.raises(InputError, match="5 states for 4 noise levels"):
        Flight("a", "#000000", np.array([3.0, 2.0, 1.0, 0.5]), np.zeros((5, 1, 2)))


def test_nothing_to_show_is_said() -> None:
    with pytest.raises(InputError, match="nothing to show"):
        flight.play([], theme.LIGHT, words="", key="zz")


@pytest.mark.parametrize("number", [0, 25])
def test_a_board_has_1_to_24_modes(number: int) -> None:
    with pytest.raises(InputError, match=f"{number} modes"):
        plane.check([(0.0, 0.0, 1.0)] * number, 0.3)


@pytest.mark.parametrize("std", [0.0, -1.0, float("nan"), float("inf")])
def test_a_board_has_modes_of_some_width(std: float) -> None:
    plane.check([(0.0, 0.0, 1.0)] * 24, 0.3)
    with pytest.raises(InputError, match="standard deviation"):
        plane.check([(0.0, 0.0, 1.0)], std)
