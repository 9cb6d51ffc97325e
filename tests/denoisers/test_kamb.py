"""The three machines of Kamb and Ganguli against loops over everything in float64."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer import denoisers
from explorer.core.errors import InputError
from explorer.denoisers.patch_sizes import kamb
from tests.denoisers.patch_oracles import TEN, by_class, equivariant, local, tolerance
from tests.denoisers.sets import as_rows, noisy, smooth

IMAGES = smooth(70)
FEW = smooth(4, (2, 7, 7))
ENGINES = ["compiled", "torch"]
MACHINES = ["kamb-ls", "kamb-els", "kamb-bbels"]


def error(found: torch.Tensor, expected: np.ndarray) -> float:
    return float(np.abs(found.double().numpy() - expected).max())


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("sigma", [*TEN, 0.002])
def test_local_equals_loops(engine: str, sigma: float) -> None:
    x = noisy(IMAGES, sigma)
    for k in (1, 3, 5, 9):
        found = denoisers.build("kamb-ls", IMAGES, patch=k, engine=engine).posterior(x, sigma)
        mean, p = local(IMAGES, x, sigma, k)
        assert error(found.mean, mean) <= tolerance(sigma)
        for c in range(2):
            np.testing.assert_allclose(found.effective[:, c], 1 / (p**2).sum(-1), rtol=1e-4)
            np.testing.assert_allclose(found.largest[:, c], p.max(-1), rtol=1e-4)
            chosen = np.take_along_axis(p, found.heaviest[:, c, ..., None].numpy(), -1)[..., 0]
            np.testing.assert_allclose(chosen, p.max(-1), rtol=1e-4)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("sigma", [*TEN, 0.002])
def test_equivariant_equals_loops(engine: str, sigma: float) -> None:
    x = noisy(FEW, sigma)
    for k in (1, 3, 5, 7):
        found = denoisers.build("kamb-els", FEW, patch=k, engine=engine).posterior(x, sigma)
        mean, effective, heaviest = equivariant(FEW, x, sigma, k)
        assert error(found.mean, mean) <= tolerance(sigma)
        np.testing.assert_allclose(found.effective[:, 1], effective, rtol=1e-4)
        assert (found.heaviest[:, 0].numpy() == heaviest).mean() > 0.99


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("sigma", TEN)
def test_classes_equal_loops(engine: str, sigma: float) -> None:
    x = noisy(FEW, sigma, n=1)
    for k in (3, 5):
        found = denoisers.build("kamb-bbels", FEW, patch=k, engine=engine)(x, sigma)
        assert error(found, by_class(FEW, x, sigma, k)) <= tolerance(sigma)


def test_oblong_images() -> None:
    images = smooth(5, (1, 5, 9))
    x = noisy(images, 0.7)
    for engine in ENGINES:
        found = denoisers.build("kamb-bbels", images, patch=3, engine=engine)(x, 0.7)
        assert error(found, by_class(images, x, 0.7, 3)) <= 1e-5
        found = denoisers.build("kamb-els", images, patch=5, engine=engine)(x, 0.7)
        assert error(found, equivariant(images, x, 0.7, 5)[0]) <= 1e-5


def test_classes_on_seven_by_seven() -> None:
    """Places of one image that differ in nothing but their class answer with their own class."""
    image = np.zeros((1, 1, 7, 7), dtype=np.uint8)
    rows, columns = np.arange(7)[:, None], np.arange(7)[None, :]
    kind = np.array([0, 1, 2, 2, 2, 3, 4])  # k = 5: two rows at each border, three inside
    image[0, 0] = 40 * kind[rows] + 8 * kind[columns]
    d = denoisers.build("kamb-bbels", image, patch=5)
    # No information in x at all: every place answers with the plain mean over its class.
    found = d(torch.zeros(1, 1, 7, 7, dtype=torch.float64), 1e6)
    np.testing.assert_allclose(found[0, 0], image[0, 0] / 127.5 - 1.0, atol=1e-6)
    counts = d.posterior(torch.zeros(1, 1, 7, 7, dtype=torch.float64), 1e6).effective[0, 0]
    inside = np.isin(np.arange(7), (2, 3, 4))
    expected = np.where(inside[:, None], 3, 1) * np.where(inside, 3, 1)
    np.testing.assert_allclose(counts, expected, rtol=1e-5)


def test_a_patch_of_the_whole_image_is_local() -> None:
    x = noisy(FEW, 0.5)
    options = {"patch": 7}
    local_one, classes = (
        denoisers.build(name, FEW, **options)(x, 0.5) for name in ("kamb-ls", "kamb-bbels")
    )
    assert torch.equal(local_one, classes)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("sigma", [20.0, 1.0, 0.1])
def test_a_patch_that_covers_everything_is_the_optimal_denoiser(engine: str, sigma: float) -> None:
    x = noisy(IMAGES, sigma)
    found = denoisers.build("kamb-ls", IMAGES, patch=13, engine=engine)(x, sigma)
    torch.testing.assert_close(
        found, denoisers.build("optimal", IMAGES)(x, sigma), atol=2e-6, rtol=0
    )


@pytest.mark.parametrize("name", MACHINES)
@pytest.mark.parametrize("engine", ENGINES)
def test_limits(name: str, engine: str) -> None:
    x = noisy(FEW, 1.0).double()
    same = np.repeat(FEW[2:3], 5, axis=0)
    one, five = (
        denoisers.build(name, images, patch=3, engine=engine).posterior(x, 1.0)
        for images in (FEW[2:3], same)
    )
    torch.testing.assert_close(five.mean, one.mean, atol=1e-6, rtol=0)
    torch.testing.assert_close(five.effective, 5 * one.effective, rtol=1e-5, atol=0)
    if name == "kamb-ls":
        alone = as_rows(FEW[2:3]).reshape(1, 2, 7, 7)
        assert error(one.mean, np.repeat(alone, 3, axis=0)) < 1e-6
    flat = denoisers.build(name, np.full((6, 1, 7, 7), 77, np.uint8), patch=3, engine=engine)
    assert error(flat(x[:, :1], 0.3), np.full((3, 1, 7, 7), 77 / 127.5 - 1)) < 1e-6


@pytest.mark.parametrize("name", MACHINES)
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kind", [torch.float16, torch.float32, torch.float64])
def test_no_input_breaks_them(name: str, engine: str, kind: torch.dtype) -> None:
    d = denoisers.build(name, FEW, engine=engine)
    for level in (80.0, 0.01, 1e-9, 0.0):
        for value in (1e3, -1e3):
            answer = d.posterior(torch.full((1, 2, 7, 7), value, dtype=kind), level)
            assert answer.mean.dtype == kind
            assert bool(torch.isfinite(answer.mean).all())
            assert bool((answer.mean.abs() <= 1.001).all())
            assert bool((answer.effective >= 1.0).all())


@pytest.mark.parametrize("name", MACHINES)
def test_alone_in_a_batch_and_by_levels(name: str) -> None:
    d = denoisers.build(name, IMAGES)
    sigmas = torch.tensor([0.3, 3.0, 0.3])
    x = torch.cat([noisy(IMAGES, float(s), n=1, seed=i) for i, s in enumerate(sigmas)])
    together = d(x, sigmas)
    for i, sigma in enumerate(sigmas):
        assert torch.equal(d(x[i : i + 1], float(sigma))[0], together[i])


@pytest.mark.parametrize("name", MACHINES)
@pytest.mark.parametrize("sigma", [12.0, 0.7, 0.01])
def test_order_and_threads(name: str, sigma: float) -> None:
    images = smooth(300, (1, 6, 6))
    x = noisy(images, sigma).double()
    once = denoisers.build(name, images, threads=1)(x, sigma)
    assert torch.equal(denoisers.build(name, images, threads=3)(x, sigma), once)
    shuffled = images[np.random.default_rng(0).permutation(len(images))]
    again = denoisers.build(name, shuffled)(x, sigma)
    torch.testing.assert_close(again, once, atol=2e-6, rtol=0)


def test_a_subset_says_so() -> None:
    d = denoisers.build("kamb-els", IMAGES, images=7, patch=3)
    assert d.approximate == "A subset: 7 of the 70 images."
    x = noisy(IMAGES, 0.5)
    found, expected = d.posterior(x, 0.5), denoisers.build("kamb-els", IMAGES[::10], patch=3)
    torch.testing.assert_close(found.mean, expected(x, 0.5))
    assert bool((found.heaviest % 10 == 0).all())
    assert denoisers.build("kamb-els", IMAGES).approximate == ""
    assert denoisers.build("kamb-els", IMAGES, images=None).approximate == ""


def test_published_sizes() -> None:
    """The levels of 1 - alpha_bar = sin^2(pi t / 2.016); t = 1 is nearly 80."""
    table = kamb(32)
    assert len(table.values) == 20
    t = np.arange(1, 21) / 20
    beta = np.sin(np.pi / 2 * t / 1.008) ** 2
    np.testing.assert_allclose(table.sigmas, np.sqrt(beta / (1 - beta)), rtol=1e-10)
    assert [table.at(s) for s in (1e-6, 0.0, 1e6)] == [3, 3, 25]
    assert max(kamb(8).values) == 7
    d = denoisers.build("kamb-ls", np.zeros((1, 1, 32, 32), np.uint8))
    assert [d.patch(s) for s in TEN] == [25, 17, 17, 15, 13, 9, 7, 5, 3, 3]
    mapped = denoisers.build("kamb-ls", IMAGES, patch={0.1: 3, 10.0: 7})
    assert [mapped.patch(s) for s in (0.9, 1.1)] == [3, 7]


def test_without_numba_torch_takes_over(monkeypatch: pytest.MonkeyPatch) -> None:
    x = noisy(IMAGES, 0.5)
    expected = denoisers.build("kamb-ls", IMAGES, engine="torch")(x, 0.5)
    d = denoisers.build("kamb-ls", IMAGES)
    assert not torch.equal(d(x, 0.5), expected)  # two engines, two roundings
    monkeypatch.setattr("explorer.denoisers.patch_sums.find_spec", lambda _: None)
    assert torch.equal(d(x, 0.5), expected)
    with pytest.raises(InputError, match="need numba"):
        denoisers.build("kamb-ls", IMAGES, engine="compiled")


@pytest.mark.parametrize(
    ("options", "field", "words"),
    [
        ({"patch": 4}, "patch", "odd whole number"),
        ({"patch": 0}, "patch", "odd whole number"),
        ({"patch": 2.5}, "patch", "not a patch size"),
        ({"patch": "wide"}, "patch", "not a patch size"),
        ({"patch": {}}, "patch", "not a patch size"),
        ({"patch": [(0.0, 3)]}, "patch", "sigma > 0"),
        ({"patch": [(1.0, 3), (1.0, 5)]}, "patch", "different sigma"),
        ({"patch": [(1.0, 3.5)]}, "patch", "odd whole number"),
        ({"patch": True}, "patch", "not a patch size"),
        ({"patch": 9}, "patch", "odd sizes up to 5"),
        ({"images": 0}, "images", "leaves no image"),
        ({"engine": "gpu"}, "engine", "Use auto, compiled or torch"),
        ({"threads": 0}, "threads", "number of threads"),
    ],
)
def test_wrong_options_are_named(options: dict, field: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        denoisers.build("kamb-els", IMAGES, **options)
    assert caught.value.field == field


@settings(max_examples=25, deadline=None)
@given(
    n=st.integers(1, 40),
    shape=st.tuples(st.integers(1, 3), st.integers(1, 6), st.integers(1, 6)),
    k=st.sampled_from([1, 3, 5]),
    sigma=st.floats(0.01, 80.0),
    name=st.sampled_from(MACHINES),
)
def test_engines_agree(n, shape, k, sigma, name) -> None:
    """All sizes of images and sets; both engines share nothing but the list of moves."""
    rng = np.random.default_rng(n)
    images = rng.integers(0, 256, (n, *shape), dtype=np.uint8)
    if k > min(shape[1:]) and name == "kamb-els":
        return
    x = noisy(images, sigma, n=min(n, 2)).double()
    one, other = (denoisers.build(name, images, patch=k, engine=e)(x, sigma) for e in ENGINES)
    torch.testing.assert_close(one, other, atol=tolerance(sigma), rtol=0)
