"""CIFAR-10: small photographs of ten classes, 32 x 32, in colour.

50,000 images to train and 10,000 to test; 154 MB unpacked. Not included: the user puts one of
three forms into a folder: ``cifar10.npz`` (x_train, y_train, x_test, y_test), the pickled batches
of the Python version, or ``data_batch_1.bin`` ... of the binary version. No licence is stated; for
research, citing Krizhevsky.

References
----------
Krizhevsky, Learning multiple layers of features from tiny images, 2009.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from explorer.core.sets import ImageSet
from explorer.datasets import archive, npy, own, pickled, places, storage
from explorer.datasets.checks import choice, count, existing
from explorer.datasets.source import OWN, Source, from_path, reading, refuse

NAME = "cifar10"
TITLE = "CIFAR-10"
SOURCE = "https://www.cs.toronto.edu/~kriz/cifar.html"
LICENCE = "none stated; for research, cite Krizhevsky 2009"
INSIDE = ("cifar-10-batches-py", "cifar-10-batches-bin")
BATCHES = {"train": tuple(f"data_batch_{k}" for k in range(1, 6)), "test": ("test_batch",)}
SHAPE = (3, 32, 32)
ROW = 1 + 3 * 32 * 32  # of the binary form: a label, then red, green and blue

Part = tuple[np.ndarray, np.ndarray | None]


def load(n: int | None = None, path: str | Path | None = None, *, split: str = "train") -> ImageSet:
    """Return the photographs, uint8 (N, 3, 32, 32), memory-mapped, with labels 0 to 9.

    The files are joined once, in the cache folder.

    Parameters
    ----------
    n : int or None
        The first n images; None for all.
    path : str, pathlib.Path or None
        Folder of the files, or an ``npz``; None looks into ``$EXPLORER_DATA`` and the cache
        folder.
    split : "train" or "test"

    Raises
    ------
    InputError
        If files are missing or not whole.
    """
    choice(split, "split", tuple(BATCHES))
    images, labels = _found(path, split)
    wanted = count(n, len(images), TITLE)
    chosen = None if labels is None else labels[:wanted]
    return ImageSet(images[:wanted], NAME, chosen, source=SOURCE, licence=LICENCE)


def held_out(n: int | None = None, path: str | Path | None = None) -> ImageSet:
    """Return the test split."""
    return load(n, path, split="test")


def _found(path: str | Path | None, split: str) -> Part:
    if path is not None and (given := existing(path)).is_file() and given.suffix == ".npz":
        return _from_npz(from_path(given), split)
    folders = places.folders(NAME, path, INSIDE)
    packed = places.first(folders, ("cifar10.npz",))
    if packed is not None:
        return _from_npz(from_path(packed), split)
    names = BATCHES[split]
    for suffix, read in (("", pickled.batch), (".bin", _binary)):
        first = places.first(folders, tuple(f"{name}{suffix}" for name in names))
        if first is not None:
            return _joined([first.parent / f"{name}{suffix}" for name in names], read, path)
    files = f"cifar10.npz, or the files {names[0]} ... {names[-1]} (Python or .bin version)"
    raise places.missing(TITLE, NAME, path, files=files, origin=SOURCE)


def _joined(paths: list[Path], read: Callable[[Source], Part], path: str | Path | None) -> Part:
    absent = [place.name for place in paths if not place.is_file()]
    if absent:
        files, where = ", ".join(absent), path or paths[0].parent
        raise places.missing(TITLE, NAME, where, files=files, origin=SOURCE)
    sources = [from_path(place) for place in paths]
    parts = [_labels_of(source, read) for source in sources]
    shape = (sum(size for size, _ in parts), *SHAPE)

    def blocks() -> Iterator[np.ndarray]:
        for source in sources:
            yield read(source)[0]

    images = storage.keep(" ".join(source.key for source in sources), shape, blocks)
    labels = [labels for _, labels in parts if labels is not None]
    return images, np.concatenate(labels) if len(labels) == len(parts) else None


def _labels_of(source: Source, read: Callable[[Source], Part]) -> tuple[int, np.ndarray | None]:
    images, labels = read(source)
    return len(images), labels


def _binary(source: Source) -> Part:
    if not 0 < source.size <= pickled.MAX_BYTES or source.size % ROW:
        rule = f"has {source.size:,} bytes, not a multiple of {ROW}"
        raise refuse(source.name, rule)
    rows = np.frombuffer(source.head(source.size), np.uint8).reshape(-1, ROW)
    labels = rows[:, 0].copy()
    if labels.max() >= pickled.CLASSES:
        raise refuse(source.name, f"has the label {labels.max()}, above 9")
    return rows[:, 1:].reshape(-1, *SHAPE), labels


def _from_npz(source: Source, split: str) -> Part:
    found = own.arrays(source, (f"x_{split}",), OWN)
    if found is None or found.shape[1:] != SHAPE:
        rule = f"has no array x_{split} of shape (N, 32, 32, 3)"
        raise refuse(
            source.name, rule, "Save x_train, y_train, x_test and y_test with numpy.savez."
        )
    with archive.opened(source, OWN) as opened:
        entries = {info.filename: info for info in archive.files(opened)}
        info = entries.get(f"y_{split}.npy")
        if info is None:
            return found, None
        with reading(source.name), archive.entry(opened, info) as file:
            labels = npy.whole_numbers(file, source.name, len(found))
    if len(labels) != len(found):
        raise refuse(source.name, f"has {len(labels)} labels for {len(found)} images")
    return found, labels
