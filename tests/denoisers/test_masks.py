"""Masks against the rules written out on the dense matrix."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.core.errors import InputError
from explorer.denoisers import masks as rules
from explorer.denoisers.masks import Masks, correlations, masks, matching_threshold
from explorer.denoisers.statistics import Statistics
from explorer.denoisers.wiener import Wiener
from tests.denoisers.sets import SIGMAS, smooth

WIENER = Wiener(Statistics.fit(smooth()))


@pytest.fixture(autouse=True, params=[512, 32])
def block(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "BLOCK", request.param)


@pytest.mark.parametrize("sigma", SIGMAS)
@pytest.mark.parametrize("threshold", [0.0, 0.02, 0.3, 1.5])
def test_symmetric_rule(sigma: float, threshold: float) -> None:
    found = masks(WIENER, sigma, threshold=threshold)
    m = found.rows(slice(None))
    w = WIENER.rows(slice(None), sigma)
    for i in range(84):
        for j in range(84):
            both = w[i, i] > 1e-12 and w[j, j] > 1e-12
            seen = both and abs(w[i, j]) >= threshold * np.sqrt(w[i, i] * w[j, j])
            assert m[i, j] == (seen or i == j or threshold == 0), (i, j)
    assert np.array_equal(m, m.T)
    assert (found.empty, found.missing) == (0, 0)
    assert np.array_equal(found.sizes, m.sum(axis=1))
    one = rules.row(WIENER, sigma, 17, threshold=threshold)
    assert np.array_equal(one, m[17])
    assert m[0].sum() == (84 if threshold == 0 else 1)  # dead: only itself


@pytest.mark.parametrize("sigma", SIGMAS)
@pytest.mark.parametrize("threshold", [0.0, 0.005, 0.05, 1.5])
def test_published_rule(sigma: float, threshold: float) -> None:
    w = WIENER.rows(slice(None), sigma)
    diagonal = np.where(np.abs(np.diag(w)) < 1e-6, 1.0, np.diag(w))
    ratio = np.abs(w / diagonal[:, None])
    passing = ratio >= threshold * ratio.max()
    released = masks(WIENER, sigma, threshold=threshold, rule="published")
    turned = masks(WIENER, sigma, threshold=threshold, rule="published", orientation="output")
    assert np.array_equal(released.rows(slice(None)), passing.T)
    assert np.array_equal(turned.rows(slice(None)), passing)
    assert released.empty == (84 if threshold > 1 else (passing.sum(axis=0) == 0).sum())
    if threshold:
        np.testing.assert_allclose(released.largest, ratio.max())


def test_a_nearly_dead_pixel_empties_published_masks_only() -> None:
    """One tiny diagonal entry beside a correlation: the global threshold passes 1."""
    values = np.array([1.0, 1.0, 1.0, 1.0])
    angle = 2e-3  # pixel 0 moves a little with pixel 1, and hardly on its own
    vectors = np.eye(4)
    vectors[:2, :2] = [[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]
    values[0] = 0.0
    s = replace(
        Statistics.fit(np.arange(8, dtype=np.uint8).reshape(2, 1, 2, 2)),
        eigenvalues=values,
        eigenvectors=vectors,
    )
    published = masks(Wiener(s), 0.01, threshold=0.05, rule="published")
    assert published.largest > 1 / 0.05
    assert published.cut > 1
    assert published.missing >= 3
    assert published.empty > 0
    symmetric = masks(Wiener(s), 0.01, threshold=0.05)
    assert (symmetric.empty, symmetric.missing) == (0, 0)


@pytest.mark.parametrize("size", [1.0, 2.5, 20.0, 80.0])
def test_matching_threshold_gives_the_mean_size(size: float) -> None:
    threshold = matching_threshold(WIENER, 0.7, size)
    ratios = correlations(WIENER, 0.7, np.arange(84))
    fewer, more = ((ratios >= threshold * factor).sum() / 84 for factor in (1.001, 0.999))
    assert fewer <= size <= more


def test_of_a_matrix_and_back() -> None:
    matrix = np.random.default_rng(0).random((11, 11)) < 0.4
    found = Masks.of(matrix)
    assert np.array_equal(found.rows(slice(None)), matrix)
    assert found.missing == (~np.diagonal(matrix)).sum()


def test_wrong_rules_are_named() -> None:
    for threshold in (-0.1, float("nan"), float("inf")):
        with pytest.raises(InputError, match="threshold"):
            masks(WIENER, 1.0, threshold=threshold)
    with pytest.raises(InputError, match="rule"):
        masks(WIENER, 1.0, threshold=0.1, rule="other")
    with pytest.raises(InputError, match="orientation"):
        masks(WIENER, 1.0, threshold=0.1, rule="published", orientation="x")
