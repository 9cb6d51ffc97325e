"""The bridge: its two ends, and the mixture written out between them."""

import numpy as np
import pytest
import torch
from scipy.special import softmax

from explorer import denoisers
from explorer.core.errors import InputError
from explorer.denoisers.statistics import Statistics
from tests.denoisers.sets import SIGMAS, as_rows, noisy, smooth

IMAGES = smooth()


@pytest.mark.parametrize("sigma", SIGMAS)
def test_the_ends_are_optimal_and_wiener(sigma: float) -> None:
    x = noisy(IMAGES, sigma).double()
    for width, name in ((0.0, "optimal"), (1.0, "wiener")):
        found = denoisers.build("shrunk-kernel", IMAGES, width=width)(x, sigma)
        expected = denoisers.build(name, IMAGES)(x, sigma)
        torch.testing.assert_close(found, expected, rtol=0, atol=1e-6)
    few = IMAGES[:20]  # fewer images than pixels: directions without variance
    x = noisy(few, sigma).double()
    found = denoisers.build("shrunk-kernel", few, width=0.0)(x, sigma)
    torch.testing.assert_close(found, denoisers.build("optimal", few)(x, sigma), rtol=0, atol=1e-6)


@pytest.mark.parametrize("sigma", SIGMAS)
@pytest.mark.parametrize("width", [0.1, 0.5, 0.9])
def test_equals_the_mixture_written_out(sigma: float, width: float) -> None:
    rows, x = as_rows(IMAGES), noisy(IMAGES, sigma)
    z = x.double().reshape(3, -1).numpy()
    mu, covariance = rows.mean(axis=0), width**2 * np.cov(rows.T)
    total = covariance + sigma**2 * np.eye(84)
    centres = mu + np.sqrt(1 - width**2) * (rows - mu)
    difference = z[:, None] - centres
    solved = np.linalg.solve(total, difference.reshape(-1, 84).T).T.reshape(difference.shape)
    w = softmax(-0.5 * (difference * solved).sum(axis=2), axis=1)
    m = w @ centres
    expected = m + np.linalg.solve(total, (z - m).T).T @ covariance
    found = denoisers.build("shrunk-kernel", IMAGES, width=width)(x, sigma)
    np.testing.assert_allclose(found.reshape(3, -1), expected, rtol=0, atol=1e-6)


def test_covariance_of_the_mixture_is_that_of_the_data() -> None:
    """Up to N/(N-1): the images scatter by 1/N, the kernels are as wide as the 1/(N-1) estimate."""
    s = Statistics.fit(IMAGES)
    rows = as_rows(IMAGES) - s.mean
    for h in (0.2, 0.7):
        between = (1 - h**2) * (rows.T @ rows) / (len(rows) - 1)
        np.testing.assert_allclose(between + h**2 * s.covariance(), s.covariance(), atol=1e-12)


def test_batches_chunks_and_order(monkeypatch: pytest.MonkeyPatch) -> None:
    x = noisy(IMAGES, 0.7)
    sigma = torch.tensor([0.7, 0.1, 0.7])
    d = denoisers.build("shrunk-kernel", IMAGES)
    whole = d(x, sigma)
    torch.testing.assert_close(whole[1:2], d(x[1:2], 0.1), rtol=0, atol=1e-6)
    monkeypatch.setattr("explorer.denoisers.optimal.CHUNK", 7)
    torch.testing.assert_close(d(x, sigma), whole, rtol=0, atol=1e-6)
    turned = denoisers.build("shrunk-kernel", IMAGES[::-1].copy())
    torch.testing.assert_close(turned(x, sigma), whole, rtol=0, atol=1e-6)


def test_one_image_no_noise_and_wrong_widths() -> None:
    one = denoisers.build("shrunk-kernel", IMAGES[:1])
    x = noisy(IMAGES, 1.0)
    for sigma in (0.0, 0.01, 60.0):
        picture = torch.from_numpy(IMAGES[:1] / 127.5 - 1).float().expand(3, 2, 6, 7)
        torch.testing.assert_close(one(1e3 * x, sigma), picture, rtol=0, atol=1e-5)
    for width in (-0.1, 1.1, float("nan")):
        with pytest.raises(InputError, match="width"):
            denoisers.build("shrunk-kernel", IMAGES, width=width)
