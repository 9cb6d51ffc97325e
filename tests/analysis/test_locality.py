"""Sensitivity, mask and scan against the matrix written out, and against the masks' own rule."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from explorer import datasets, denoisers
from explorer.analysis import locality
from explorer.core.errors import InputError
from explorer.denoisers import masks

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


def test_a_drawn_pattern_is_not_scanned(digits) -> None:
    from explorer.denoisers.wiener import Pattern

    drawn = denoisers.build("wiener", digits, pattern=Pattern(np.ones(64), 1.0))
    with pytest.raises(InputError, match="pattern"):
        locality.scan(drawn, (0, 4, 3), SIGMAS, threshold=0.05)
