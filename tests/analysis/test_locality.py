"""Sensitivity, mask and scan against the matrix written out, and against the masks' own rule."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from explorer import datasets, denoisers
from explorer.analysis import locality, patterns
from explorer.core.errors import InputError
from explorer.denoisers import masks
from explorer.denoisers.statistics import Statistics
from explorer.denoisers.wiener import Pattern, Wiener

SIGMAS = np.array([60.8, 3.44, 1.24, 0.342, 0.01])


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_CACHE", str(tmp_path))


@pytest.fixture(scope="module")
def digits():
    return datasets.load("digits")


@pytest.fixture(scope="module")
def wiener(digits):
    return denoisers.build("wiener", digits)


@pytest.mark.parametrize("sigma", [3.44, 1.24, 0.342])
def test_rows_are_those_of_the_matrices_written_out(digits, wiener, sigma: float) -> None:
    x = digits.as_float(slice(None)).reshape(digits.n, -1).astype(np.float64)
    covariance = np.cov(x, rowvar=False)
    matrix = covariance @ np.linalg.inv(covariance + sigma**2 * np.eye(64))
    found = locality.look(wiener, (0, 4, 3), sigma, threshold=0.05)
    # float32 images against exact integer sums: 1e-7 relative
    np.testing.assert_allclose(found.covariance.ravel(), covariance[35], atol=1e-6)
    np.testing.assert_allclose(found.sensitivity.ravel(), matrix[35], atol=1e-6)
    assert found.freedom == pytest.approx(np.trace(matrix), abs=1e-5)
    live = np.diagonal(matrix) > 1e-12
    ratio = np.zeros(64)
    gains = np.diagonal(matrix)[live]
    ratio[live] = np.abs(matrix[35, live]) / np.sqrt(gains * matrix[35, 35])
    assert np.array_equal(found.mask.ravel(), ratio >= 0.05)
    assert found.size == int((ratio >= 0.05).sum())
    assert found.own == pytest.approx(matrix[35, 35], abs=1e-6)


@pytest.mark.parametrize("pixel", [(0, 4, 3), (0, 0, 0), (0, 7, 5)])  # (0, 0, 0) is dead
@pytest.mark.parametrize("threshold", [0.0, 0.01, 0.2, 1.0])
def test_the_scan_counts_what_the_masks_hold(wiener, pixel, threshold: float) -> None:
    found = locality.scan(wiener, pixel, SIGMAS, threshold=threshold)
    index = pixel[1] * 8 + pixel[2]
    sizes = [int(masks.row(wiener, s, index, threshold=threshold).sum()) for s in SIGMAS]
    assert found.sizes.tolist() == sizes
    assert found.freedom == pytest.approx([wiener.degrees_of_freedom(s) for s in SIGMAS])
    known = locality.diagonals(wiener, SIGMAS)
    again = locality.scan(wiener, pixel, SIGMAS, threshold=threshold, diagonals_known=known)
    assert np.array_equal(again.sizes, found.sizes)


@pytest.mark.parametrize("threshold", [0.0, 0.05])
def test_frames_are_looks_at_many_levels(wiener, threshold: float) -> None:
    found = locality.frames(wiener, (0, 4, 3), SIGMAS, threshold=threshold)
    for k, sigma in enumerate(SIGMAS):
        look = locality.look(wiener, (0, 4, 3), sigma, threshold=threshold)
        np.testing.assert_allclose(found.rows[k], look.sensitivity, atol=1e-13)
        assert np.array_equal(found.masks[k], look.mask)


def test_a_dead_pixel_looks_nowhere(wiener) -> None:
    found = locality.look(wiener, (0, 0, 0), 1.24, threshold=0.05)
    assert found.dead
    assert (found.size, found.own, found.radius, found.covariance_radius) == (1, 0.0, 0.0, 0.0)


def test_channels_are_outputs_of_their_own() -> None:
    data = datasets.load("textures", n=300, size=8, colour=True)
    built = denoisers.build("wiener", data)
    looks = [locality.look(built, (c, 4, 4), 0.2, threshold=0.05) for c in range(3)]
    assert looks[0].mask.shape == (3, 8, 8)
    for c, found in enumerate(looks):
        assert np.unravel_index(found.sensitivity.argmax(), (3, 8, 8)) == (c, 4, 4)


@pytest.mark.parametrize(
    ("pixel", "sigma", "threshold", "field"),
    [
        ((0, 8, 0), 1.0, 0.05, "pixel"),
        ((0, 0, 0), float("nan"), 0.05, "sigma"),
        ((0, 4, 3), 1.0, -1.0, "threshold"),
    ],
)
def test_refused(wiener, pixel, sigma: float, threshold: float, field: str) -> None:
    with pytest.raises(InputError) as caught:
        locality.look(wiener, pixel, sigma, threshold=threshold)
    assert caught.value.field == field


@pytest.mark.parametrize("pixel", [(0, 4, 3), (0, 0, 0), (0, 6, 6)])  # (0, 0, 0) is dead
@pytest.mark.parametrize("gain", [0.0, 0.3, 2.0])
def test_a_pattern_changes_look_and_scan_as_the_changed_covariance_does(
    digits, wiener, pixel, gain: float
) -> None:
    """Against the dense matrix of the covariance with ``g^2 w w^T``, float64."""
    w = patterns.weights(patterns.ready("w", (8, 8), (4, 3)), 1)
    w[0] = 1.0  # a dead pixel comes alive
    drawn = denoisers.build("wiener", digits, pattern=Pattern(w, gain))
    covariance = wiener.statistics.covariance() + gain**2 * np.outer(w, w)
    index = pixel[1] * 8 + pixel[2]
    found = locality.scan(drawn, pixel, SIGMAS, threshold=0.1)
    known = locality.diagonals(wiener, SIGMAS)
    again = locality.scan(drawn, pixel, SIGMAS, threshold=0.1, diagonals_known=known)
    assert np.array_equal(again.sizes, found.sizes)
    for k, sigma in enumerate(SIGMAS):
        matrix = np.linalg.solve(covariance + sigma**2 * np.eye(64), covariance)
        look = locality.look(drawn, pixel, sigma, threshold=0.1)
        np.testing.assert_allclose(look.sensitivity.ravel(), matrix[index], atol=1e-10)
        np.testing.assert_allclose(look.covariance.ravel(), covariance[index], atol=1e-10)
        assert look.size == found.sizes[k]
        assert found.freedom[k] == pytest.approx(np.trace(matrix), abs=1e-9)
        assert look.freedom == pytest.approx(np.trace(matrix), abs=1e-9)
        assert look.dead == (covariance[index, index] == 0.0)


def test_a_pattern_makes_far_pixels_look_at_each_other(digits, wiener) -> None:
    w = patterns.weights(patterns.ready("w", (8, 8), (4, 3)), 1)
    drawn = denoisers.build("wiener", digits, pattern=Pattern(w, 1.0))
    before = locality.look(wiener, (0, 4, 3), 2.04, threshold=0.1)
    after = locality.look(drawn, (0, 4, 3), 2.04, threshold=0.1)
    on = w.reshape(1, 8, 8) == 1.0
    assert after.mask[on].all()
    assert not before.mask[on].all()


@pytest.mark.parametrize("drawn", [False, True])
@pytest.mark.parametrize("pixel", [(0, 4, 3), (0, 0, 0)])  # (0, 0, 0) is dead
def test_leading_axes_and_the_mean_variance_of_the_rest(digits, drawn: bool, pixel) -> None:
    statistics = Statistics.fit(digits, rank=12, cache=None)
    assert statistics.tail > 0
    w = np.random.default_rng(5).random(64)
    thin = Wiener(statistics, Pattern(w, 0.5) if drawn else None)
    index = pixel[1] * 8 + pixel[2]
    s = statistics.covariance() + 0.25 * np.outer(w, w) * drawn
    for sigma in SIGMAS:
        found = locality.look(thin, pixel, float(sigma), threshold=0.05)
        np.testing.assert_allclose(found.covariance.ravel(), s[index], atol=1e-12)
    frames = locality.frames(thin, pixel, SIGMAS, threshold=0.05)
    scan = locality.scan(thin, pixel, SIGMAS, threshold=0.05)
    for k, sigma in enumerate(SIGMAS):
        matrix = np.linalg.solve(s + sigma**2 * np.eye(64), s)
        np.testing.assert_allclose(frames.rows[k].ravel(), matrix[index], atol=1e-9)
        assert scan.freedom[k] == pytest.approx(np.trace(matrix), abs=1e-8)
        mask = masks.row(thin, float(sigma), index, threshold=0.05)
        assert np.array_equal(frames.masks[k].ravel(), mask)


def test_the_shrunk_kernel_needs_all_axes(digits) -> None:
    statistics = Statistics.fit(digits, rank=12, cache=None)
    with pytest.raises(InputError, match="fit without rank"):
        denoisers.build("shrunk-kernel", digits, statistics=statistics)
