"""The mixture: score against autograd, density against scipy, one component against Wiener."""

import numpy as np
import pytest
import torch
from scipy.stats import multivariate_normal

from explorer import denoisers
from explorer.core.errors import InputError
from explorer.denoisers.gaussian_mixture import GaussianMixture
from tests.denoisers.sets import noisy, smooth

IMAGES = smooth()


@pytest.mark.parametrize("sigma", [0.0, 0.05, 0.7, 9.0])
def test_score_is_the_gradient_of_the_log_density(sigma: float) -> None:
    d = denoisers.build("gaussian-mixture", IMAGES, components=4)
    x = noisy(IMAGES, sigma).double().requires_grad_()
    d.log_density(x, sigma).sum().backward()
    torch.testing.assert_close(d.score(x.detach(), sigma), x.grad, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("sigma", [0.05, 0.7, 9.0])
def test_score_points_from_the_image_to_its_estimate(sigma: float) -> None:
    d = denoisers.build("gaussian-mixture", IMAGES, components=4)
    x = noisy(IMAGES, sigma).double()
    torch.testing.assert_close(d.score(x, sigma), (d(x, sigma) - x) / sigma**2, rtol=0, atol=1e-9)


@pytest.mark.parametrize("sigma", [0.05, 0.7])
def test_density_equals_scipys(sigma: float) -> None:
    d = denoisers.build("gaussian-mixture", IMAGES, components=3)
    x = noisy(IMAGES, sigma).double()
    rows = x.reshape(3, -1).numpy()
    parts = [
        np.log(w) + multivariate_normal(m, c + sigma**2 * np.eye(84)).logpdf(rows)
        for w, m, c in zip(d.weights, d.means, d.covariances, strict=True)
    ]
    np.testing.assert_allclose(d.log_density(x, sigma), np.logaddexp.reduce(parts), rtol=1e-10)


def test_one_component_is_the_wiener_filter() -> None:
    x = noisy(IMAGES, 0.5).double()
    mixture = denoisers.build("gaussian-mixture", IMAGES, components=1, floor=1e-12)
    scale = np.sqrt(199 / 200)  # the mixture divides by N, the statistics by N - 1
    wiener = denoisers.build("wiener", IMAGES)(x, 0.5 / scale)
    torch.testing.assert_close(mixture(x, 0.5), wiener, rtol=0, atol=1e-9)


def test_many_narrow_components_are_the_optimal_denoiser() -> None:
    few = IMAGES[:12]
    x = noisy(few, 0.8).double()
    means = few.reshape(12, -1) / 127.5 - 1
    narrow = GaussianMixture(
        np.full(12, 1 / 12), means, np.tile(1e-12 * np.eye(84), (12, 1, 1)), (2, 6, 7)
    )
    optimal = denoisers.build("optimal", few)(x, 0.8)
    torch.testing.assert_close(narrow(x, 0.8), optimal, rtol=0, atol=1e-9)


def test_levels_of_their_own_and_the_same_seed() -> None:
    x = noisy(IMAGES, 1.0)
    d, again = (denoisers.build("gaussian-mixture", IMAGES, components=5) for _ in range(2))
    sigma = torch.tensor([2.0, 0.1, 1.0])
    together = d(x, sigma)
    assert together.dtype == torch.float32
    for i in range(3):
        alone = d(x[i : i + 1], float(sigma[i]))
        torch.testing.assert_close(together[i : i + 1], alone, rtol=0, atol=1e-6)
    assert torch.equal(again(x, sigma), together)
    assert torch.isfinite(d(1e3 * x, 0.0)).all()


def test_wrong_inputs_are_named() -> None:
    for options in ({"components": 0}, {"components": 201}):
        with pytest.raises(InputError, match="components"):
            denoisers.build("gaussian-mixture", IMAGES, **options)
    with pytest.raises(InputError, match="floor"):
        denoisers.build("gaussian-mixture", IMAGES, floor=0.0)
    with pytest.raises(InputError, match="eigenvalue"):
        GaussianMixture(np.ones(1), np.zeros((1, 1)), np.zeros((1, 1, 1)), (1, 1, 1))
