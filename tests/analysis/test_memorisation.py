"""Weights of training images per pixel, and errors of training against held-out images."""

from __future__ import annotations

import numpy as np
import pytest

from explorer import datasets, denoisers
from explorer.analysis import copying, memorisation
from explorer.core import rng
from explorer.core.errors import InputError
from explorer.denoisers.statistics import Statistics
from tests.denoisers.sets import as_rows, smooth

SIGMA = 0.6


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    return smooth(80, (1, 5, 6))


@pytest.fixture(scope="module")
def statistics(images: np.ndarray) -> Statistics:
    return Statistics.fit(images, cache=None)


def noisy(images: np.ndarray, index: int) -> np.ndarray:
    clean = images[index] / 127.5 - 1.0
    return clean + SIGMA * rng.normal(0, [index], clean.shape)[0]


def weights_by_hand(rows: np.ndarray, z: np.ndarray, mask: np.ndarray) -> np.ndarray:
    logits = -((rows - z.ravel()) ** 2) @ mask.T / (2 * SIGMA**2)
    p = np.exp(logits - logits.max(axis=0))
    return p / p.sum(axis=0)


@pytest.mark.parametrize("leave_out", [None, 3])
def test_weights_are_those_written_out(images, statistics, leave_out: int | None) -> None:
    z = noisy(images, 3)
    found = copying.copying(
        images, statistics, noisy=z, sigma=SIGMA, threshold=0.3, leave_out=leave_out
    )
    numbers = np.array([i for i in range(len(images)) if i != leave_out])
    rows = as_rows(images)[numbers]
    d = denoisers.build("locality", images, threshold=0.3, statistics=statistics, cache=None)
    masks = {"locality": d.masks(SIGMA).rows(slice(None)), "optimal": np.ones((30, 30))}
    for name, mask in masks.items():
        p = weights_by_hand(rows, z, mask)
        mine = getattr(found, name)
        np.testing.assert_allclose(mine.effective.ravel(), 1 / (p**2).sum(axis=0), rtol=1e-3)
        np.testing.assert_allclose(mine.largest.ravel(), p.max(axis=0), rtol=1e-3)
        np.testing.assert_allclose(mine.image.ravel(), (p * rows).sum(axis=0), atol=2e-4)
        assert np.array_equal(mine.heaviest.ravel(), numbers[p.argmax(axis=0)])
        assert mine.copied == (p.max(axis=0) > 0.5).mean()
    assert found.n == len(numbers)
    at = found.locality.heaviest.ravel()
    assert np.array_equal(found.mosaic.ravel(), as_rows(images)[at, np.arange(30)])


def test_an_image_twice_counts_twice(images, statistics) -> None:
    z = noisy(images, 3)
    options = {"noisy": z, "sigma": SIGMA, "threshold": 0.3}
    once = copying.copying(images, statistics, **options)
    twice = copying.copying(np.concatenate([images, images]), statistics, **options)
    for name in ("locality", "optimal"):
        single, double = getattr(once, name), getattr(twice, name)
        np.testing.assert_allclose(double.effective, 2 * single.effective, rtol=1e-6)


@pytest.mark.parametrize("index", [-1, 80])
def test_what_is_no_image_cannot_be_left_out(images, statistics, index: int) -> None:
    with pytest.raises(InputError, match="leave_out"):
        copying.copying(
            images,
            statistics,
            noisy=noisy(images, 0),
            sigma=SIGMA,
            threshold=0.3,
            leave_out=index,
        )


# --- training against held out ---------------------------------------------------------------


@pytest.fixture(scope="module")
def digits() -> memorisation.Study:
    train, test = datasets.split(datasets.load("digits"), 297)
    statistics = Statistics.fit(train, cache=None)
    return memorisation.study(train.images, test.images, statistics, threshold=0.05)


def test_the_optimal_denoiser_memorises_and_the_wiener_filter_does_not(digits) -> None:
    found = digits.at(0.3)
    mean = dict(zip(memorisation.METHODS, found.mean.T, strict=True))
    error = dict(zip(memorisation.METHODS, found.standard_error.T, strict=True))
    training, held_out = mean["optimal"]
    assert training < 0.1 * held_out
    training, held_out = mean["wiener"]
    # The control: four standard errors of a difference; false alarm below 1e-4, one fixed seed.
    assert abs(training - held_out) < 4 * float(np.hypot(*error["wiener"]))
    assert mean["wiener"][1] < mean["optimal"][1]


def test_more_images_share_the_locality_denoisers_pixels(digits) -> None:
    for sigma in (1.24, 0.342):
        found = digits.at(sigma)
        locality, optimal = found.effective.T
        assert (locality > 2 * optimal).all()
        locality, optimal = found.largest.T
        assert (locality < optimal).all()


def test_errors_are_means_over_pixels(digits) -> None:
    import torch

    found = digits.at(0.7)
    pictures = digits.pictures
    noise = rng.normal(0, pictures.shape[1], pictures.shape[2:])
    z = torch.from_numpy((pictures[1] + np.float32(0.7) * noise).astype(np.float64))
    answers = digits.built["wiener"](z, 0.7).numpy()
    expected = ((answers - pictures[1]) ** 2).mean(axis=(1, 2, 3))
    np.testing.assert_allclose(found.errors[1, 0], expected, rtol=1e-6)
    assert found.errors.shape == (2, 3, 32)
    spread = found.errors[1, 0].std(ddof=1) / np.sqrt(32)
    assert found.standard_error[1, 0] == pytest.approx(spread)


def test_medians_are_those_of_each_group(digits) -> None:
    import torch

    found = digits.at(0.7)
    noise = rng.normal(0, digits.pictures.shape[1], digits.pictures.shape[2:])
    for g, pictures in enumerate(digits.pictures):
        z = torch.from_numpy((pictures + np.float32(0.7) * noise).astype(np.float64))
        for m, name in enumerate(memorisation.WEIGHED):
            weights = digits.built[name].posterior(z, 0.7)
            assert found.effective[g, m] == pytest.approx(np.median(weights.effective))
            assert found.largest[g, m] == pytest.approx(np.median(weights.largest))
    assert not np.array_equal(found.effective[0], found.effective[1])


def test_the_same_seed_gives_the_same_numbers(digits) -> None:
    first, second = digits.at(0.7), digits.at(0.7)
    assert np.array_equal(first.errors, second.errors)


def test_few_pictures_are_enough_and_none_are_refused(images, statistics) -> None:
    small = memorisation.study(images, images[:1], statistics, threshold=0.05)
    found = small.at(1.0)
    assert found.errors.shape == (2, 3, 1)
    assert np.array_equal(found.standard_error, np.zeros((2, 3)))
    with pytest.raises(InputError, match="count"):
        memorisation.study(images, images, statistics, threshold=0.05, count=0)
    with pytest.raises(InputError, match="shape"):
        memorisation.study(images, images[:, :, :3], statistics, threshold=0.05)
