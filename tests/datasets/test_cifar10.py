"""CIFAR-10 in its three forms, and pickles that want more than to be data."""

import io
import os
import pickle
import pickletools

import numpy as np
import pytest

from explorer import datasets
from explorer.core.errors import InputError
from explorer.datasets import pickled
from explorer.datasets.source import from_bytes
from tests.datasets.files import SMALL, batch, binary, npz

NCHW = SMALL.transpose(0, 3, 1, 2)


def folder_of(tmp_path, make, ending=""):
    for k in range(1, 6):
        (tmp_path / f"data_batch_{k}{ending}").write_bytes(make(np.roll(SMALL, k, axis=0)))
    (tmp_path / f"test_batch{ending}").write_bytes(make(SMALL[:2]))
    return tmp_path


@pytest.mark.parametrize("form", ["pickles", "binary"])
def test_batches_are_joined_in_order(tmp_path, form):
    make, ending = (batch, "") if form == "pickles" else (binary, ".bin")
    folder_of(tmp_path, make, ending)
    for _ in range(2):  # made, then from the cache
        data = datasets.load("cifar10", path=tmp_path)
        expected = np.concatenate([np.roll(NCHW, k, axis=0) for k in range(1, 6)])
        np.testing.assert_array_equal(data.images, expected)
        assert data.labels is not None
        assert data.labels.tolist() == [0, 1, 2] * 5
        assert isinstance(data.images, np.memmap)
    assert datasets.held_out("cifar10", path=tmp_path).n == 2
    assert datasets.load("cifar10", 4, tmp_path).n == 4


def test_npz(tmp_path):
    labels = np.array([[3], [1], [2]])  # a column, as one well-known tool has it
    arrays = {"x_train": SMALL, "y_train": labels, "x_test": SMALL[:1]}
    (tmp_path / "cifar10.npz").write_bytes(npz(**arrays))
    for path in (tmp_path, tmp_path / "cifar10.npz"):
        data = datasets.load("cifar10", path=path)
        np.testing.assert_array_equal(data.images, NCHW)
        assert data.labels is not None
        assert data.labels.tolist() == [3, 1, 2]
        assert isinstance(data.images, np.memmap)
    assert datasets.held_out("cifar10", path=tmp_path).labels is None


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickles_of_every_protocol(protocol):
    source = from_bytes(batch(protocol=protocol), "data_batch_1")
    if protocol < 2:  # of another century; nobody publishes images so
        with pytest.raises(InputError, match="data_batch_1 cannot be read"):
            pickled.batch(source)
    else:
        images, labels = pickled.batch(source)
        np.testing.assert_array_equal(images, NCHW)
        assert labels is not None
        assert labels.tolist() == [0, 1, 2]


def test_pickles_of_python_2():
    """As the published files: protocol 2, byte strings for keys and pixels, old module names."""
    flat = NCHW[:1].tobytes()
    text = b"T" + len(flat).to_bytes(4, "little") + flat
    minus = b"J\xff\xff\xff\xff"
    dtype = b"cnumpy\ndtype\nU\x02u1K\x00K\x01\x87R(K\x03U\x01|NNN" + 2 * minus + b"K\x00tb"
    array = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R"
    state = b"(K\x01K\x01M\x00\x0c\x86" + dtype + b"\x89" + text + b"tb"
    data = b"\x80\x02}q\x01(U\x04dataq\x02" + array + state + b"U\x06labels](K\x07eu."
    pickletools.dis(data, out=io.StringIO())  # it is a pickle
    images, labels = pickled.batch(from_bytes(data, "data_batch_1"))
    np.testing.assert_array_equal(images, NCHW[:1])
    assert labels is not None
    assert labels.tolist() == [7]


class Hostile:
    """Writes a file when it is unpickled by anything that executes it."""

    def __init__(self, command):
        self.command = command

    def __reduce__(self):
        return os.system, (self.command,)


def test_nothing_is_executed(tmp_path):
    mark = tmp_path / "mark"
    shell = Hostile(f"touch {mark}")
    flat = NCHW.reshape(3, -1)
    hostile = [
        pickle.dumps(shell, 2),
        pickle.dumps({b"data": flat, b"labels": [0, 1, 2], b"more": shell}, 2),
        pickle.dumps({b"data": flat, b"labels": shell}, 4),
        f"cos\nsystem\n(S'touch {mark}'\ntR.".encode(),
        f"(S'touch {mark}'\nios\nsystem\n.".encode(),
        f"c__builtin__\neval\n(S'open({str(mark)!r}, \"w\")'\ntR.".encode(),
        f"cnumpy.core.multiarray\nsystem\n(S'touch {mark}'\ntR.".encode(),
        f"cnumpy\nload\n(S'{mark}'\ntR.".encode(),
        b"\x80\x02\x82\x01.",  # extension registry
        b"\x80\x02Pid\n.",  # persistent id
        b"\x80\x02}\x94}\x94b.",  # state for a dictionary
    ]
    for data in hostile:
        (tmp_path / "test_batch").write_bytes(data)
        with pytest.raises(InputError, match="test_batch"):
            datasets.held_out("cifar10", path=tmp_path)
    assert not mark.exists()
    pickle.loads(hostile[0])  # control: another reader would have run it
    assert mark.exists()


BOMBS = {
    "one instruction too many": batch()[:-1] + b"2.",
    "text with an escape": b"S'\\q'\n.",  # Python would warn of it
    "nothing before the end": b".",
    "no end": batch()[:-1],
    "memory index": b"\x80\x02}r\xff\xff\xff\x7f.",
    "promised bytes": b"\x80\x05\x96" + (2**60).to_bytes(8, "little") + b".",
    "nested tuples": b"\x80\x02" + b")" + b"\x85" * 200_000 + b"K\x01s.",
    "tuple as a key": b"\x80\x02})" + b"\x85" * 200_000 + b"K\x01s.",
    "a list in itself": b"\x80\x02]q\x00h\x00a.",
    "doubling": b"\x80\x02]" + b"q\x01]q\x02(h\x01h\x01e" * 50 + b".",
    "huge shape": batch().replace(b"K\x03M\x00\x0c\x86", b"J\xff\xff\xff\x7fM\x00\x0c\x86"),
    "negative shape": batch().replace(b"K\x03M\x00\x0c\x86", b"J\xff\xff\xff\xffM\x00\x0c\x86"),
    "objects": batch().replace(b"u1", b"O8"),
    "half": batch()[: len(batch()) // 2],
    "empty": b"",
    "text": b"version https://git-lfs.github.com/spec/v1\n",
    "label 11": batch().replace(b"K\x01K\x02e", b"K\x01K\x0be"),
    "text as label": pickle.dumps({b"data": NCHW.reshape(3, -1), b"labels": ["a", "b", "c"]}, 2),
    "two labels": pickle.dumps({b"data": NCHW.reshape(3, -1), b"labels": [1, 2]}, 2),
    "floats": pickle.dumps({b"data": NCHW.reshape(3, -1) / 255}, 2),
    "28 x 28": pickle.dumps({b"data": np.zeros((3, 784), np.uint8)}, 2),
    "no data": pickle.dumps({b"labels": [1]}, 2),
    "a list": pickle.dumps([1, 2], 2),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_broken_batches_are_refused_by_name(tmp_path, kind):
    assert BOMBS[kind] != batch()
    (tmp_path / "test_batch").write_bytes(BOMBS[kind])
    with pytest.raises(InputError, match="test_batch") as error:
        datasets.held_out("cifar10", path=tmp_path)
    assert error.value.remedy


def test_missing_and_broken_files(tmp_path):
    with pytest.raises(InputError) as error:
        datasets.load("cifar10", path=tmp_path)
    for part in ("cifar10.npz", "data_batch_1", "https://www.cs.toronto.edu", str(tmp_path)):
        assert part in str(error.value)
    folder_of(tmp_path, binary, ".bin")
    (tmp_path / "data_batch_3.bin").unlink()
    with pytest.raises(InputError, match=r"CIFAR-10 needs data_batch_3\.bin, not found in"):
        datasets.load("cifar10", path=tmp_path)
    for bad in (binary()[:-1], b"", b"\x0b" + binary()[1:]):
        (tmp_path / "test_batch.bin").write_bytes(bad)
        with pytest.raises(InputError, match=r"test_batch\.bin has"):
            datasets.held_out("cifar10", path=tmp_path)


@pytest.mark.parametrize(
    "arrays",
    [
        {"images": SMALL},
        {"x_train": SMALL[:, :28, :28]},
        {"x_train": SMALL.astype(np.float32)},
        {"x_train": np.array([None, {}], dtype=object)},
        {"x_train": np.asfortranarray(SMALL)},
        {"x_train": SMALL[:0]},
        {"x_train": SMALL, "y_train": np.zeros(2, int)},
        {"x_train": SMALL, "y_train": np.zeros((3, 2), int)},
        {"x_train": SMALL, "y_train": np.zeros(3)},
        {"x_train": np.zeros(3, dtype=[("a", "u1")])},
    ],
)
def test_other_npz_are_refused_by_name(tmp_path, arrays):
    (tmp_path / "cifar10.npz").write_bytes(npz(**arrays))
    with pytest.raises(InputError, match=r"cifar10\.npz"):
        datasets.load("cifar10", path=tmp_path)


def test_the_real_files(real_data, tmp_path):
    folder = real_data("cifar10")
    if not (folder / "cifar10.npz").is_file() and not (folder / "cifar-10-batches-py").is_dir():
        pytest.skip(f"CIFAR-10 in {folder} is still packed")
    data = datasets.load("cifar10", path=folder)
    assert data.images.shape == (50_000, 3, 32, 32)
    assert data.labels is not None
    assert np.bincount(data.labels).tolist() == [5000] * 10
    means = np.mean([part.mean((0, 2, 3)) for part in np.array_split(data.images, 50)], axis=0)
    np.testing.assert_allclose(means, [125.307, 122.950, 113.865], atol=1e-3)  # as published
