"""Wiener filter against dense solves; a pattern against the covariance that it makes."""

import numpy as np
import pytest
import torch

from explorer.core.errors import InputError
from explorer.denoisers.statistics import Statistics
from explorer.denoisers.wiener import Pattern, Wiener, build
from tests.denoisers.sets import SIGMAS, as_rows, noisy, smooth

IMAGES = smooth()
STATISTICS = Statistics.fit(IMAGES)
COVARIANCE = np.cov(as_rows(IMAGES).T)


def matrix(covariance: np.ndarray, sigma: float) -> np.ndarray:
    return np.linalg.solve(covariance + sigma**2 * np.eye(len(covariance)), covariance)


@pytest.mark.parametrize("sigma", SIGMAS)
def test_equals_the_closed_form(sigma: float) -> None:
    x = noisy(IMAGES, sigma).double()
    mean = as_rows(IMAGES).mean(axis=0)
    expected = mean + (x.reshape(3, -1).numpy() - mean) @ matrix(COVARIANCE, sigma).T
    found = Wiener(STATISTICS)(x, sigma).reshape(3, -1)
    np.testing.assert_allclose(found, expected, atol=1e-10)
    single = Wiener(STATISTICS)(x.float(), sigma)
    assert single.dtype == torch.float32
    torch.testing.assert_close(single.double().reshape(3, -1), found, atol=3e-5, rtol=0)


@pytest.mark.parametrize("sigma", SIGMAS)
@pytest.mark.parametrize("pattern", [False, True])
def test_rows_diagonal_and_trace(sigma: float, pattern: bool) -> None:
    w = np.random.default_rng(3).random(84)
    covariance = COVARIANCE + 0.49 * np.outer(w, w) * pattern
    expected = matrix(covariance, sigma)
    wiener = Wiener(STATISTICS, Pattern(w, 0.7) if pattern else None)
    atol = 1e-9 if pattern else 1e-10  # the oracle's own solve, at sigma = 0.01
    np.testing.assert_allclose(wiener.rows(slice(None), sigma), expected, atol=atol)
    np.testing.assert_allclose(wiener.diagonal(sigma), np.diag(expected), atol=atol)
    np.testing.assert_allclose(wiener.degrees_of_freedom(sigma), np.trace(expected), atol=1e-7)
    field = wiener.sensitivity((1, 2, 3), sigma)
    assert field.shape == (2, 6, 7)
    np.testing.assert_allclose(field.ravel(), expected[42 + 2 * 7 + 3], atol=atol)
    x = noisy(IMAGES, sigma).double()
    centred = x.reshape(3, -1).numpy() - STATISTICS.mean
    wanted = STATISTICS.mean + centred @ expected
    np.testing.assert_allclose(wiener(x, sigma).reshape(3, -1), wanted, atol=1e-8)


def test_a_projected_pattern_is_what_the_drawn_data_have() -> None:
    """z without its regression on the data: the covariance of the drawn images is rank one off."""
    rows = as_rows(IMAGES)
    rng = np.random.default_rng(5)
    centred = rows - rows.mean(axis=0)
    z = rng.normal(size=len(rows))
    z -= z.mean()
    z -= centred @ np.linalg.lstsq(centred, z, rcond=None)[0]
    z /= z.std(ddof=1)
    w = rng.random(84)
    drawn = np.cov((rows + 0.3 * z[:, None] * w).T)
    wiener = Wiener(STATISTICS, Pattern(w, 0.3))
    np.testing.assert_allclose(wiener.rows(slice(None), 0.5), matrix(drawn, 0.5), atol=1e-10)


def test_each_image_has_its_own_noise_level() -> None:
    x = noisy(IMAGES, 1.0)
    together = Wiener(STATISTICS)(x, torch.tensor([0.1, 1.0, 9.0]))
    for i, sigma in enumerate((0.1, 1.0, 9.0)):
        alone = Wiener(STATISTICS)(x[i : i + 1], sigma)
        torch.testing.assert_close(together[i : i + 1], alone, atol=1e-6, rtol=0)


def test_no_noise_and_dead_pixels() -> None:
    x = noisy(IMAGES, 0.3)
    found = Wiener(STATISTICS)(x, 0.0)
    assert torch.isfinite(found).all()
    torch.testing.assert_close(found[:, 1], x[:, 1], atol=1e-5, rtol=0)  # full rank: the image
    np.testing.assert_allclose(found[:, 0, 0, 0], 9 / 127.5 - 1, atol=1e-6)  # dead: the mean


def test_constant_data_return_the_mean_of_anything() -> None:
    wiener = build(np.full((4, 1, 2, 2), 204, dtype=np.uint8))
    for value in (-1e3, 0.0, 1e3):
        found = wiener(torch.full((2, 1, 2, 2), value), 0.01)
        torch.testing.assert_close(found, torch.full((2, 1, 2, 2), 0.6))


def test_cut_off_keeps_fewer_directions() -> None:
    whole, cut = build(IMAGES), build(IMAGES, cutoff=10.0)
    assert cut.degrees_of_freedom(0.1) < whole.degrees_of_freedom(0.1)


def test_wrong_inputs_are_named() -> None:
    wiener = Wiener(STATISTICS)
    for x in (torch.zeros(2, 1, 6, 7), torch.zeros(2, 2, 6, 7, dtype=torch.int64)):
        with pytest.raises(InputError, match="x is"):
            wiener(x, 1.0)
    for sigma in (-1.0, float("nan"), torch.ones(5)):
        with pytest.raises(InputError, match="sigma"):
            wiener(torch.zeros(2, 2, 6, 7), sigma)
    with pytest.raises(InputError, match="outside"):
        wiener.sensitivity((2, 0, 0), 1.0)
    with pytest.raises(InputError, match="pattern"):
        Wiener(STATISTICS, Pattern(np.ones(3), 1.0))
