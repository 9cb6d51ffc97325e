"""The locality denoiser, both engines, against brute force in float64 with the masks as given."""

import numpy as np
import pytest
import torch

from explorer import denoisers
from explorer.core.errors import InputError
from explorer.denoisers.masks import masks
from explorer.denoisers.statistics import Statistics
from explorer.denoisers.wiener import Wiener
from tests.denoisers.sets import SIGMAS, as_rows, noisy, smooth

IMAGES = smooth()
WIENER = Wiener(Statistics.fit(IMAGES))
ENGINES = ["tree", "fused"]


def posterior_weights(x, sigma, *, threshold, rule="symmetric", temperature=1.0, images=IMAGES):
    """Weights (B, d, N), every distance written out."""
    wiener = Wiener(Statistics.fit(images))
    m = masks(wiener, sigma, threshold=threshold, rule=rule).rows(slice(None))
    z = x.double().reshape(len(x), -1).numpy()
    squares = (z[:, None] - as_rows(images)) ** 2
    logits = -np.einsum("bin,qn->bqi", squares, m) / (2 * sigma**2 * temperature)
    return np.exp(logits - logits.max(axis=2, keepdims=True))


def averaged(weights, images=IMAGES):
    rows = as_rows(images)
    return np.einsum("bqi,iq->bq", weights, rows) / weights.sum(axis=2)


def tolerance(sigma: float) -> float:
    return 1e-5 if sigma >= 1.2 else 2e-4


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("sigma", [*SIGMAS, 0.002])
@pytest.mark.parametrize(
    ("rule", "threshold"), [("symmetric", 0.02), ("symmetric", 0.3), ("published", 0.02)]
)
def test_equals_brute_force(engine: str, sigma: float, rule: str, threshold: float) -> None:
    x = noisy(IMAGES, sigma)
    d = denoisers.build("locality", IMAGES, threshold=threshold, mask=rule, engine=engine)
    found = d.posterior(x, sigma)
    p = posterior_weights(x, sigma, threshold=threshold, rule=rule)
    np.testing.assert_allclose(
        found.mean.reshape(3, -1), averaged(p), rtol=0, atol=tolerance(sigma)
    )
    s = p.sum(axis=2)
    np.testing.assert_allclose(found.effective.reshape(3, -1), s**2 / (p**2).sum(axis=2), rtol=1e-4)
    np.testing.assert_allclose(found.largest.reshape(3, -1), 1 / s, rtol=1e-4)
    heaviest = found.heaviest.reshape(3, -1, 1).numpy()
    assert np.take_along_axis(p, heaviest, axis=2).min() > 1 - 1e-4


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("batch", [32, 64, 256])
@pytest.mark.parametrize("sigma", [3.4, 0.3])
def test_published_softmax(engine: str, batch: int, sigma: float) -> None:
    x = noisy(IMAGES, sigma)
    d = denoisers.build("locality", IMAGES, softmax="published", batch=batch, engine=engine)
    p = posterior_weights(x, sigma, threshold=0.02)
    parts = [averaged(p[:, :, i : i + batch], IMAGES[i : i + batch]) for i in range(0, 200, batch)]
    expected = np.mean(parts, axis=0)
    np.testing.assert_allclose(d(x, sigma).reshape(3, -1), expected, atol=tolerance(sigma))
    if batch == 256:  # one batch: the exact softmax
        exact = denoisers.build("locality", IMAGES, engine=engine)(x, sigma)
        torch.testing.assert_close(d(x, sigma), exact, atol=1e-6, rtol=0)
    else:
        assert np.abs(expected - averaged(p)).max() > 0.01


@pytest.mark.parametrize("engine", ENGINES)
def test_order_of_images_batch_and_threads(engine: str) -> None:
    shuffled = IMAGES[np.random.default_rng(2).permutation(200)]
    options = {"engine": engine, "threshold": 0.1}
    for sigma in SIGMAS:
        x = noisy(IMAGES, sigma)
        d = denoisers.build("locality", IMAGES, threads=2, **options)
        found = d(x, sigma)
        for other in (
            denoisers.build("locality", IMAGES, threads=1, **options)(x, sigma),
            torch.cat([d(x[i : i + 1], sigma) for i in range(3)]),
        ):
            torch.testing.assert_close(other, found, rtol=0, atol=0 if engine == "tree" else 1e-6)
        turned = denoisers.build("locality", shuffled, **options)(x, sigma)
        torch.testing.assert_close(turned, found, rtol=0, atol=tolerance(sigma))
    mixed = d(x, torch.tensor([9.0, 0.3, 9.0]))
    torch.testing.assert_close(mixed[1:2], d(x[1:2], 0.3), rtol=0, atol=1e-6)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("sigma", [6.2, 0.34, 0.01])
def test_limits(engine: str, sigma: float) -> None:
    x = noisy(IMAGES, sigma)
    full = denoisers.build("locality", IMAGES, threshold=0.0, engine=engine)
    torch.testing.assert_close(
        full(x, sigma), denoisers.build("optimal", IMAGES)(x, sigma), rtol=0, atol=1e-5
    )
    mean = (
        torch.from_numpy(as_rows(IMAGES).mean(axis=0)).float().reshape(2, 6, 7).expand(3, 2, 6, 7)
    )
    none = denoisers.build("locality", IMAGES, threshold=1.5, mask="published", engine=engine)
    torch.testing.assert_close(none(x, sigma), mean, rtol=0, atol=1e-6)
    hot = denoisers.build("locality", IMAGES, temperature=1e12, engine=engine)
    torch.testing.assert_close(hot(x, sigma), mean, rtol=0, atol=1e-5)
    own = denoisers.build("locality", IMAGES, threshold=1.5, engine=engine)(x, sigma)
    torch.testing.assert_close(own, one_dimensional(x, sigma), rtol=0, atol=1e-5)
    one = denoisers.build("locality", IMAGES[5:6], engine=engine)(1e3 * x, sigma)
    picture = torch.from_numpy(IMAGES[5:6] / 127.5 - 1).float().expand(3, 2, 6, 7)
    torch.testing.assert_close(one, picture, rtol=0, atol=1e-6)


def one_dimensional(x: torch.Tensor, sigma: float) -> torch.Tensor:
    """Posterior mean of every pixel from the histogram of its 256 values."""
    levels = np.arange(256) / 127.5 - 1
    z = x.double().reshape(3, -1).numpy()
    result = np.empty_like(z)
    for q in range(84):
        count = np.bincount(IMAGES.reshape(200, -1)[:, q], minlength=256)
        with np.errstate(divide="ignore"):
            logits = np.log(count) - (z[:, q, None] - levels) ** 2 / (2 * sigma**2)
        p = np.exp(logits - logits.max(axis=1, keepdims=True))
        result[:, q] = p @ levels / p.sum(axis=1)
    return torch.from_numpy(result).float().reshape(x.shape)


@pytest.mark.parametrize("engine", ENGINES)
def test_duplicates_extremes_and_constant_data(engine: str) -> None:
    x = noisy(IMAGES, 0.7)
    once = denoisers.build("locality", IMAGES, engine=engine, floor=0.01)
    twice = denoisers.build(
        "locality",
        np.concatenate([IMAGES, IMAGES]),
        engine=engine,
        statistics=once.source.wiener.statistics,
    )
    a, b = once.posterior(x, 0.7), twice.posterior(x, 0.7)
    torch.testing.assert_close(b.mean, a.mean, rtol=0, atol=2e-6)
    torch.testing.assert_close(b.effective, 2 * a.effective, rtol=1e-5, atol=0)
    flat = denoisers.build("locality", np.full((40, 2, 6, 7), 204, np.uint8), engine=engine)
    for sigma in SIGMAS:
        for value in (1e3, -1e3):
            extreme = torch.full((1, 2, 6, 7), value)
            assert once(extreme, sigma).abs().max() <= 1 + 1e-6
            torch.testing.assert_close(flat(extreme, sigma), torch.full((1, 2, 6, 7), 0.6))
    assert torch.isfinite(once(x, 0.0)).all()


def test_mask_of_a_pixel() -> None:
    d = denoisers.build("locality", IMAGES, threshold=0.1)
    field = d.mask((1, 2, 3), 0.7)
    assert np.array_equal(field.ravel(), d.masks(0.7).rows(59))
    assert np.array_equal(field, d.mask((1, 2, 3), 0.7))


def test_wrong_options_are_named() -> None:
    for name, value in (
        ("softmax", "other"),
        ("batch", 0),
        ("temperature", -1.0),
        ("engine", "x"),
        ("mask", "x"),
        ("threshold", -1.0),
    ):
        with pytest.raises(InputError, match=name if name != "mask" else "rule"):
            denoisers.build("locality", IMAGES, **{name: value})
    with pytest.raises(InputError, match="blocks of 32"):
        denoisers.build("locality", IMAGES, softmax="published", batch=100, engine="tree")


def test_without_numba_torch_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    d = denoisers.build("locality", IMAGES)
    assert d.engine_for(torch.device("cpu")) == "tree"
    assert d.engine_for(torch.device("meta")) == "fused"
    odd = denoisers.build("locality", IMAGES, softmax="published", batch=100)
    assert odd.engine_for(torch.device("cpu")) == "fused"
    x = noisy(IMAGES, 2.0)
    expected = d(x, 2.0)
    monkeypatch.setattr("explorer.denoisers.engines.find_spec", lambda _: None)
    assert d.engine_for(torch.device("cpu")) == "fused"
    torch.testing.assert_close(d(x, 2.0), expected, rtol=0, atol=1e-5)


def test_many_pixels_go_by_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    d = denoisers.build("locality", IMAGES, engine="fused")
    x = noisy(IMAGES, 2.0)
    whole = d.posterior(x, 2.0)
    monkeypatch.setattr("explorer.denoisers.fused.TILE", 30)
    monkeypatch.setattr("explorer.denoisers.fused.ROWS", {"cpu": 37})
    parts = d.posterior(x, 2.0)
    torch.testing.assert_close(parts.mean, whole.mean, rtol=0, atol=2e-6)
    torch.testing.assert_close(parts.effective, whole.effective, rtol=1e-5, atol=0)
    assert torch.equal(parts.heaviest, whole.heaviest)


def test_masks_and_trees_are_kept_on_disk(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    x = noisy(IMAGES, 0.7)
    first = denoisers.build("locality", IMAGES, cache=tmp_path)(x, 0.7)
    assert len(list(tmp_path.glob("*.arrays"))) == 3  # statistics, masks, tree

    def never(*_args, **_options):
        raise AssertionError("made again")

    monkeypatch.setattr("explorer.denoisers.cached_masks.masks", never)
    monkeypatch.setattr("explorer.denoisers.kernels.tree.difference_tree", never)
    again = denoisers.build("locality", IMAGES, cache=tmp_path)(x, 0.7)
    assert torch.equal(again, first)
