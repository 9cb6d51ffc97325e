"""A pattern drawn into the images: exact moments, and the locality denoiser of what results."""

import numpy as np
import pytest
import torch

from explorer import denoisers
from explorer.core.errors import InputError
from explorer.denoisers.masks import masks
from explorer.denoisers.planted import Planted
from explorer.denoisers.statistics import Statistics
from explorer.denoisers.wiener import Pattern, Wiener
from tests.denoisers.sets import SIGMAS, as_rows, noisy, smooth

IMAGES = smooth(300)
WEIGHTS = np.zeros((2, 6, 7))
WEIGHTS[:, 1:5, [1, 3, 5]] = 1.0
PATTERN = Pattern(WEIGHTS.ravel(), 0.3)


def shown(planted: Planted, images: np.ndarray = IMAGES) -> np.ndarray:
    """The images with the pattern, float64 (N, d)."""
    z, pattern = planted.amounts, planted.pattern
    return as_rows(images) + pattern.gain * z[:, None] * pattern.weights


@pytest.mark.parametrize("floor", [0.0, "quantisation", 0.5])
def test_moments_are_exact(floor: float | str) -> None:
    statistics = Statistics.fit(IMAGES, floor=floor)
    planted = Planted.draw(IMAGES, statistics, PATTERN, seed=3)
    assert planted.uncorrelated
    rows = shown(planted)
    expected = np.cov(as_rows(IMAGES).T) + 0.3**2 * np.outer(PATTERN.weights, PATTERN.weights)
    np.testing.assert_allclose(np.cov(rows.T), expected, rtol=0, atol=1e-12)
    np.testing.assert_allclose(rows.mean(axis=0), statistics.mean, rtol=0, atol=1e-13)
    assert planted.amounts.var(ddof=1) == pytest.approx(1.0, abs=1e-12)


def test_filter_is_that_of_the_changed_images() -> None:
    wiener = Wiener(Statistics.fit(IMAGES), PATTERN)
    s = np.cov(shown(Planted.draw(IMAGES, wiener.statistics, PATTERN, seed=3)).T)
    for sigma in SIGMAS:
        expected = np.linalg.solve(s + sigma**2 * np.eye(84), s)
        np.testing.assert_allclose(wiener.rows(slice(None), sigma), expected, rtol=0, atol=1e-8)


def test_amounts_as_drawn_would_not_do() -> None:
    """Control: with fewer images than directions the amounts correlate with pixels."""
    few = IMAGES[:60]
    planted = Planted.draw(few, Statistics.fit(few), PATTERN, seed=3)
    assert not planted.uncorrelated
    expected = np.cov(as_rows(few).T) + 0.3**2 * np.outer(PATTERN.weights, PATTERN.weights)
    assert np.abs(np.cov(shown(planted, few).T) - expected).max() > 1e-3
    assert planted.amounts.mean() == pytest.approx(0.0, abs=1e-12)


def test_requantised_pictures_are_near_and_within_bytes() -> None:
    planted = Planted.draw(IMAGES, Statistics.fit(IMAGES), PATTERN, seed=3)
    pictures = planted.requantised(IMAGES)
    wanted = (shown(planted).reshape(IMAGES.shape) + 1) * 127.5
    assert (wanted > 255).any()  # so that something is cut
    assert pictures.dtype == np.uint8
    assert np.abs(pictures - np.clip(wanted, 0, 255)).max() <= 0.5 + 1e-9


def test_a_seed_is_one_set_of_amounts() -> None:
    statistics = Statistics.fit(IMAGES)
    first, same, other = (
        Planted.draw(IMAGES, statistics, PATTERN, seed=s).amounts for s in (0, 0, 1)
    )
    assert np.array_equal(first, same)
    assert abs(first @ other) / 299 < 0.3  # 4.5 standard deviations for independent amounts


@pytest.mark.parametrize("sigma", [*SIGMAS, 0.002])
@pytest.mark.parametrize(
    ("rule", "threshold"), [("symmetric", 0.02), ("symmetric", 0.3), ("published", 0.02)]
)
def test_equals_brute_force(sigma: float, rule: str, threshold: float) -> None:
    d = denoisers.build(
        "locality", IMAGES, threshold=threshold, mask=rule, pattern=PATTERN, seed=4, cache=None
    )
    assert d.engine_for(torch.device("cpu")) == "fused"
    wiener = Wiener(Statistics.fit(IMAGES), PATTERN)
    rows = shown(Planted.draw(IMAGES, wiener.statistics, PATTERN, seed=4))
    z = rows[:3] + sigma * np.random.default_rng(0).normal(size=(3, 84))
    m = masks(wiener, sigma, threshold=threshold, rule=rule).rows(slice(None))
    logits = -np.einsum("bin,qn->bqi", (z[:, None] - rows) ** 2, m) / (2 * sigma**2)
    p = np.exp(logits - logits.max(axis=2, keepdims=True))
    expected = np.einsum("bqi,iq->bq", p, rows) / p.sum(axis=2)
    found = d.posterior(torch.from_numpy(z.reshape(3, 2, 6, 7)), sigma)
    np.testing.assert_allclose(found.mean.reshape(3, -1), expected, rtol=0, atol=1e-9)
    effective = p.sum(axis=2) ** 2 / (p**2).sum(axis=2)
    np.testing.assert_allclose(found.effective.reshape(3, -1), effective, rtol=1e-7)


def test_limits() -> None:
    x = noisy(IMAGES, 2.0)
    still = denoisers.build("locality", IMAGES, pattern=Pattern(PATTERN.weights, 0.0))
    torch.testing.assert_close(
        still(x, 2.0), denoisers.build("locality", IMAGES)(x, 2.0), rtol=0, atol=1e-5
    )
    strong = denoisers.build("locality", IMAGES, pattern=PATTERN)
    assert (strong.mask((0, 2, 1), 2.0) & ~still.mask((0, 2, 1), 2.0)).any()
    with pytest.raises(InputError, match="pattern"):
        denoisers.build("locality", IMAGES, pattern=PATTERN, engine="tree")
    with pytest.raises(InputError, match="pattern"):
        denoisers.build("locality", IMAGES, pattern=Pattern(np.ones(3), 1.0))
