"""The patch-set posterior composite against loops over all patches in float64."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer import denoisers
from explorer.core.errors import InputError
from explorer.denoisers.patch_sizes import niedoba
from tests.denoisers.patch_oracles import TEN, patch_sets, tolerance
from tests.denoisers.sets import as_rows, noisy, smooth

IMAGES = smooth(70)
ENGINES = ["compiled", "torch"]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("flips", [False, True])
@pytest.mark.parametrize("sigma", [*TEN, 0.002])
def test_equals_loops(engine: str, flips: bool, sigma: float) -> None:
    x = noisy(IMAGES, sigma)
    data = np.concatenate([IMAGES, IMAGES[..., ::-1]]) if flips else IMAGES
    for p in (1, 2, 3, 6):
        d = denoisers.build("niedoba", IMAGES, patch=p, engine=engine, flips=flips)
        found = d.posterior(x, sigma)
        mean, w = patch_sets(data, x, sigma, p)
        assert np.abs(found.mean.numpy() - mean).max() <= tolerance(sigma)
        for c in range(2):
            np.testing.assert_allclose(found.effective[:, c], 1 / (w**2).sum(-1), rtol=1e-4)
            np.testing.assert_allclose(found.largest[:, c], w.max(-1), rtol=1e-4)
            index = found.heaviest[:, c, ..., None].numpy()
            chosen = np.take_along_axis(w, index, -1)
            if flips:  # a heaviest image may be meant in the mirror
                chosen = np.maximum(chosen, np.take_along_axis(w, index + 70, -1))
            np.testing.assert_allclose(chosen[..., 0], w.max(-1), rtol=1e-4)


def test_oblong_images() -> None:
    images = smooth(9, (1, 5, 9))
    x = noisy(images, 0.7)
    for engine in ENGINES:
        for flips in (False, True):
            data = np.concatenate([images, images[..., ::-1]]) if flips else images
            d = denoisers.build("niedoba", images, patch=4, engine=engine, flips=flips)
            expected = patch_sets(data, x, 0.7, 4)[0]
            np.testing.assert_allclose(d(x, 0.7), expected, rtol=0, atol=1e-5)


def test_flips_make_mirror_images_alike() -> None:
    x = noisy(IMAGES, 0.7).double()
    d = denoisers.build("niedoba", IMAGES, patch=3, flips=True)
    torch.testing.assert_close(d(x.flip(3), 0.7), d(x, 0.7).flip(3), atol=1e-6, rtol=0)
    plain = denoisers.build("niedoba", IMAGES, patch=3)
    assert (plain(x.flip(3), 0.7) - plain(x, 0.7).flip(3)).abs().max() > 1e-2


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("sigma", [20.0, 1.0, 0.1])
def test_one_patch_is_the_optimal_denoiser(engine: str, sigma: float) -> None:
    images = smooth(200, (2, 6, 6))
    x = noisy(images, sigma)
    found = denoisers.build("niedoba", images, patch=6, engine=engine)(x, sigma)
    torch.testing.assert_close(
        found, denoisers.build("optimal", images)(x, sigma), atol=2e-6, rtol=0
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_patches_of_one_pixel_are_the_local_machine(engine: str) -> None:
    x = noisy(IMAGES, 0.5)
    found = denoisers.build("niedoba", IMAGES, patch=1, engine=engine)(x, 0.5)
    expected = denoisers.build("kamb-ls", IMAGES, patch=1)(x, 0.5)
    torch.testing.assert_close(found, expected, atol=2e-6, rtol=0)


@pytest.mark.parametrize("engine", ENGINES)
def test_limits(engine: str) -> None:
    x = noisy(IMAGES, 1.0).double()
    alone = torch.from_numpy(as_rows(IMAGES[4:5]).reshape(1, 2, 6, 7)).expand(3, 2, 6, 7)
    for copies in (1, 5, 40):
        same = np.repeat(IMAGES[4:5], copies, axis=0)
        answer = denoisers.build("niedoba", same, patch=3, engine=engine).posterior(x, 1.0)
        torch.testing.assert_close(answer.mean, alone, atol=1e-6, rtol=0)
        expected = torch.full_like(answer.effective, copies)
        torch.testing.assert_close(answer.effective, expected, rtol=1e-5, atol=0)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kind", [torch.float16, torch.float32, torch.float64])
def test_no_input_breaks_it(engine: str, kind: torch.dtype) -> None:
    flat = np.full((6, 2, 6, 7), 77, np.uint8)
    for images in (IMAGES, flat):
        d = denoisers.build("niedoba", images, engine=engine)
        for level in (80.0, 0.01, 1e-9, 0.0):
            for value in (1e3, -1e3):
                answer = d.posterior(torch.full((1, 2, 6, 7), value, dtype=kind), level)
                assert answer.mean.dtype == kind
                assert bool(torch.isfinite(answer.mean).all())
                assert bool((answer.mean.abs() <= 1.001).all())
                assert bool((answer.effective >= 1.0).all())


def test_alone_in_a_batch_and_by_levels() -> None:
    for flips in (False, True):
        d = denoisers.build("niedoba", IMAGES, flips=flips)
        sigmas = torch.tensor([0.3, 3.0, 0.3])
        x = torch.cat([noisy(IMAGES, float(s), n=1, seed=i) for i, s in enumerate(sigmas)])
        together = d(x, sigmas)
        for i, sigma in enumerate(sigmas):
            assert torch.equal(d(x[i : i + 1], float(sigma))[0], together[i])


@pytest.mark.parametrize("sigma", [12.0, 0.7, 0.01])
def test_order_and_threads(sigma: float) -> None:
    images = smooth(1000, (1, 8, 8))
    x = noisy(images, sigma).double()
    once = denoisers.build("niedoba", images, threads=1)(x, sigma)
    assert torch.equal(denoisers.build("niedoba", images, threads=3)(x, sigma), once)
    shuffled = images[np.random.default_rng(0).permutation(len(images))]
    again = denoisers.build("niedoba", shuffled)(x, sigma)
    torch.testing.assert_close(again, once, atol=2e-6, rtol=0)


def test_published_sizes() -> None:
    """The 18 levels of EDM: (80^(1/7) + i/17 (0.002^(1/7) - 80^(1/7)))^7."""
    i = np.arange(18) / 17
    grid = (80 ** (1 / 7) + i * (0.002 ** (1 / 7) - 80 ** (1 / 7))) ** 7
    sizes = [32] * 7 + [23, 15, 11, 7, 5] + [3] * 6
    table = niedoba(32)
    assert [table.at(s) for s in grid] == sizes
    assert [niedoba(64).at(s) for s in grid] == [2 * size for size in sizes]
    assert [niedoba(28).at(s) for s in (80.0, grid[7], 0.002)] == [28, 20, 3]
    assert [niedoba(2).at(s) for s in (80.0, 0.002)] == [2, 1]
    assert denoisers.build("niedoba", IMAGES).patch(80.0) == 6


def field_like_a_network(seed: int = 0) -> np.ndarray:
    """A gradient per location that falls with distance, (42, 42)."""
    rng = np.random.default_rng(seed)
    y, x = np.divmod(np.arange(42), 7)
    far = np.hypot(y[:, None] - y, x[:, None] - x)
    return np.exp(-far) * rng.uniform(0.2, 1.0, (42, 42))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("sigma", TEN)
def test_flexible_masks_equal_loops(engine: str, sigma: float) -> None:
    fields = {2.0: field_like_a_network(), 0.2: field_like_a_network(1)}
    d = denoisers.build("niedoba", IMAGES, fields=fields, fractions={1.0: 0.6}, engine=engine)
    x = noisy(IMAGES, sigma)
    found = d(x, sigma).numpy()
    data, z = IMAGES / 127.5 - 1, x.double().numpy()
    field = fields[2.0 if sigma > np.sqrt(0.4) else 0.2]
    for r in range(42):
        order = np.argsort(-field[r])
        count = 1
        while field[r, order[:count]].sum() < 0.6 * field[r].sum():
            count += 1
        kept = np.union1d(order[:count], [r])
        flat = data.reshape(70, 2, 42)
        for b in range(3):
            far = ((flat[:, :, kept] - z[b].reshape(2, 42)[:, kept]) ** 2).sum(axis=(1, 2))
            p = np.exp(-(far - far.min()) / (2 * sigma**2))
            expected = (p / p.sum()) @ flat[:, :, r]
            assert np.abs(found[b].reshape(2, 42)[:, r] - expected).max() <= tolerance(sigma)


def test_flexible_masks_at_high_noise_are_the_optimal_denoiser() -> None:
    """The published fraction there is 1, whatever the field."""
    x = noisy(IMAGES, 60.0)
    d = denoisers.build("niedoba", IMAGES, fields={1.0: field_like_a_network()})
    torch.testing.assert_close(
        d(x, 60.0), denoisers.build("optimal", IMAGES)(x, 60.0), atol=1e-5, rtol=0
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"fields": {1.0: np.ones((3, 3))}}, r"not a table \(42, 42\)"),
        ({"fields": {1.0: -np.ones((42, 42))}}, r"not a table \(42, 42\)"),
        ({"fields": {1.0: np.ones((42, 42))}, "patch": 3}, "without patches or flips"),
        ({"fields": {1.0: np.ones((42, 42))}, "fractions": {1.0: 0.0}}, "cannot be held"),
        ({"fields": {1.0: np.ones((42, 42))}, "fractions": {1.0: 1.5}}, "cannot be held"),
        ({"fields": {0.0: np.ones((42, 42))}}, "different levels > 0"),
    ],
)
def test_wrong_fields_are_named(options: dict, words: str) -> None:
    with pytest.raises(InputError, match=words):
        denoisers.build("niedoba", IMAGES, **options)(noisy(IMAGES, 1.0), 1.0)


@pytest.mark.parametrize(
    ("options", "field", "words"),
    [
        ({"patch": 7}, "patch", "sizes from 1 to 6"),
        ({"patch": 0}, "patch", "whole number >= 1"),
        ({"patch": [(1.0, 2.5)]}, "patch", "whole number >= 1"),
        ({"engine": "gpu"}, "engine", "Use auto, compiled or torch"),
    ],
)
def test_wrong_options_are_named(options: dict, field: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        denoisers.build("niedoba", IMAGES, **options)
    assert caught.value.field == field


@settings(max_examples=25, deadline=None)
@given(
    n=st.integers(1, 70),
    shape=st.tuples(st.integers(1, 3), st.integers(1, 7), st.integers(1, 7)),
    p=st.integers(1, 7),
    sigma=st.floats(0.01, 80.0),
    flips=st.booleans(),
)
def test_engines_agree(n, shape, p, sigma, flips) -> None:
    rng = np.random.default_rng(n)
    images = rng.integers(0, 256, (n, *shape), dtype=np.uint8)
    x = noisy(images, sigma, n=min(n, 2)).double()
    options = {"patch": min(p, *shape[1:]), "flips": flips}
    one, other = (
        denoisers.build("niedoba", images, engine=e, **options)(x, sigma) for e in ENGINES
    )
    torch.testing.assert_close(one, other, atol=tolerance(sigma), rtol=0)
