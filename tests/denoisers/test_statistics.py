"""Statistics: integers, bit for bit, whatever the shards; axes against numpy's covariance."""

from pathlib import Path

import numpy as np
import pytest

from explorer.core.errors import InputError
from explorer.denoisers import cache, sums
from explorer.denoisers.statistics import QUANTISATION, Statistics
from explorer.denoisers.sums import Sums


def pictures(n: int = 300, shape: tuple[int, int, int] = (2, 5, 6), seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    smooth = rng.integers(0, 200, (n, *shape)).cumsum(axis=3) // np.arange(1, shape[2] + 1)
    images = smooth.astype(np.uint8)
    images[:, 0, 0, 0] = 7  # a dead pixel
    return images


def exact_covariance(rows: np.ndarray) -> np.ndarray:
    """Python integers all the way, then one division."""
    s = rows.astype(object)
    n = len(rows)
    v = s.sum(axis=0)
    scatter = n * (s.T @ s) - np.outer(v, v)
    return (scatter / (n * (n - 1) * 127.5**2)).astype(float)


@pytest.mark.parametrize("cuts", [(), (1,), (299,), (10, 20, 150), (64, 128, 192, 256)])
def test_shards_give_the_same_bits(cuts: tuple[int, ...]) -> None:
    rows = pictures().reshape(300, -1)
    rng = np.random.default_rng(len(cuts))
    shards = [Sums.of(part) for part in np.split(rows[rng.permutation(300)], cuts)]
    order = rng.permutation(len(shards))
    joined = shards[order[0]]
    for i in order[1:]:
        joined += shards[i]
    whole = Sums.of(rows)
    assert np.array_equal(joined.covariance(), whole.covariance())
    assert np.array_equal(joined.mean(), whole.mean())
    np.testing.assert_allclose(whole.covariance(), exact_covariance(rows), rtol=1e-15)


def test_extreme_bytes_stay_exact() -> None:
    """The largest products, 1,024 to a chunk and a rest: float32 would round if it could."""
    rows = np.zeros((2049, 3), dtype=np.uint8)
    rows[:, 1] = 255
    rows[::2, 2] = 255
    found = Sums.of(rows).products
    s = rows.astype(np.int64) - 128
    assert np.array_equal(found, s.T @ s)


def test_panels_equal_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = pictures().reshape(300, -1)
    whole = Sums.of(rows).products
    monkeypatch.setattr(sums, "WIDE", 16)
    monkeypatch.setattr(sums, "PANEL", 7)
    assert np.array_equal(Sums.of(rows).products, whole)


def test_axes_are_those_of_the_covariance() -> None:
    images = pictures()
    s = Statistics.fit(images)
    x = images.reshape(300, -1) / 127.5 - 1.0
    np.testing.assert_allclose(s.mean, x.mean(axis=0), atol=1e-14)
    np.testing.assert_allclose(s.covariance(), np.cov(x.T), atol=1e-13)
    np.testing.assert_allclose(s.eigenvectors.T @ s.eigenvectors, np.eye(60), atol=1e-13)
    assert s.dead.sum() == 1
    assert s.dead[0]
    assert s.rank == 59
    assert (np.diff(s.eigenvalues) <= 0).all()


def test_few_images_have_small_rank_and_no_negative_eigenvalue() -> None:
    s = Statistics.fit(pictures(9))
    assert s.rank == 8
    assert (s.eigenvalues >= 0).all()


def test_floor_lifts_live_pixels_only() -> None:
    images = pictures(9)
    plain, lifted = Statistics.fit(images), Statistics.fit(images, floor="quantisation")
    difference = lifted.covariance() - plain.covariance()
    expected = np.diag(np.where(plain.dead, 0.0, QUANTISATION))
    np.testing.assert_allclose(difference, expected, atol=1e-15)


def test_one_image_and_constant_images() -> None:
    for n in (1, 4):
        s = Statistics.fit(np.full((n, 1, 2, 2), 51, dtype=np.uint8))
        assert s.dead.all()
        assert s.rank == 0
        np.testing.assert_allclose(s.mean, -0.6)
        assert not s.covariance().any()


def test_cut_off_removes_at_most_the_given_share() -> None:
    s = Statistics.fit(pictures())
    for percent in (0.0, 0.5, 10.0, 50.0, 100.0):
        plain, tail = s.low_rank(percent), s.low_rank(percent, tail=True)
        lost = 1.0 - plain.eigenvalues.sum() / s.eigenvalues.sum()
        assert lost <= percent / 100 + 1e-12
        removed = (plain.eigenvalues == 0) & (s.eigenvalues > 0)
        following = s.eigenvalues[~removed & (s.eigenvalues > 0)]
        if following.size:  # the next one would have been too much
            assert lost + following[-1] / s.eigenvalues.sum() > percent / 100 - 1e-12
        np.testing.assert_allclose(tail.eigenvalues.sum(), s.eigenvalues.sum())
        assert (tail.eigenvalues[-1], plain.digest != tail.digest) == (0.0, True)


def test_kept_on_disk_and_found_again(tmp_path: Path) -> None:
    images = pictures()
    first = Statistics.fit(images, cache=tmp_path)
    [path] = tmp_path.glob("*")
    again = Statistics.fit(images, cache=tmp_path)
    assert np.array_equal(first.eigenvectors, again.eigenvectors)
    assert (first.digest, first.rank, first.shape) == (again.digest, again.rank, again.shape)
    path.write_bytes(path.read_bytes()[:-1])  # cut off: made anew
    assert np.array_equal(Statistics.fit(images, cache=tmp_path).mean, first.mean)
    Statistics.fit(images, cache=tmp_path, floor=0.1)
    assert len(list(tmp_path.glob("*"))) == 2


def test_damaged_files_are_discarded(tmp_path: Path) -> None:
    arrays = {"a": np.arange(5.0), "b": np.zeros((0, 2), dtype=bool)}
    cache.save(tmp_path, "key", arrays)
    path = cache.place(tmp_path, "key")
    good = path.read_bytes()
    kept = cache.load(tmp_path, "key")
    assert kept is not None
    assert kept["b"].shape == (0, 2)
    for bad in (
        b"",
        b"junk",
        good[:-1],
        good + b"x",
        good[:-1] + b"\x01",
        good.replace(b"k", b"q"),
    ):
        path.write_bytes(bad)
        assert cache.load(tmp_path, "key") is None
        assert not path.exists()


def test_the_least_recently_used_go_first(tmp_path: Path) -> None:
    for i in range(4):
        cache.save(tmp_path, str(i), {"a": np.zeros(1000)})
    assert cache.load(tmp_path, "0")
    cache.save(tmp_path, "4", {"a": np.zeros(1000)}, limit=3 * 8300)
    assert [i for i in range(5) if cache.load(tmp_path, str(i))] == [0, 3, 4]


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    cache.save(tmp_path / "file", "key", {"a": np.zeros(1)})
    assert cache.load(tmp_path / "file", "key") is None


def test_wrong_inputs_are_named() -> None:
    with pytest.raises(InputError, match="float64"):
        Statistics.fit(np.zeros((2, 1, 2, 2)))
    with pytest.raises(InputError, match="empty"):
        Statistics.fit(np.zeros((0, 1, 2, 2), dtype=np.uint8))
    with pytest.raises(InputError, match="floor"):
        Statistics.fit(np.zeros((1, 1, 2, 2), dtype=np.uint8), floor=-1.0)
    with pytest.raises(InputError, match="percentage"):
        Statistics.fit(np.zeros((1, 1, 2, 2), dtype=np.uint8)).low_rank(101)
