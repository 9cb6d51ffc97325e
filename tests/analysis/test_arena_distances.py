"""Distances of images and points, against other ways to compute them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from explorer import datasets
from explorer.analysis.arena.contest import METRICS
from explorer.analysis.arena.distances import distances, names, nearest
from explorer.analysis.arena.floor import floors
from explorer.analysis.arena.score import score
from explorer.analysis.arena.setting import Setting
from explorer.analysis.arena.target import gaussian, nine_modes, of_data
from explorer.analysis.marginal_accuracy import marginal_accuracy
from explorer.analysis.weights_tv import mode_weights
from explorer.core.sets import ImageSet
from explorer.samplers import sample

DATA = datasets.load("digits")
DIGITS = of_data(DATA)


def test_the_nearest_image_is_that_of_all_distances() -> None:
    x = DIGITS.reference(50, 0) + 0.1 * np.random.default_rng(0).standard_normal((50, 64))
    every = cdist(x, DATA.as_float(slice(None)).reshape(-1, 64))
    distance, index = nearest(DIGITS, x)
    assert np.allclose(distance, every.min(axis=1) / 8.0, rtol=1e-6)  # float32 pixels
    assert np.allclose(every[np.arange(50), index], every.min(axis=1))


def test_an_image_of_the_data_is_not_its_own_neighbour() -> None:
    x = DIGITS.reference(50, 0)
    every = np.sort(cdist(x, DATA.as_float(slice(None)).reshape(-1, 64)), axis=1)
    assert np.allclose(nearest(DIGITS, x)[0], 0.0)
    assert np.allclose(nearest(DIGITS, x, own=True)[0], every[:, 1] / 8.0, rtol=1e-6)


def test_labels_are_those_of_the_nearest_image() -> None:
    assert DATA.labels is not None
    ones = DATA.as_float(np.flatnonzero(DATA.labels == 1)).reshape(-1, 64).astype(np.float64)
    found = distances(DIGITS, ones, DIGITS.reference(len(ones), 1), sigma=0.0)
    assert found["label-tv"] == pytest.approx(1.0 - (DATA.labels == 1).mean())
    assert found["nearest"] == 0.0


def test_sets_are_cut_to_one_size() -> None:
    x = DIGITS.reference(800, 0)
    cut = distances(DIGITS, x[:300], DIGITS.reference(300, 1), sigma=0.0)
    assert distances(DIGITS, x, DIGITS.reference(300, 1), sigma=0.0) == cut


def test_points_have_the_distances_of_the_single_measures() -> None:
    target = nine_modes()
    assert target.law is not None
    law, x = target.law.at(0.3), target.reference(500, 5, sigma=0.3)
    found = distances(target, x, target.reference(500, 6, sigma=0.3), sigma=0.3)
    assert found["marginal-error"] == pytest.approx(1.0 - marginal_accuracy(x, law).value)
    assert found["mode-tv"] == pytest.approx(mode_weights(x, law).tv)


@pytest.mark.parametrize("target", [gaussian(4), nine_modes(), DIGITS], ids=lambda t: t.title)
def test_every_metric_sees_a_shift_and_a_collapse(target) -> None:
    """Everything but the mode weights sees samples that are shifted by half a unit."""
    n = 400
    exact, other = target.reference(n, 10), target.reference(n, 11)
    floor = floors(target, n)
    moved = distances(target, exact + 0.5, other, sigma=0.0)
    single = distances(target, np.repeat(exact[:1], n, axis=0), other, sigma=0.0)
    assert set(floor) == set(moved) == set(names(target))
    for name, (mean, spread) in floor.items():
        if not METRICS[name].towards_floor:
            assert single[name] > mean + 4.0 * spread, name
        if name not in {"mode-tv", "label-tv"}:
            assert moved[name] > mean + 4.0 * spread, name


def test_data_sorted_by_label_are_compared_like_any_other() -> None:
    """Distances that look at the first samples only must not see the first labels only."""
    draw = np.random.default_rng(0)
    labels = np.repeat([-7, 3, 10**12], 300)
    grey = np.repeat([40, 120, 220], 300)[:, None, None, None]
    pixels = np.clip(grey + draw.normal(0.0, 12.0, (900, 3, 32, 32)), 0, 255).astype(np.uint8)
    target = of_data(ImageSet(pixels, "sorted", labels))
    x = target.reference(450, 3)
    first = (x[:150].mean(axis=1) > 0.4).mean()  # the brightest third
    assert abs(first - 1.0 / 3.0) < 0.16  # 4 standard deviations
    fresh = draw.choice(900, 450, replace=False)
    samples = target.images.as_float(fresh)  # pyright: ignore[reportOptionalMemberAccess]
    found = distances(target, samples, target.reference(450, 0), sigma=0.0)
    for name, (mean, spread) in floors(target, 450).items():
        assert abs(found[name] - mean) < 8.0 * spread or name == "nearest", name
    assert found["label-tv"] < 0.1


def test_half_the_data_is_at_the_floor() -> None:
    floor = floors(DIGITS, 400)
    found = distances(
        DIGITS, DIGITS.reference(400, 20), DIGITS.reference(400, 21), sigma=0.0, own=True
    )
    for name, (mean, spread) in floor.items():
        assert abs(found[name] - mean) < 5.0 * spread, name  # t of 7 degrees: 0.2 %


def test_samples_are_compared_at_their_own_noise_level() -> None:
    """Exact samples with noise 0.5 are at the floor there, and far from clean data."""
    target, setting = nine_modes(), Setting(n=1000, sigma_min=0.5, start="exact")
    run = sample(
        "rtk-exact", target.denoiser, target.start(1000, 0, setting), np.array([80.0, 0.5])
    )
    floor = floors(target, 1000, sigma=0.5)
    found = score(target, setting, run, 0).distances
    for name, (mean, spread) in floor.items():
        assert found[name] < mean + 4.0 * spread, name
    clean = distances(target, run.x.numpy(), target.reference(1000, 0), sigma=0.0)
    assert clean["sliced-w2"] > 4.0 * floor["sliced-w2"][0]


@pytest.mark.parametrize("target", [gaussian(4), nine_modes(), DIGITS], ids=lambda t: t.title)
def test_samples_that_ran_away_have_large_finite_distances(target) -> None:
    x = target.reference(300, 0)
    x[:3] = -1e300
    found = distances(target, x, target.reference(300, 1), sigma=0.0)
    assert all(np.isfinite(value) for value in found.values())
    assert found["sliced-w2"] > 1e30
