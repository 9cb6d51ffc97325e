"""MNIST and Fashion-MNIST: idx files as people have them, and as they should not be."""

import gzip
import struct

import numpy as np
import pytest

from explorer import datasets
from explorer.core.errors import InputError
from explorer.datasets import storage
from tests.datasets.files import GREY, LABELS, idx, zipped

NAMES = ("mnist", "fashion-mnist")


def fill(folder, images=GREY, labels=LABELS, prefix="train", ending=""):
    folder.mkdir(parents=True, exist_ok=True)
    pack = zipped if ending else bytes
    (folder / f"{prefix}-images-idx3-ubyte{ending}").write_bytes(pack(idx(images)))
    if labels is not None:
        (folder / f"{prefix}-labels-idx1-ubyte{ending}").write_bytes(pack(idx(labels)))
    return folder


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("ending", ["", ".gz"])
def test_reads_both_splits_and_maps_them(tmp_path, name, ending):
    fill(tmp_path, ending=ending)
    fill(tmp_path, GREY[:2, ::-1], LABELS[:2], "t10k", ending)
    data, test = datasets.load(name, path=tmp_path), datasets.held_out(name, path=tmp_path)
    np.testing.assert_array_equal(data.images[:, 0], GREY)
    np.testing.assert_array_equal(data.labels, LABELS)
    np.testing.assert_array_equal(test.images[:, 0], GREY[:2, ::-1])
    assert isinstance(data.images, np.memmap)
    assert isinstance(datasets.load(name, 3, tmp_path).images, np.memmap)
    assert datasets.load(name, 3, tmp_path).n == 3
    assert data.name == name
    assert data.source.startswith("https://")


@pytest.mark.parametrize("inside", ["", "mnist", "raw", "MNIST/raw"])
def test_finds_the_folders_of_other_tools(tmp_path, inside):
    fill(tmp_path / inside)
    assert datasets.load("mnist", path=tmp_path).n == 7
    assert datasets.load("mnist", path=str(tmp_path / inside / "train-images-idx3-ubyte")).n == 7


def test_looks_into_the_cache_folder_and_the_named_one(tmp_path, monkeypatch):
    monkeypatch.setenv("EXPLORER_CACHE", str(tmp_path / "cache"))
    fill(tmp_path / "cache" / "datasets" / "mnist", GREY[:3], None)
    data = datasets.load("mnist")
    assert data.n == 3
    assert data.labels is None
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path / "mine"))
    fill(tmp_path / "mine" / "mnist", GREY[:2], None)
    assert datasets.load("mnist").n == 2


@pytest.mark.parametrize("name", NAMES)
def test_missing_files_are_named_with_where_and_whence(tmp_path, name):
    with pytest.raises(InputError) as error:
        datasets.load(name)
    words = str(error.value)
    for part in ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "https://", name, "path"):
        assert part in words
    deep = tmp_path / ("a" * 60) / ("b" * 60)  # where to put them is said in full
    deep.mkdir(parents=True)
    with pytest.raises(InputError, match=str(deep)):
        datasets.load(name, path=deep)
    with pytest.raises(InputError, match="t10k-images"):
        datasets.held_out(name, path=fill(tmp_path))
    with pytest.raises(InputError, match="There is no file or folder"):
        datasets.load(name, path=tmp_path / "nowhere")


def test_an_unpacked_set_is_kept_until_the_file_changes(tmp_path, monkeypatch):
    monkeypatch.setenv("EXPLORER_CACHE", str(tmp_path / "cache"))
    fill(tmp_path, ending=".gz")
    datasets.load("mnist", path=tmp_path)
    [stored] = storage.folder().iterdir()
    before = stored.stat().st_ino
    datasets.load("mnist", path=tmp_path)
    assert [p.stat().st_ino for p in storage.folder().iterdir()] == [before]
    stored.write_bytes(stored.read_bytes()[:-1])  # cut off: made again
    np.testing.assert_array_equal(datasets.load("mnist", path=tmp_path).images[:, 0], GREY)
    np.save(stored, GREY[:, None, :2])  # of another shape: made again
    np.testing.assert_array_equal(datasets.load("mnist", path=tmp_path).images[:, 0], GREY)
    fill(tmp_path, 255 - GREY[:, :, :3], ending=".gz")
    np.testing.assert_array_equal(
        datasets.load("mnist", path=tmp_path).images[:, 0], 255 - GREY[:, :, :3]
    )
    assert not list(storage.folder().glob("*.part"))


def test_without_a_cache_the_images_stay_in_memory(tmp_path, monkeypatch):
    (tmp_path / "cache").write_text("a file where the folder should be")
    monkeypatch.setenv("EXPLORER_CACHE", str(tmp_path / "cache"))
    data = datasets.load("mnist", path=fill(tmp_path / "mnist", ending=".gz"))
    np.testing.assert_array_equal(data.images[:, 0], GREY)
    assert not isinstance(data.images, np.memmap)


def test_the_cache_stays_within_its_limit(tmp_path, monkeypatch):
    monkeypatch.setenv("EXPLORER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(storage, "LIMIT", 700)
    for k in range(4):
        data = storage.keep(f"key {k}", (100,), lambda: [np.zeros(100, np.uint8)])
        assert data.shape == (100,)
    assert 1 <= len(list(storage.folder().iterdir())) <= 3


HEAD = bytes((0, 0, 8, 3))
BROKEN = {
    "empty": b"",
    "labels": idx(LABELS),
    "text": b"<html>404 Not Found</html>",
    "header only": HEAD + b"\0\0",
    "truncated": idx(GREY)[:-1],
    "extended": idx(GREY) + b"\0",
    "no images": HEAD + struct.pack(">3I", 0, 28, 28),
    "no pixels": HEAD + struct.pack(">3I", 5, 0, 28),
    "huge": HEAD + struct.pack(">3I", 2**32 - 1, 1024, 1024),
    "wide": HEAD + struct.pack(">3I", 1, 1, 2**31),
    "floats": bytes((0, 0, 13, 3)) + idx(GREY)[4:],
}


@pytest.mark.parametrize("ending", ["", ".gz"])
@pytest.mark.parametrize("kind", BROKEN)
def test_broken_files_are_refused_by_name(tmp_path, kind, ending):
    name = f"train-images-idx3-ubyte{ending}"
    data = BROKEN[kind]
    (tmp_path / name).write_bytes(zipped(data) if ending else data)
    with pytest.raises(InputError) as error:
        datasets.load("mnist", path=tmp_path)
    assert name in str(error.value)
    assert error.value.remedy


def test_cut_gzip_and_bombs(tmp_path):
    path = tmp_path / "train-images-idx3-ubyte.gz"
    whole = gzip.compress(idx(GREY))
    bomb = gzip.compress(idx(GREY) + bytes(10_000_000))
    promise = gzip.compress(HEAD + struct.pack(">3I", 10**6, 1000, 1000) + bytes(1000))
    for data in (whole[:-9], whole[:20], whole[:2], bomb, promise):
        path.write_bytes(data)
        with pytest.raises(InputError, match=r"train-images-idx3-ubyte\.gz"):
            datasets.load("mnist", path=tmp_path)


def test_labels_must_belong_to_the_images(tmp_path):
    with pytest.raises(InputError, match="6 labels for 7 images"):
        datasets.load("mnist", path=fill(tmp_path, labels=LABELS[:6]))
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx(GREY))
    with pytest.raises(InputError, match="not an idx file of labels"):
        datasets.load("mnist", path=tmp_path)


def test_a_device_or_folder_in_place_of_a_file_is_not_read(tmp_path):
    (tmp_path / "train-images-idx3-ubyte").mkdir()
    with pytest.raises(InputError, match=r"MNIST needs train-images.* not found in"):
        datasets.load("mnist", path=tmp_path)


@pytest.mark.parametrize("name", NAMES)
def test_the_real_files(real_data, name):
    folder = real_data(name)
    train, test = datasets.load(name, path=folder), datasets.held_out(name, path=folder)
    assert train.images.shape == (60_000, 1, 28, 28)
    assert test.images.shape == (10_000, 1, 28, 28)
    assert train.labels is not None
    assert test.labels is not None
    published = {"mnist": 33.318421, "fashion-mnist": 72.940352}  # mean grey level
    assert train.images.mean() == pytest.approx(published[name], abs=1e-4)
    zeros = {"mnist": 5923, "fashion-mnist": 6000}
    assert np.bincount(train.labels)[0] == zeros[name]
    assert isinstance(train.images, np.memmap)
