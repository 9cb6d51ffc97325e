"""Optimal and nearest against distances written out in float64."""

import numpy as np
import pytest
import torch

from explorer import denoisers
from explorer.core.errors import InputError
from explorer.denoisers.optimal import Optimal
from tests.denoisers.sets import SIGMAS, as_rows, noisy, smooth

IMAGES = smooth()


def brute_force(rows: np.ndarray, x: torch.Tensor, variance: float) -> tuple[np.ndarray, ...]:
    z = x.double().reshape(len(x), -1).numpy()
    logits = -((z[:, None] - rows) ** 2).sum(axis=2) / (2 * variance)
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    return p @ rows, p


@pytest.mark.parametrize("sigma", [*SIGMAS, 0.002])
@pytest.mark.parametrize("temperature", [1.0, 3.0])
def test_equals_brute_force(sigma: float, temperature: float) -> None:
    x = noisy(IMAGES, sigma)
    found = denoisers.build("optimal", IMAGES, temperature=temperature).posterior(x, sigma)
    mean, p = brute_force(as_rows(IMAGES), x, sigma**2 * temperature)
    np.testing.assert_allclose(found.mean.reshape(3, -1), mean, atol=2e-7)  # float32 out
    np.testing.assert_allclose(found.effective[:, 0, 0, 0], 1 / (p**2).sum(1), rtol=1e-5)
    np.testing.assert_allclose(found.largest[:, 1, 2, 3], p.max(axis=1), rtol=1e-5)
    assert np.array_equal(found.heaviest[:, 0, 0, 0], p.argmax(axis=1))


def test_chunks_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    x = noisy(IMAGES, 0.7).double()
    whole = Optimal(IMAGES)(x, 0.7)
    monkeypatch.setattr("explorer.denoisers.optimal.CHUNK", 7)
    torch.testing.assert_close(Optimal(IMAGES)(x, 0.7), whole, atol=1e-12, rtol=0)
    torch.testing.assert_close(Optimal(IMAGES[::-1])(x, 0.7), whole, atol=1e-12, rtol=0)
    torch.testing.assert_close(Optimal(IMAGES)(x[1:2], 0.7), whole[1:2], atol=1e-12, rtol=0)


def test_truncation_keeps_the_nearest() -> None:
    x = noisy(IMAGES, 9.0)
    one = denoisers.build("optimal", IMAGES, neighbours=1)(x, 9.0)
    torch.testing.assert_close(one, denoisers.build("nearest", IMAGES)(x, 9.0))
    every = denoisers.build("optimal", IMAGES, neighbours=200)(x, 9.0)
    torch.testing.assert_close(every, Optimal(IMAGES)(x, 9.0))
    ten = denoisers.build("optimal", IMAGES, neighbours=10).posterior(x, 9.0)
    assert (ten.effective < 10.01).all()


def test_limits() -> None:
    x = noisy(IMAGES, 1.0)
    mean = torch.from_numpy(as_rows(IMAGES).mean(axis=0)).reshape(2, 6, 7).float()
    flat = Optimal(IMAGES, temperature=1e12)(x, 1.0)
    torch.testing.assert_close(flat, mean.expand(3, 2, 6, 7), atol=1e-6, rtol=0)
    alone = Optimal(IMAGES[3:4])(x * 1e3, 0.01)
    torch.testing.assert_close(
        alone, torch.from_numpy(IMAGES[3:4] / 127.5 - 1).float().expand(3, 2, 6, 7)
    )
    clean = noisy(IMAGES, 0.0)
    torch.testing.assert_close(Optimal(IMAGES)(clean, 0.0), clean)
    twice = Optimal(np.concatenate([IMAGES, IMAGES])).posterior(x, 1.0)
    once = Optimal(IMAGES).posterior(x, 1.0)
    torch.testing.assert_close(twice.mean, once.mean)
    torch.testing.assert_close(twice.effective, 2 * once.effective)


def test_nearest_scaled_and_as_published() -> None:
    x = noisy(IMAGES, 3.0)
    rows, z = as_rows(IMAGES), x.double().reshape(3, -1).numpy()
    scaled, published = (denoisers.build("nearest", IMAGES, scaled=s) for s in (True, False))
    for index, target in (
        (scaled.index(x, 3.0), z),
        (published.index(x, 3.0), z / np.sqrt(10.0)),
    ):
        distances = ((target[:, None] - rows) ** 2).sum(axis=2)
        assert np.array_equal(index, distances.argmin(axis=1))
    assert torch.equal(
        published(x, 3.0)[0], torch.from_numpy(rows[index[0]]).float().reshape(2, 6, 7)
    )


def test_wrong_inputs_are_named() -> None:
    with pytest.raises(InputError, match="temperature"):
        denoisers.build("optimal", IMAGES, temperature=0.0)
    with pytest.raises(InputError, match="neighbours"):
        denoisers.build("optimal", IMAGES, neighbours=0)
    with pytest.raises(InputError, match="no option 'neighbors'"):
        denoisers.build("optimal", IMAGES, neighbors=3)
    with pytest.raises(InputError, match="Did you mean optimal"):
        denoisers.build("optimum", IMAGES)
