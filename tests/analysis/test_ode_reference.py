"""Ends of the ODE, orders of convergence, and distances to the end: closed forms and each other."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy import stats

from explorer.analysis.convergence import convergence_order
from explorer.analysis.fidelity import fidelity
from explorer.analysis.ode_reference import gaussian_endpoint, ode_endpoint
from explorer.core.errors import Cancelled, InputError
from explorer.denoisers.gaussian_mixture import GaussianMixture

SHAPE = (1, 1, 3)
MEAN, VALUES = np.array([0.3, -0.2, 0.5]), np.array([0.0625, 0.3, 1.5])
TURN = stats.ortho_group.rvs(3, random_state=2)
ONE = GaussianMixture(np.ones(1), MEAN[None], (TURN * VALUES @ TURN.T)[None], SHAPE)
THREE = GaussianMixture(
    np.array([0.5, 0.3, 0.2]),
    np.array([[0.0, 0.0, 0.0], [1.0, 0.5, 0.0], [-0.5, 1.0, 0.5]]),
    np.stack([v * np.eye(3) for v in (0.1, 0.2, 0.15)]),
    SHAPE,
)


def start(n: int = 8) -> np.ndarray:
    return 10.0 * np.random.default_rng(0).standard_normal((n, *SHAPE))


@pytest.mark.parametrize(("method", "bound"), [("rk4", 1e-9), ("dop853", 1e-8)])
def test_numerical_ends_are_the_closed_form(method: str, bound: float) -> None:
    x = start()
    exact = gaussian_endpoint(x, 10.0, 0.1, eigenvalues=VALUES, eigenvectors=TURN, mean=MEAN)
    found = ode_endpoint(ONE, x, 10.0, 0.1, method=method, steps=400)
    error = np.abs(found.x - exact).reshape(8, -1).max(axis=1)
    assert exact.shape == found.x.shape == x.shape
    assert error.max() < bound
    assert (error < 10 * found.error + 1e-12).all()  # the estimate is no fiction


def test_a_full_spectrum_moves_like_samples_of_one_law() -> None:
    """The map takes N(mu, C + a^2) to N(mu, C + b^2): checked on the covariance, exactly."""
    basis = np.vstack([np.zeros(3), np.eye(3)]) + MEAN
    moved = gaussian_endpoint(basis, 10.0, 0.5, eigenvalues=VALUES, eigenvectors=TURN, mean=MEAN)
    assert moved[0] == pytest.approx(MEAN, abs=1e-15)
    gain = moved[1:] - MEAN
    covariance = (TURN * VALUES) @ TURN.T
    after = gain.T @ (covariance + 100 * np.eye(3)) @ gain
    assert after == pytest.approx(covariance + 0.25 * np.eye(3), abs=1e-12)


def test_to_zero_noise_and_back() -> None:
    x = start()
    clean = gaussian_endpoint(x, 10.0, 0.0, eigenvalues=2.0)
    assert clean == pytest.approx(x * math.sqrt(2 / 102), rel=1e-14)
    back = gaussian_endpoint(
        gaussian_endpoint(x, 10.0, 0.3, eigenvalues=VALUES), 0.3, 10.0, eigenvalues=VALUES
    )
    assert back == pytest.approx(x, rel=1e-13)


def test_both_methods_agree_on_a_mixture() -> None:
    x = start()
    rk4 = ode_endpoint(THREE, x, 10.0, 0.1, steps=1000)
    dop853 = ode_endpoint(THREE, x, 10.0, 0.1, method="dop853")
    assert np.abs(rk4.x - dop853.x).max() < 1e-8
    assert rk4.error.max() < 1e-9
    assert rk4.evaluations == 6000
    assert dop853.evaluations < 6000


def test_rk4_has_order_4_and_its_estimate_follows() -> None:
    x, steps = start(), [20, 40, 80, 160]
    exact = gaussian_endpoint(x, 10.0, 0.1, eigenvalues=VALUES, eigenvectors=TURN, mean=MEAN)
    runs = [ode_endpoint(ONE, x, 10.0, 0.1, steps=n) for n in steps]
    errors = [np.abs(run.x - exact).max() for run in runs]
    found = convergence_order(steps[1:], errors[1:])
    assert found.order == pytest.approx(4.0, abs=0.2)
    assert runs[-1].error.max() == pytest.approx(errors[-1], rel=0.3)


def test_a_run_can_be_stopped() -> None:
    calls = []

    def cancel() -> bool:
        calls.append(1)
        return len(calls) == 10

    with pytest.raises(Cancelled, match="sigma = "):
        ode_endpoint(ONE, start(), 10.0, 0.1, cancel=cancel)
    assert len(calls) == 10


def test_float32_denoisers_get_float64_and_answer_as_they_can() -> None:
    seen = set()

    def rounded(x: torch.Tensor, sigma: float) -> torch.Tensor:
        seen.add(x.dtype)
        return (x / (1 + sigma**2)).float()

    found = ode_endpoint(rounded, np.ones((2, 1)), 3.0, 1.0, steps=20)
    assert seen == {torch.float64}
    assert found.x == pytest.approx(math.sqrt(2 / 10), abs=1e-5)


@pytest.mark.parametrize(
    "change", [{"start": 0.0}, {"end": 0.0}, {"end": -1.0}, {"steps": 7}, {"method": "euler"}]
)
def test_wrong_numbers_are_refused(change: dict[str, object]) -> None:
    given = {"start": 10.0, "end": 0.1} | change
    with pytest.raises(InputError):
        ode_endpoint(ONE, start(), **given)
    if "end" in change and change["end"] != 0.0:
        with pytest.raises(InputError):
            gaussian_endpoint(start(), eigenvalues=1.0, **given)


# --- order -------------------------------------------------------------------------------------


def test_order_and_its_error_are_those_of_linear_regression() -> None:
    n = np.array([16, 32, 64, 128, 256])
    errors = 3.0 * n**-2.5 * np.exp([0.02, -0.03, 0.01, 0.02, -0.01])
    found = convergence_order(n, errors)
    line = stats.linregress(np.log(n), np.log(errors))
    assert found.order == pytest.approx(-line.slope, rel=1e-12)
    assert found.error == pytest.approx(line.stderr, rel=1e-10)
    assert found.constant == pytest.approx(math.exp(line.intercept), rel=1e-10)
    assert abs(found.order - 2.5) < 4 * found.error


def test_rounding_is_left_out_and_two_points_have_no_error() -> None:
    found = convergence_order([10, 20, 40, 80], [1e-12, 1e-13, 2e-16, 0.0], floor=1e-14)
    assert found.steps.tolist() == [10, 20]
    assert math.isnan(found.error)
    for steps, errors in (
        ([10, 20], [0.0, 0.0]),
        ([20, 10], [1.0, 2.0]),
        ([10, 20], [1.0]),
        ([10, 20], [1.0, math.nan]),
    ):
        with pytest.raises(InputError):
            convergence_order(steps, errors)


# --- distance to the end -----------------------------------------------------------------------


def test_fidelity_by_hand_and_with_a_stray_sample() -> None:
    exact = np.zeros((101, 4))
    samples = np.full((101, 4), 0.01)
    samples[0] = 100.0  # one that went to another mode
    found = fidelity(samples, exact)
    assert found.rmse[1:] == pytest.approx(0.01)
    assert found.psnr[1:] == pytest.approx(20 * math.log10(200))
    assert found.median == pytest.approx(0.01)
    assert found.median_error == pytest.approx(0.0, abs=1e-15)
    assert found.mean > 0.9
    assert np.isinf(fidelity(exact, exact).psnr).all()
    with pytest.raises(InputError):
        fidelity(samples, exact[:5])


def test_fidelity_errors_are_those_of_new_samples() -> None:
    """Standard errors of mean and median against 300 repetitions, factor 1.4 either way."""
    rng = np.random.default_rng(8)
    runs = [fidelity(rng.standard_normal((200, 1)), np.zeros((200, 1))) for _ in range(300)]
    for name in ("mean", "median"):
        spread = np.std([getattr(run, name) for run in runs])
        stated = np.mean([getattr(run, f"{name}_error") for run in runs])
        assert 1 / 1.4 < stated / spread < 1.4, name
