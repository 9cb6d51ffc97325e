"""Sets of images and points: what they hold, what they refuse, and their fingerprint."""

import numpy as np
import pytest

from explorer.core.errors import InputError
from explorer.core.sets import ImageSet, PointSet

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (2500, 1, 3, 2)).astype(np.uint8)


def test_scaling_is_rounded_once():
    data = ImageSet(np.arange(256, dtype=np.uint8).reshape(256, 1, 1, 1), "levels")
    x = data.as_float(slice(None)).ravel()
    assert x.dtype == np.float32
    np.testing.assert_array_equal(x, (np.arange(256) / 127.5 - 1).astype(np.float32))
    assert x[0] == -1
    assert x[255] == 1
    np.testing.assert_array_equal(x, -x[::-1])
    assert data.as_float(7).shape == (1, 1, 1)
    assert data.as_float(np.array([1, 2])).shape == (2, 1, 1, 1)


def test_images_cannot_be_written_through_the_set():
    own = IMAGES.copy()
    data = ImageSet(own, "mine", np.arange(2500))
    with pytest.raises(ValueError, match="read-only"):
        data.images[0] = 0
    own[0] = 1  # the caller's array stays theirs
    assert data.labels is not None
    assert not data.labels.flags.writeable
    assert data.images.base is not None


def test_digest_names_pixels_and_shape_only(tmp_path):
    digest = ImageSet(IMAGES, "a").digest()
    assert digest == ImageSet(IMAGES.copy(), "b", np.zeros(2500, int)).digest()
    assert digest != ImageSet(IMAGES.reshape(2500, 1, 2, 3), "a").digest()
    assert digest != ImageSet(IMAGES[::-1], "a").digest()
    np.save(tmp_path / "x.npy", IMAGES)
    mapped = ImageSet(np.load(tmp_path / "x.npy", mmap_mode="r"), "a")
    assert isinstance(mapped.images, np.memmap)
    assert mapped.digest() == digest
    changed = IMAGES.copy()
    changed[-1, 0, 2, 1] ^= 1
    assert digest != ImageSet(changed, "a").digest()


@pytest.mark.parametrize(
    "images",
    [
        IMAGES.astype(float),
        IMAGES[0],
        IMAGES[:0],
        IMAGES[:, :0],
        [[1]],
        None,
    ],
)
def test_refuses_other_arrays(images):
    with pytest.raises(InputError) as error:
        ImageSet(images, "mine")
    assert error.value.field == "images"
    assert "mine" in str(error.value)


@pytest.mark.parametrize("labels", [np.zeros(3, int), np.zeros(2500), [0] * 2500])
def test_refuses_other_labels(labels):
    with pytest.raises(InputError, match="not 2500 whole numbers"):
        ImageSet(IMAGES, "mine", labels)


def test_points():
    points = RNG.normal(size=(5, 2))
    data = PointSet(points, "cloud", np.arange(5))
    assert (data.n, data.size) == (5, 2)
    assert data.digest() == PointSet(points.copy(), "other").digest()
    assert data.digest() != PointSet(points + 1e-16 + 1, "other").digest()
    for bad in (points[:0], points[0], points.astype(np.float32), points * np.nan, None):
        with pytest.raises(InputError, match="not a table of finite"):
            PointSet(bad, "cloud")
