"""Windows of Gaussians: closed forms, the whole-image mixture, joining by hand, and the limits."""

import numpy as np
import pytest
import torch

from explorer import denoisers
from explorer.core.errors import InputError
from explorer.denoisers import window_fit
from explorer.denoisers.gaussian_mixture import GaussianMixture
from explorer.denoisers.windows import windows
from tests.denoisers.sets import SIGMAS, as_rows, noisy, smooth

IMAGES = smooth()  # (200, 2, 6, 7), one dead pixel
LIVE = np.arange(84) != 0


def build(data: np.ndarray = IMAGES, **options):
    return denoisers.build("windowed-mixture", data, cache=None, **options)


@pytest.mark.parametrize("sigma", SIGMAS)
def test_one_gaussian_of_the_whole_image_is_the_wiener_filter_of_its_covariance(
    sigma: float,
) -> None:
    x = noisy(IMAGES, sigma).double()
    z, rows = x.reshape(3, -1).numpy()[:, LIVE], as_rows(IMAGES)[:, LIVE]
    mu, covariance = rows.mean(axis=0), np.cov(rows.T, bias=True) + 0.003 * np.eye(83)
    gain = np.linalg.solve(covariance + sigma**2 * np.eye(83), covariance)
    expected = mu + (z - mu) @ gain
    found = build(window=7, components=1, floor=0.003)(x, sigma).reshape(3, -1).numpy()[:, LIVE]
    # Eigenvectors are kept in float32: 84 roundings of 6e-8, times inputs of about sigma.
    np.testing.assert_allclose(found, expected, rtol=0, atol=2e-6 * (1 + sigma))


@pytest.mark.parametrize("sigma", SIGMAS)
def test_one_window_of_the_full_size_is_the_mixture_of_whole_images(sigma: float) -> None:
    d = build(window=7, components=4)
    [window] = d.windows(7)
    assert len(window.weights) == 4
    vectors = window.vectors.astype(np.float64)
    covariances = (vectors * window.values[:, None]) @ vectors.transpose(0, 2, 1)
    whole = GaussianMixture(window.weights, window.means, covariances, (1, 1, 83))
    x = noisy(IMAGES, sigma).double()
    expected = whole(x.reshape(3, -1)[:, LIVE].reshape(3, 1, 1, 83), sigma).reshape(3, 83)
    found = d(x, sigma).reshape(3, -1)[:, LIVE]
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-5 * (1 + sigma))


def test_variance_is_that_of_the_mixture_by_sampling_free_sums() -> None:
    """Two components of one pixel: posterior mean and variance by quadrature."""
    values, centres = np.array([[0.04], [0.25]]), np.array([[-0.5], [0.75]])
    window = window_fit.Window(
        np.arange(1), np.array([0.3, 0.7]), centres, values, np.ones((2, 1, 1), np.float32)
    )
    grid = np.linspace(-6, 6, 20001)
    prior = sum(
        w / np.sqrt(v) * np.exp(-((grid - m) ** 2) / (2 * v))
        for w, m, v in zip((0.3, 0.7), centres[:, 0], values[:, 0], strict=True)
    )
    for z, sigma in ((0.2, 0.3), (-1.0, 1.5), (0.1, 0.05)):
        p = prior * np.exp(-((grid - z) ** 2) / (2 * sigma**2))
        p /= p.sum()
        mean = (p * grid).sum()
        found = window_fit.posterior(window, torch.tensor([[z]], dtype=torch.float64), sigma)
        assert found[0].item() == pytest.approx(mean, abs=1e-9)
        assert found[1].item() == pytest.approx((p * (grid - mean) ** 2).sum(), abs=1e-9)


def test_windows_are_joined_by_inverse_variance() -> None:
    d = build(window=3, components=3, stride=2)
    x, sigma = noisy(IMAGES, 0.6).double(), 0.6
    rows = x.reshape(3, -1)
    top, bottom = np.zeros((3, 84)), np.zeros((3, 84))
    found = d.windows(3)
    assert len(found) == 3 * 3
    for window in found:
        mean, variance = window_fit.posterior(window, rows[:, window.index], sigma)
        for j, pixel in enumerate(window.index):
            top[:, pixel] += (mean[:, j] / variance[:, j]).numpy()
            bottom[:, pixel] += (1 / variance[:, j]).numpy()
    expected = (top / np.where(bottom > 0, bottom, 1))[:, LIVE]
    answer = d(x, sigma).reshape(3, -1).numpy()
    np.testing.assert_allclose(answer[:, LIVE], expected, rtol=0, atol=1e-12)
    assert answer[:, 0] == pytest.approx(9 / 127.5 - 1, abs=1e-12)  # dead: its value


@pytest.mark.parametrize("shape", [(1, 5, 9), (3, 7, 7)])
@pytest.mark.parametrize(("size", "stride"), [(1, 1), (3, 3), (4, 3), (6, 2), (20, 5)])
def test_windows_cover_every_live_pixel_and_no_other(shape, size: int, stride: int) -> None:
    live = np.random.default_rng(0).random(int(np.prod(shape))) < 0.6
    found = windows(shape, size, stride=stride, live=live)
    assert np.array_equal(np.unique(np.concatenate(found)), np.flatnonzero(live))
    assert all(len(np.unique(w)) == len(w) <= shape[0] * size**2 for w in found)


def test_clusters_that_are_there_are_found() -> None:
    """Three groups far apart; the control, one Gaussian, cannot tell them apart."""
    generator = np.random.default_rng(0)
    truth = generator.integers(3, size=300)
    centres = generator.integers(60, 200, size=(3, 1, 4, 4))
    groups = np.clip(centres[truth] + generator.normal(0, 3, (300, 1, 4, 4)), 0, 255)
    images = groups.astype(np.uint8)
    labels = window_fit.clusters(
        images.reshape(300, 16), 3, shrinkage=20.0, floor=1e-4, generator=generator
    )
    assert len({(a, b) for a, b in zip(truth, labels, strict=True)}) == 3
    clean = torch.from_numpy(images[:50] / 127.5 - 1.0)
    x = clean + 0.5 * torch.from_numpy(generator.normal(size=clean.shape))
    errors = [
        (build(images, window=4, components=k)(x, 0.5) - clean).square().mean() for k in (3, 1)
    ]
    assert errors[0] < 0.5 * errors[1]


def test_same_seed_same_bits_and_the_disk_gives_them_back(own_cache) -> None:
    x = noisy(IMAGES, 0.5)
    first, again = build(window=3), build(window=3)
    assert torch.equal(first(x, 0.5), again(x, 0.5))
    kept = [
        denoisers.build("windowed-mixture", IMAGES, window=3, cache=own_cache) for _ in range(2)
    ]
    assert torch.equal(kept[0](x, 0.5), first(x, 0.5))
    assert len(list(own_cache.iterdir())) == 1
    assert torch.equal(kept[1](x, 0.5), first(x, 0.5))
    other = build(window=3, images=100, seed=1)
    assert not torch.equal(other(x, 0.5), first(x, 0.5))


def test_a_sample_alone_is_itself_in_a_batch_and_sizes_go_by_level() -> None:
    d = build(window={10.0: 6, 0.1: 3})
    x = noisy(IMAGES, 1.0)
    sigma = torch.tensor([12.0, 0.05, 0.05])
    together = d(x, sigma)
    for i in range(3):
        torch.testing.assert_close(
            d(x[i : i + 1], sigma[i]), together[i : i + 1], rtol=0, atol=1e-6
        )
    torch.testing.assert_close(build(window=6)(x[:1], 12.0), together[:1], rtol=0, atol=1e-6)
    torch.testing.assert_close(build(window=3)(x[1:], 0.05), together[1:], rtol=0, atol=1e-6)


@pytest.mark.parametrize("sigma", [0.0, 0.01, 1.0, 60.8])
def test_nothing_breaks_at_the_ends(sigma: float) -> None:
    x = noisy(IMAGES, 1.0)
    for images in (IMAGES, IMAGES[:1], IMAGES[:3], np.full_like(IMAGES, 77)):
        d = build(images, window=3)
        for scale in (1.0, 1e3):
            found = d(scale * x, sigma)
            assert found.shape == x.shape
            assert torch.isfinite(found).all()
    constant = build(np.full_like(IMAGES, 77), window=3)(x, sigma)
    torch.testing.assert_close(constant, torch.full_like(x, 77 / 127.5 - 1))
    if sigma == 0.0:
        live = torch.from_numpy(LIVE)
        found = build(window=3)(x, 0.0).flatten(1)[:, live]
        torch.testing.assert_close(found, x.flatten(1)[:, live], rtol=0, atol=1e-5)


def test_wrong_options_are_named() -> None:
    wrong = {
        "window": [0, 2.5, "best", {}],
        "components": [0],
        "stride": [0, 4],
        "floor": [0.0],
        "images": [0],
    }
    for name, values in wrong.items():
        for value in values:
            with pytest.raises(InputError):
                build(**({"window": 3} | {name: value}))(noisy(IMAGES, 1.0), 1.0)
