"""Numbers of the masks per noise level, and the published rule with float32 moments."""

from dataclasses import astuple

import numpy as np
import pytest
import torch

from explorer import denoisers
from explorer.denoisers.mask_report import report
from explorer.denoisers.masks import masks
from explorer.denoisers.single_precision import SinglePrecision
from explorer.denoisers.statistics import Statistics
from explorer.denoisers.wiener import Wiener
from tests.denoisers.sets import SIGMAS, as_rows, noisy, smooth

IMAGES = smooth()
WIENER = Wiener(Statistics.fit(IMAGES))


@pytest.mark.parametrize("rule", ["symmetric", "published"])
def test_counts_of_the_masks(rule: str) -> None:
    for found in report(WIENER, SIGMAS, threshold=0.1, rule=rule):
        m = masks(WIENER, found.sigma, threshold=0.1, rule=rule).rows(slice(None))
        sizes = m.sum(axis=1)
        own = int((~np.diagonal(m)).sum())
        assert (found.empty, found.missing) == ((sizes == 0).sum(), own)
        expected = sizes.mean(), sizes.min(), sizes.max()
        assert (found.mean_size, found.smallest_size, found.largest_size) == expected
        assert found.cut == pytest.approx(0.1 * found.largest)
        assert (found.largest == 1) == (rule == "symmetric")


def test_rounding_is_as_small_as_float32_and_repeats() -> None:
    filters = [SinglePrecision.of(WIENER.statistics, seed=seed) for seed in (0, 0, 1)]
    exact = WIENER.rows(slice(None), 3.0)
    first, same, other = (f.rows(slice(None), 3.0) for f in filters)
    assert np.array_equal(first, same)
    assert 0 < np.abs(first - other).max() < 1e-6
    assert np.abs(first - exact).max() < 1e-6
    np.testing.assert_allclose(filters[0].diagonal(3.0), np.diagonal(first), atol=1e-14)
    assert filters[0].eigenvalues.min() < 0  # of the dead pixel's rounding noise
    assert np.isfinite(filters[0].rows([0], 0.0)).all()


def test_a_rounded_covariance_is_what_the_filter_is_made_of() -> None:
    rounded = SinglePrecision.of(WIENER.statistics)
    values, vectors = rounded.eigenvalues, rounded.eigenvectors
    error = (vectors * values) @ vectors.T - WIENER.statistics.covariance()
    second = as_rows(IMAGES).T @ as_rows(IMAGES) / len(IMAGES)
    assert np.abs(error / np.maximum(np.abs(second), 0.01)).max() < 8 * 2.0**-24
    # U diag(s / (s + sigma^2)) V^T of a general decomposition of the same matrix.
    u, s, vt = np.linalg.svd((vectors * values) @ vectors.T)
    found = (u * (s / (s + 0.5**2))) @ vt
    np.testing.assert_allclose(rounded.rows(slice(None), 0.5), found, atol=1e-9)


def test_masks_of_the_rounded_filter_reach_the_denoiser() -> None:
    options = {"threshold": 0.05, "mask": "published", "cache": None}
    d = denoisers.build("locality", IMAGES, precision="float32", **options)
    [found] = report(WIENER, [0.01], threshold=0.05, precision="float32")
    assert astuple(found) == astuple(type(found).of(d.masks(0.01), 0.01))
    x = noisy(IMAGES, 0.01)
    empty = torch.from_numpy(d.masks(0.01).sizes == 0)
    assert empty.any()
    answer = d(x, 0.01).reshape(3, -1)[:, empty]
    mean = torch.from_numpy(as_rows(IMAGES).mean(axis=0)).float()[empty]
    torch.testing.assert_close(answer, mean.expand_as(answer), rtol=0, atol=1e-6)
