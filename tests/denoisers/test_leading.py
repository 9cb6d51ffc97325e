"""Leading axes without a covariance matrix, against the dense decomposition and dense filters."""

import numpy as np
import pytest
import torch

from explorer import denoisers
from explorer.core.errors import InputError
from explorer.denoisers import leading as module
from explorer.denoisers.leading import leading
from explorer.denoisers.masks import masks
from explorer.denoisers.single_precision import SinglePrecision
from explorer.denoisers.statistics import Statistics
from explorer.denoisers.wiener import Pattern, Wiener
from tests.denoisers.sets import SIGMAS, as_rows, noisy, smooth

MANY, FEW = smooth(400), smooth(60)
S = np.cov(as_rows(MANY).T)


def rows(images: np.ndarray) -> np.ndarray:
    return images.reshape(len(images), -1)


@pytest.mark.parametrize("k", [1, 7, 30, 83, 500])
@pytest.mark.parametrize("images", [MANY, FEW], ids=["many", "few"])
def test_equals_the_dense_decomposition(images: np.ndarray, k: int) -> None:
    found, dense = leading(rows(images), k), Statistics.fit(images)
    kept = min(k, 83, len(images) - 1)
    assert found.eigenvalues.size == kept
    top = dense.eigenvalues[0]
    np.testing.assert_allclose(found.eigenvalues, dense.eigenvalues[:kept], atol=1e-9 * top)
    u = found.eigenvectors
    np.testing.assert_allclose(u.T @ u, np.eye(kept), atol=1e-9)
    covariance = np.cov(as_rows(images).T)
    off = np.linalg.norm(covariance @ u - u * found.eigenvalues, axis=0).max() / top
    assert off <= 2 * found.residual + 1e-12
    assert found.residual < 1e-7
    assert np.array_equal(found.dead, dense.dead)
    assert not u[found.dead].any()
    np.testing.assert_array_equal(found.mean, dense.mean)
    total = found.eigenvalues.sum() + found.tail * (83 - kept)
    np.testing.assert_allclose(total, np.trace(covariance), rtol=1e-12)
    assert (found.tail == 0) == (kept == 83 or kept == len(images) - 1)


def test_residuals_tell_of_a_decomposition_that_is_not_done(monkeypatch) -> None:
    monkeypatch.setattr(module, "BLOCKS", 2)
    monkeypatch.setattr(module, "MORE", 1)
    monkeypatch.setattr(module, "LEAST", 1)
    found = leading(rows(MANY), 8)
    off = np.linalg.norm(S @ found.eigenvectors - found.eigenvectors * found.eigenvalues, axis=0)
    assert found.residual > 1e-5
    assert found.residual == pytest.approx(off.max() / found.eigenvalues[0], rel=1e-6)


def spread(k: int) -> tuple[Statistics, np.ndarray]:
    """Leading statistics, and the covariance that they stand for."""
    values, vectors = np.linalg.eigh(S)
    values[:-k] = np.trace(S) - values[-k:].sum()
    values[:-k] /= 83 - k
    live = np.diag(S) > 1e-12
    covariance = (vectors * values) @ vectors.T
    tail = values[0] * np.diag(~live)  # the dead pixel has none of the tail
    return Statistics.fit(MANY, rank=k, cache=None), covariance - tail


@pytest.mark.parametrize("sigma", SIGMAS)
@pytest.mark.parametrize("pattern", [False, True])
def test_filter_with_a_tail(sigma: float, pattern: bool) -> None:
    statistics, s = spread(20)
    np.testing.assert_allclose(statistics.covariance(), s, atol=1e-9)
    w = np.random.default_rng(3).random(84)
    s = s + 0.49 * np.outer(w, w) * pattern
    expected = np.linalg.solve(s + sigma**2 * np.eye(84), s)
    wiener = Wiener(statistics, Pattern(w, 0.7) if pattern else None)
    np.testing.assert_allclose(wiener.rows(slice(None), sigma), expected, atol=1e-8)
    np.testing.assert_allclose(wiener.rows(np.array([5, 0]), sigma), expected[[5, 0]], atol=1e-8)
    np.testing.assert_allclose(wiener.diagonal(sigma), np.diag(expected), atol=1e-8)
    np.testing.assert_allclose(wiener.degrees_of_freedom(sigma), np.trace(expected), atol=1e-6)
    x = noisy(MANY, sigma).double()
    wanted = statistics.mean + (x.reshape(3, -1).numpy() - statistics.mean) @ expected
    np.testing.assert_allclose(wiener(x, sigma).reshape(3, -1), wanted, atol=1e-7)


def test_all_directions_of_few_images_are_all_there_is() -> None:
    """N - 1 axes: the same filter and masks as from the full decomposition."""
    thin, full = Statistics.fit(FEW, rank=1000, cache=None), Statistics.fit(FEW)
    assert thin.eigenvectors.shape == (84, 59)
    x = noisy(FEW, 0.7).double()
    torch.testing.assert_close(Wiener(thin)(x, 0.7), Wiener(full)(x, 0.7), rtol=0, atol=1e-10)
    for sigma in SIGMAS:
        for rule in ("symmetric", "published"):
            m, n = (masks(Wiener(s), sigma, threshold=0.05, rule=rule) for s in (thin, full))
            assert (m.rows(slice(None)) != n.rows(slice(None))).mean() < 1e-3
    a, b = (denoisers.build("locality", FEW, statistics=s, cache=None) for s in (thin, full))
    torch.testing.assert_close(a(x, 0.7), b(x, 0.7), rtol=0, atol=1e-5)


def test_kept_on_disk_by_rank(tmp_path) -> None:
    first = Statistics.fit(MANY, rank=20, floor=0.01, cache=tmp_path)
    again = Statistics.fit(MANY, rank=20, floor=0.01, cache=tmp_path)
    assert np.array_equal(first.eigenvectors, again.eigenvectors)
    assert (again.tail, again.residual, again.floor) == (first.tail, first.residual, 0.01)
    other = Statistics.fit(MANY, rank=21, floor=0.01, cache=tmp_path)
    assert other.digest != first.digest
    assert len(list(tmp_path.glob("*"))) == 2
    plain = Statistics.fit(MANY, rank=20, cache=None)
    np.testing.assert_allclose(first.eigenvalues - plain.eigenvalues, 0.01)
    assert first.tail - plain.tail == pytest.approx(0.01)


@pytest.mark.parametrize("percent", [0.0, 1.0, 5.0, 20.0, 60.0, 100.0])
def test_cut_off_counts_the_tail(percent: float) -> None:
    statistics, s = spread(20)
    for tail in (False, True):
        cut = statistics.low_rank(percent, tail=tail)
        kept = int((statistics.eigenvalues == cut.eigenvalues).sum())
        lost = statistics.eigenvalues[kept:].sum() + statistics.tail * 63
        changed = kept < 20
        assert not changed or lost <= np.trace(s) * percent / 100 * (1 + 1e-9)
        total = np.trace(cut.covariance())
        expected = np.trace(s) - (lost if changed and not tail else 0.0)
        np.testing.assert_allclose(total, expected, rtol=1e-9, atol=1e-12)


def test_float32_moments_of_leading_axes() -> None:
    statistics, _ = spread(20)
    found = SinglePrecision.of(statistics).rows(slice(None), 3.0)
    np.testing.assert_allclose(found, Wiener(statistics).rows(slice(None), 3.0), atol=1e-6)


def test_wrong_rank_and_constant_images() -> None:
    with pytest.raises(InputError, match="rank"):
        Statistics.fit(MANY, rank=0)
    flat = Statistics.fit(np.full((5, 1, 2, 2), 51, np.uint8), rank=3)
    assert flat.eigenvalues.size == 0
    x = torch.zeros(1, 1, 2, 2)
    torch.testing.assert_close(Wiener(flat)(x, 1.0), torch.full((1, 1, 2, 2), -0.6))
