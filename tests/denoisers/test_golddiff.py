"""GoldDiff against its own steps written out, and against the exact denoiser."""

import numpy as np
import pytest
import torch

from explorer import denoisers
from explorer.core.errors import InputError
from explorer.denoisers.masks import masks
from explorer.denoisers.statistics import Statistics
from explorer.denoisers.wiener import Wiener
from tests.denoisers.patch_oracles import TEN, tolerance
from tests.denoisers.sets import as_rows, noisy, smooth

IMAGES = smooth(200, (1, 32, 32))
SMALL = smooth(200)


def masked_mean(images, matrix, x, sigma):
    """Equation 9, float64, for one noisy image."""
    rows, z = as_rows(images), x.double().reshape(-1).numpy()
    logits = -((rows - z) ** 2) @ matrix.T.astype(float) / (2 * sigma**2)
    p = np.exp(logits - logits.max(axis=0))
    return (p * rows).sum(axis=0) / p.sum(axis=0)


@pytest.mark.parametrize("sigma", TEN)
@pytest.mark.parametrize("mask", ["published", "symmetric"])
@pytest.mark.parametrize("pool", ["random", "coarse"])
def test_everything_is_exact(sigma: float, mask: str, pool: str) -> None:
    x = noisy(SMALL, sigma)
    options = {"mask": mask, "threshold": 0.05}
    every = denoisers.build("golddiff", SMALL, smallest=200, largest=200, pool=pool, **options)
    exact = denoisers.build("locality", SMALL, **options)
    assert every.approximate == ""
    one, other = every.posterior(x, sigma), exact.posterior(x, sigma)
    torch.testing.assert_close(one.mean, other.mean, atol=2e-6, rtol=0)
    torch.testing.assert_close(one.effective, other.effective, rtol=1e-4, atol=0)
    assert (one.heaviest == other.heaviest).float().mean() > 0.99


@pytest.mark.parametrize("sigma", TEN)
def test_steps_of_the_coarse_pool(sigma: float) -> None:
    x = noisy(IMAGES, sigma, n=2)
    d = denoisers.build("golddiff", IMAGES, pool="coarse", mask="symmetric", threshold=0.1)
    eta = sigma / np.sqrt(1 + sigma**2)
    m, k = round(20 + 180 * (1 - eta)), max(10, round(20 - 10 * (1 - eta)))
    assert d.counts(sigma) == (m, k)
    matrix = masks(Wiener(Statistics.fit(IMAGES)), sigma, threshold=0.1).rows(slice(None))
    for b in range(2):
        z = x[b].double().numpy()
        low = (IMAGES / 127.5 - 1).reshape(200, 16, 2, 16, 2).mean(axis=(2, 4))
        far = ((low - z.reshape(16, 2, 16, 2).mean(axis=(1, 3))) ** 2).sum(axis=(1, 2))
        pool = np.argsort(far)[:m]
        far = ((as_rows(IMAGES[pool]) - z.reshape(-1)) ** 2).sum(axis=1)
        used = np.sort(pool[np.argsort(far)[:k]])
        assert np.array_equal(d.subset(z, sigma), used)
        found = d.posterior(x[b : b + 1], sigma)
        expected = masked_mean(IMAGES[used], matrix, x[b], sigma)
        assert np.abs(found.mean.reshape(-1).numpy() - expected).max() <= tolerance(sigma)
        assert np.isin(found.heaviest.numpy(), used).all()


def test_steps_of_the_random_pool_of_all_images() -> None:
    """Without noise the pool is every image: nothing is random, and K_max pass the first step."""
    d = denoisers.build("golddiff", IMAGES, mask="symmetric")
    differ = 0
    for seed in range(5):
        z = np.random.default_rng(seed).normal(size=(1, 32, 32))
        low = (IMAGES / 127.5 - 1).reshape(200, 16, 2, 16, 2).mean(axis=(2, 4))
        far = ((low - z.reshape(16, 2, 16, 2).mean(axis=(1, 3))) ** 2).sum(axis=(1, 2))
        coarse = np.argsort(far)
        far = ((as_rows(IMAGES) - z.reshape(-1)) ** 2).sum(axis=1)
        used = np.sort(coarse[:20][np.argsort(far[coarse[:20]])[:10]])
        assert np.array_equal(d.subset(z, 0.0), used)
        differ += not np.array_equal(used, np.sort(coarse[:10]))
    assert differ  # the second step has something to do


def test_steps_of_the_random_pool() -> None:
    """The pool is uniform: over 400 noisy images each image is drawn about as often.

    Counts are binomial(400, 20/200): beyond six standard deviations (36) in any of 200 images with
    probability under 1e-6. The noise is so high that pool and coarse search keep the same images.
    """
    rng = np.random.default_rng(0)
    d = denoisers.build("golddiff", IMAGES, smallest=20, largest=20, seed=5)
    assert d.counts(1e9) == (20, 20)
    drawn = np.concatenate([d.subset(1e9 * rng.normal(size=(1, 32, 32)), 1e9) for _ in range(400)])
    counts = np.bincount(drawn, minlength=200)
    assert counts.sum() == 8000
    assert np.abs(counts - 40).max() < 36
    always_the_same = np.bincount(np.tile(drawn[:20], 400), minlength=200)  # the control
    assert np.abs(always_the_same - 40).max() >= 36
    z = rng.normal(size=(1, 32, 32))
    other = denoisers.build("golddiff", IMAGES, smallest=20, largest=20, seed=6)
    assert np.array_equal(d.subset(z, 3.0), d.subset(z, 3.0))
    assert not np.array_equal(d.subset(z, 3.0), other.subset(z, 3.0))
    # Without noise the pool is everything, and the nearest images are found.
    clean = as_rows(IMAGES)[7].reshape(1, 32, 32)
    assert 7 in d.subset(clean, 0.0)


def test_published_numbers() -> None:
    """Published: CIFAR-10 2,500 and 5,000, MNIST 3,000 and 6,000; tau .03 and .02."""
    for n, shape, low, high, tau in (
        (600, (1, 4, 4), 30, 60, 0.02),
        (500, (3, 4, 4), 25, 50, 0.03),
    ):
        d = denoisers.build("golddiff", smooth(n, shape))
        assert (d.smallest, d.largest, d.source.threshold, d.source.rule) == (
            low,
            high,
            tau,
            "published",
        )
        assert d.approximate == f"A subset: {low} to {high} of the {n} images."
    sizes = [d.counts(s) for s in TEN]
    assert sizes == sorted(sizes, key=lambda pair: pair[0])
    assert [k for _, k in sizes] == sorted((k for _, k in sizes), reverse=True)
    assert d.counts(0.0) == (500, 25)


@pytest.mark.parametrize("pool", ["random", "coarse"])
def test_alone_in_a_batch_and_by_levels(pool: str) -> None:
    d = denoisers.build("golddiff", SMALL, pool=pool, mask="symmetric")
    sigmas = torch.tensor([0.3, 3.0, 0.3])
    x = torch.cat([noisy(SMALL, float(s), n=1, seed=i) for i, s in enumerate(sigmas)])
    together = d(x, sigmas)
    assert together.dtype == torch.float32
    for i, sigma in enumerate(sigmas):
        assert torch.equal(d(x[i : i + 1], float(sigma))[0], together[i])


def test_order_of_the_data() -> None:
    x = noisy(SMALL, 0.7).double()
    options = {"pool": "coarse", "mask": "symmetric"}
    once = denoisers.build("golddiff", SMALL, **options)(x, 0.7)
    shuffled = SMALL[np.random.default_rng(0).permutation(200)]
    again = denoisers.build("golddiff", shuffled, **options)(x, 0.7)
    torch.testing.assert_close(again, once, atol=2e-6, rtol=0)


def test_limits() -> None:
    x = noisy(SMALL, 1.0).double()
    alone = torch.from_numpy(as_rows(SMALL[4:5]).reshape(1, 2, 6, 7)).expand(3, 2, 6, 7)
    for copies in (1, 30):
        d = denoisers.build("golddiff", np.repeat(SMALL[4:5], copies, axis=0))
        torch.testing.assert_close(d(x, 1.0), alone, atol=1e-6, rtol=0)
        for level in (80.0, 0.01, 0.0):
            assert bool(torch.isfinite(d(torch.full_like(x, 1e3), level)).all())


@pytest.mark.parametrize(
    ("options", "field", "words"),
    [
        ({"smallest": 0}, "smallest", "1 <= smallest <= largest <= 200"),
        ({"smallest": 30, "largest": 20}, "smallest", "1 <= smallest <= largest <= 200"),
        ({"largest": 201}, "smallest", "1 <= smallest <= largest <= 200"),
        ({"pool": "fine"}, "pool", "Use random or coarse"),
        ({"threshold": -1.0}, "threshold", "not a number >= 0"),
        ({"mask": "round"}, "mask", "symmetric or published"),
    ],
)
def test_wrong_options_are_named(options: dict, field: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        denoisers.build("golddiff", SMALL, **options)
    assert caught.value.field == field
