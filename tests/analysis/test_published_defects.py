"""What the order of images and dead pixels do to the published rules, on sets and on MNIST."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from explorer import datasets, schedules
from explorer.analysis import batch_order, dead_pixels
from explorer.core import rng
from explorer.denoisers.statistics import Statistics
from tests.denoisers.sets import smooth

REAL = Path(
    os.environ.get("EXPLORER_DATA") or Path(__file__).resolve().parents[3] / "shared" / "data"
)
SHAPE = (1, 6, 7)
SIGMAS = schedules.published().sigmas


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    return smooth(200, SHAPE)


@pytest.fixture(scope="module")
def statistics(images: np.ndarray) -> Statistics:
    return Statistics.fit(images, cache=None)


@pytest.fixture(scope="module")
def mnist() -> np.ndarray:
    if not (REAL / "mnist").is_dir():
        pytest.skip(f"mnist is not in {REAL}; EXPLORER_DATA names another folder")
    return datasets.load("mnist", n=2000, path=REAL / "mnist").images


def effect(images, statistics, *, batch: int, sigma: float = 0.8) -> batch_order.OrderEffect:
    clean = images[3] / 127.5 - 1.0
    noise = rng.normal(0, [3], clean.shape)[0]
    return batch_order.order_effect(
        images, statistics, clean=clean, noise=noise, sigma=sigma, threshold=0.05, batch=batch
    )


def test_order_changes_the_softmax_per_batch_only(images, statistics) -> None:
    found = effect(images, statistics, batch=64)
    assert found.batches == 4
    assert found.by_order > 1e-3
    assert found.by_softmax > 1e-3
    assert found.exact_by_order < 1e-6  # float64 sums of 200 terms, float32 terms


def test_one_batch_is_the_exact_softmax_in_any_order(images, statistics) -> None:
    found = effect(images, statistics, batch=200)
    assert found.batches == 1
    assert max(found.by_order, found.by_softmax) < 1e-6


def test_the_other_order_is_that_of_the_seed(images, statistics) -> None:
    order = batch_order.order(len(images), 0)
    assert sorted(order) == list(range(len(images)))
    assert np.array_equal(order, batch_order.order(len(images), 0))
    assert not np.array_equal(order, batch_order.order(len(images), 1))
    turned = effect(images, statistics, batch=64)
    clean = images[3] / 127.5 - 1.0
    straight = batch_order.order_effect(
        images[order],
        statistics,
        clean=clean,
        noise=rng.normal(0, [3], clean.shape)[0],
        sigma=0.8,
        threshold=0.05,
        batch=64,
    )
    assert np.array_equal(turned.reordered, straight.published)


def test_errors_are_distances_to_the_clean_picture(images, statistics) -> None:
    found = effect(images, statistics, batch=64)
    expected = [
        np.sqrt(np.mean((answer - found.clean) ** 2))
        for answer in (found.published, found.reordered, found.exact)
    ]
    assert found.errors == pytest.approx(expected)


def test_masks_are_counted_with_and_without_dead_pixels(images, statistics) -> None:
    made = dead_pixels.rules(images, statistics, threshold=0.3)
    clean = images[3] / 127.5 - 1.0
    found = made.at(clean, rng.normal(0, [3], clean.shape)[0], 0.05)
    masks = made.published.masks(0.05).rows(slice(None))
    assert (found.dead, found.live) == (1, 41)
    published = found.published
    assert published.masks.empty == int((masks.sum(axis=1) == 0).sum())
    assert published.masks.missing == int((~np.diagonal(masks)).sum())
    live = ~statistics.dead
    assert published.live_empty == int((masks[live].sum(axis=1) == 0).sum())
    assert published.live_missing == int((~np.diagonal(masks)[live]).sum())
    assert (found.symmetric.masks.empty, found.symmetric.masks.missing) == (0, 0)
    assert (found.symmetric.live_empty, found.symmetric.live_missing) == (0, 0)


@pytest.mark.parametrize("sigma", [3.44, 0.724, 0.05])
def test_the_symmetric_masks_are_as_large_as_the_published_ones(images, statistics, sigma) -> None:
    made = dead_pixels.rules(images, statistics, threshold=0.05)
    clean = images[3] / 127.5 - 1.0
    found = made.at(clean, 0 * clean, sigma)
    published, symmetric = found.published.masks, found.symmetric.masks
    # sizes come in steps: of one pair of pixels, 2 of 42 masks
    assert 0.0 <= symmetric.mean - max(published.mean, 1.0) <= 2 / 42
    assert symmetric.threshold != published.threshold
    own = dead_pixels.rules(images, statistics, threshold=5.0).at(clean, 0 * clean, sigma)
    assert own.published.masks.mean == 0.0
    assert own.symmetric.masks.mean == 1.0


def test_where_masks_are_empty_the_answer_is_the_mean_image() -> None:
    """Rounding lifts the threshold above 1: no pixel sees itself, and some see nothing."""
    images = smooth(200, (2, 6, 7))
    statistics = Statistics.fit(images, cache=None)
    made = dead_pixels.rules(images, statistics, threshold=0.05, precision="float32")
    clean = images[3] / 127.5 - 1.0
    found = made.at(clean, rng.normal(0, [3], clean.shape)[0], 1.24)
    published = found.published
    assert published.masks.cut > 1.0
    assert published.live_missing == found.live
    assert published.live_empty > 0
    empty = published.masks.sizes == 0
    mean = statistics.mean.reshape(statistics.shape)
    np.testing.assert_allclose(published.image[empty], mean[empty], atol=1e-6)
    assert published.error > found.symmetric.error


# --- on MNIST --------------------------------------------------------------------------------


def test_order_changes_the_published_answer_on_mnist(mnist: np.ndarray) -> None:
    statistics = Statistics.fit(mnist, cache=None)
    clean = mnist[0] / 127.5 - 1.0
    noise = rng.normal(0, [0], clean.shape)[0]
    for sigma in (SIGMAS[4], SIGMAS[8]):
        found = batch_order.order_effect(
            mnist, statistics, clean=clean, noise=noise, sigma=float(sigma), threshold=0.005
        )
        assert found.by_order > 0.05
        assert found.exact_by_order < 1e-6


def test_float32_moments_turn_the_last_step_grey_on_mnist(mnist: np.ndarray) -> None:
    statistics = Statistics.fit(mnist, cache=None)
    clean = mnist[0] / 127.5 - 1.0
    noise = rng.normal(0, [0], clean.shape)[0]
    rounded = dead_pixels.rules(mnist, statistics, threshold=0.005, precision="float32")
    found = rounded.at(clean, noise, float(SIGMAS[-1]))
    assert found.published.masks.cut > 1.0
    assert found.published.live_missing == found.live
    assert found.published.error > 0.1
    assert found.symmetric.error < 0.01
    exact = dead_pixels.rules(mnist, statistics, threshold=0.005)
    first = exact.at(clean, noise, float(SIGMAS[0])).published
    assert first.live_missing > 50  # at high noise some fail with exact moments, too
