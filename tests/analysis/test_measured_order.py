"""Measured orders: against the tests' own laws, and a method that is not of its order."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from explorer import samplers
from explorer.analysis import measured_order as m
from explorer.core.errors import InputError
from tests.samplers import laws


@pytest.fixture(scope="module")
def problems() -> dict[str, m.Problem]:
    return {law: m.problem(law) for law in m.LAWS}


def test_the_denoisers_are_those_of_the_order_tests(problems: dict[str, m.Problem]) -> None:
    x = laws.start(20, sigma=2.0)
    for sigma in (0.1, 1.0, 10.0):
        for law, other in (("gaussian", laws.gaussian), ("mixture", laws.mixture)):
            torch.testing.assert_close(problems[law].denoiser(x, sigma), other(x, sigma))


def test_the_end_on_the_mixture_is_that_of_an_adaptive_method(
    problems: dict[str, m.Problem],
) -> None:
    from scipy.integrate import solve_ivp

    given = problems["mixture"]

    def slope(t: float, x: np.ndarray) -> np.ndarray:
        points = torch.from_numpy(x.reshape(-1, 3))
        return (points - given.denoiser(points, float(np.exp(t)))).numpy().ravel()

    span = (np.log(m.SIGMA_MAX), np.log(m.SIGMA_MIN))
    found = solve_ivp(slope, span, given.x.ravel(), method="DOP853", rtol=1e-12, atol=1e-12)
    assert np.abs(found.y[:, -1].reshape(-1, 3) - given.exact).max() < 1e-9
    assert 0.0 < given.error < 1e-9


@pytest.mark.parametrize("grid", ["logsnr", "karras"])
@pytest.mark.parametrize(
    ("name", "params", "order"),
    [
        ("euler", {}, 1),
        ("dpmpp-2m", {}, 2),
        ("dpmpp-3m", {}, 2),
        ("dpmpp-3m-corrected", {}, 3),
        ("ipndm", {}, 2),
        ("unipc", {"p": 2, "lower_order_final": False}, 3),
        ("evodiff", {"special_last": False}, 1),
        ("evodiff", {}, 0),  # its last step leaves an error that no N removes
    ],
)
def test_orders(
    problems: dict[str, m.Problem], grid: str, name: str, params: dict, order: int
) -> None:
    sampler = samplers.build(name, **params)
    for given in problems.values():
        found = m.measured_order(sampler, given, grid=grid, steps=(128, 256, 512))
        assert found.fit is not None
        assert order - 0.15 <= found.fit.order <= order + 0.35


def test_only_the_largest_numbers_of_steps_are_fitted(problems: dict[str, m.Problem]) -> None:
    few = m.measured_order("euler", problems["gaussian"], steps=(128, 256, 512))
    all_of_them = m.measured_order("euler", problems["gaussian"])
    assert few.fit is not None
    assert all_of_them.fit is not None
    assert all_of_them.steps.tolist() == list(m.STEPS)
    assert all_of_them.fit.order == few.fit.order


def test_rounding_has_no_order(problems: dict[str, m.Problem]) -> None:
    exact = problems["gaussian"]
    still = m.Problem(lambda x, _: x, exact.x, exact.x, 0.0)  # nothing moves: no error at all
    assert m.measured_order("euler", still).fit is None


def test_what_is_refused(problems: dict[str, m.Problem]) -> None:
    with pytest.raises(InputError, match="draws noise"):
        m.measured_order("ddpm", problems["gaussian"])
    with pytest.raises(InputError, match="gaussian, mixture"):
        m.problem("student")
