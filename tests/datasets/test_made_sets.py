"""The sets that need no files: what they contain, their laws, and the same result every time."""

import numpy as np
import pytest

from explorer import datasets
from explorer.core.errors import InputError
from explorer.datasets import natural_patches, points, textures


def test_digits_are_scikit_learns():
    from sklearn.datasets import load_digits

    data = datasets.load()
    values, labels = load_digits(return_X_y=True)
    assert data.images.shape == (1797, 1, 8, 8)
    assert data.name == "digits"
    np.testing.assert_array_equal(np.round(data.images.reshape(1797, 64) / 255 * 16), values)
    np.testing.assert_array_equal(data.labels, labels)
    assert set(np.unique(data.images)) <= {round(255 * v / 16) for v in range(17)}
    np.testing.assert_array_equal(datasets.load("digits", 10).images, data.images[:10])


def test_patches_are_pieces_of_the_photographs():
    from sklearn.datasets import load_sample_image

    data = natural_patches.load(30, size=8, colour=True)
    pictures = [load_sample_image(name) for name in ("china.jpg", "flower.jpg")]
    assert data.labels is not None
    for image, label in zip(data.images, data.labels, strict=True):
        windows = np.lib.stride_tricks.sliding_window_view(pictures[label], (8, 8), axis=(0, 1))
        corner = np.argwhere((windows[..., 0, 0] == image[:, 0, 0]).all(-1))
        assert any((windows[y, x] == image).all() for y, x in corner)
    assert set(data.labels) == {0, 1}


def test_held_out_patches_share_no_pixel_with_the_rest(monkeypatch):
    """On pictures whose pixels say their column."""
    columns = np.broadcast_to(np.arange(200, dtype=np.uint8), (2, 1, 50, 200))
    monkeypatch.setattr(natural_patches, "_photographs", lambda _: columns)
    train, held = natural_patches.load(2000, size=8), natural_patches.held_out(2000, size=8)
    assert train.images.min() == 0
    assert train.images.max() == 159
    assert held.images.min() == 160
    assert held.images.max() == 199


@pytest.mark.parametrize("kind", textures.SPECTRA)
def test_fields_have_their_spectrum(kind):
    """Mean periodogram of 1,000 fields against s^2 P(k).

    Each is a mean of exponential variables, deviation P / sqrt(n) (sqrt(2) at four frequencies): 6
    of them over 40 frequencies is a false-alarm rate of 1e-6. Rounding adds 1/12 of a level, kept.
    """
    n, size, s = 1000, 8, 0.2
    images = datasets.load("textures", n, size=size, kind=kind, deviation=s, length=2.0)
    x = images.as_float(slice(None))[:, 0].astype(float)
    found = (np.abs(np.fft.fft2(x)) ** 2).mean(0) / size**2
    power = textures.spectrum(size, kind, length=2.0)
    expected = s**2 * power + 1 / 12 / 127.5**2
    assert (np.abs(found - expected) < 6 * np.sqrt(2 / n) * expected).all()
    if kind != "white":  # control: another spectrum is seen
        other = s**2 * textures.spectrum(size, "white")
        assert (np.abs(found - other) > 6 * np.sqrt(2 / n) * other).any()


def test_channels_of_fields_correlate():
    """Correlation of 64,000 nearly independent pixels: 3/4 within 0.02, five deviations."""
    data = datasets.load("textures", 1000, size=8, kind="white", colour=True)
    x = data.as_float(slice(None)).transpose(1, 0, 2, 3).reshape(3, -1)
    assert np.abs(np.corrcoef(x) - (0.75 + 0.25 * np.eye(3))).max() < 0.02


def test_points_lie_where_the_formula_says():
    moons = datasets.load("points", 500, noise=0.0)
    assert moons.labels is not None
    up = moons.points[moons.labels == 0]
    down = np.array([1.0, 0.5]) - moons.points[moons.labels == 1]
    for half in (up, down):
        np.testing.assert_allclose(np.hypot(*half.T), 1, atol=1e-12)
        assert half[:, 1].min() >= 0
    rings = points.load(500, kind="rings", noise=0.0)
    assert rings.labels is not None
    np.testing.assert_allclose(3 * np.hypot(*rings.points.T), rings.labels + 1, atol=1e-12)
    mixture = points.load(500, kind="mixture", components=5, noise=0.0)
    assert len(np.unique(mixture.points.round(9), axis=0)) == 5
    noisy = points.load(20_000, kind="mixture", components=1, noise=0.3)
    spread = noisy.points.std(0)  # deviation of a deviation: s / sqrt(2 n); five of them
    assert (np.abs(spread - 0.3) < 5 * 0.3 / np.sqrt(40_000)).all()


@pytest.mark.parametrize("name", ["natural-patches", "textures", "points"])
def test_a_sample_does_not_depend_on_how_many_are_made(name):
    def values(data):
        return data.points if name == "points" else data.images

    many = datasets.load(name, 2500)
    np.testing.assert_array_equal(values(datasets.load(name, 2500)), values(many))
    np.testing.assert_array_equal(values(datasets.load(name, 700)), values(many)[:700])
    assert (values(datasets.load(name, 700, seed=1)) != values(many)[:700]).any()
    held = values(datasets.held_out(name, 700))
    assert not (held[:, None] == values(many)[None, :700]).all(tuple(range(2, held.ndim + 1))).any()


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("digits", {"n": 0}),
        ("digits", {"n": 1798}),
        ("digits", {"n": True}),
        ("natural-patches", {"size": 3}),
        ("natural-patches", {"size": 65}),
        ("natural-patches", {"colour": "yes"}),
        ("natural-patches", {"n": 10**9}),
        ("textures", {"kind": "pink"}),
        ("textures", {"exponent": float("nan")}),
        ("textures", {"length": 0.0}),
        ("textures", {"deviation": 3}),
        ("textures", {"seed": -1}),
        ("points", {"kind": "spiral"}),
        ("points", {"noise": -0.1}),
        ("points", {"components": 0}),
    ],
)
def test_refuses_in_words(name, options):
    with pytest.raises(InputError) as error:
        datasets.load(name, **options)
    assert error.value.field == next(iter(options))
