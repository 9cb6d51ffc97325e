"""Sets made of a user's own files: many pictures, or one file of arrays.

The order is that of the names; of more pictures than are wanted, evenly spaced ones are taken, so
that folders of classes are all seen.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np

from explorer.core.errors import InputError
from explorer.datasets import archive, idx, npy, storage
from explorer.datasets.checks import count, shown
from explorer.datasets.pictures import RESAVE, SUFFIXES, Budget, decode
from explorer.datasets.source import Limits, Source, from_path, reading, refuse
from explorer.datasets.stream import GZIP, check_promise

BATCH = 64  # pictures decoded at a time


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that has not been read yet."""

    name: str
    read: Callable[[], bytes]


def from_folder(
    folder: Path, limits: Limits, *, n: int | None, size: int | None, colour: bool
) -> np.ndarray:
    """Return the pictures of a folder and the folders in it, uint8 (N, C, size, size).

    Links are not followed. The result is kept in the cache until a file changes.
    """
    found = sorted(_walk(folder, limits))
    stamps = "\n".join(f"{name} {length} {time}" for name, length, time in found)
    pictures = [Picture(shown(name), _reader(folder / name, limits)) for name, _, _ in found]
    key = f"{folder.resolve()} {n} {size} {colour}\n{stamps}"
    return _set(pictures, shown(folder), limits, n=n, size=size, colour=colour, key=key)


def from_file(
    source: Source, limits: Limits, *, n: int | None, size: int | None, colour: bool
) -> np.ndarray:
    """Return the images of a zip of pictures, or of a file of arrays (npy, npz, idx).

    Arrays keep their own size and channels.
    """
    head = source.head(8)
    if source.size == 0:
        raise refuse(source.name, "is empty", "Choose a zip of pictures.")
    if source.size > limits.packed:
        rule = f"has {source.size:,} bytes, more than the {limits.packed:,} allowed"
        raise refuse(source.name, rule, "Take fewer or smaller images.")
    if head[:4] in {archive.MAGIC, archive.EMPTY}:
        return _from_zip(source, limits, n=n, size=size, colour=colour)
    if head[:6] == npy.MAGIC:
        return _first(_from_npy(source, limits), n, source.name)
    if idx.is_idx(head) or head[:2] == GZIP:
        return _first(idx.images(source, limits), n, source.name)
    rule = "is neither a zip of pictures nor a file of arrays (npy, npz, idx)"
    raise refuse(source.name, rule, "Pack the pictures into a zip.")


def arrays(source: Source, names: tuple[str, ...], limits: Limits) -> np.ndarray | None:
    """Return the first of the named arrays of an ``npz`` as images; None if it has none of them."""
    with archive.opened(source, limits) as opened:
        entries = {info.filename: info for info in archive.files(opened)}
        name = next((name for name in names if f"{name}.npy" in entries), None)
        if name is None:
            return None
        member = f"{name}.npy"
        with archive.entry(opened, entries[member]) as file:
            shape = npy.layout(npy.image_header(file, source.name).shape, source.name)
    check_promise(source, shape, limits)
    key = source.key and f"{source.key} {name}"
    return storage.keep(key, shape, lambda: _entry(source, member, limits))


def _from_zip(
    source: Source, limits: Limits, *, n: int | None, size: int | None, colour: bool
) -> np.ndarray:
    with archive.opened(source, limits) as opened:
        entries = archive.files(opened)
        if entries and all(info.filename.endswith(".npy") for info in entries):
            names = tuple(info.filename.removesuffix(".npy") for info in entries)
            wanted = ("x_train", "images", "data", *names)
            found = arrays(source, wanted, limits)
            if found is not None:
                return _first(found, n, source.name)
        pictures = [
            Picture(shown(info.filename), lambda info=info: archive.read(opened, info))
            for info in entries
            if PurePosixPath(info.filename).suffix.lower() in SUFFIXES
        ]
        key = source.key and f"{source.key} {n} {size} {colour}"
        return _set(pictures, source.name, limits, n=n, size=size, colour=colour, key=key)


def _set(
    pictures: list[Picture],
    name: str,
    limits: Limits,
    *,
    n: int | None,
    size: int | None,
    colour: bool,
    key: str,
) -> np.ndarray:
    if not pictures:
        kinds = ", ".join(sorted(suffix[1:] for suffix in SUFFIXES))
        raise refuse(name, "holds no pictures", f"Put files of these kinds there: {kinds}.")
    if len(pictures) > limits.files:
        raise refuse(name, f"holds more than {limits.files:,} pictures", "Take fewer.")
    wanted = count(n, len(pictures), name)
    chosen = [pictures[i * len(pictures) // wanted] for i in range(wanted)]
    first = decode(
        chosen[0].read(), chosen[0].name, size=size, colour=colour, budget=Budget(limits)
    )
    shape = (wanted, *first.shape)
    if shape[0] * first.size > limits.unpacked:
        raise refuse(name, "makes too large a set", "Choose a smaller size, or fewer pictures.")

    def blocks() -> Iterator[np.ndarray]:
        budget = Budget(limits)
        for start in range(0, wanted, BATCH):
            batch = [
                _decode(picture, first.shape, size, colour, budget)
                for picture in chosen[start : start + BATCH]
            ]
            yield np.stack(batch)

    return storage.keep(key, shape, blocks)


def _decode(
    picture: Picture, shape: tuple[int, ...], size: int | None, colour: bool, budget: Budget
) -> np.ndarray:
    pixels = decode(picture.read(), picture.name, size=size, colour=colour, budget=budget)
    if pixels.shape != shape:
        sides = f"{pixels.shape[2]} x {pixels.shape[1]} pixels"
        rule = f"has {sides}, the first picture {shape[2]} x {shape[1]}"
        raise refuse(picture.name, rule, "Choose a size, so that all are cropped and resized.")
    return pixels


def _walk(folder: Path, limits: Limits) -> Iterator[tuple[str, int, int]]:
    """Yield relative name, size and time of change of the pictures under a folder."""
    seen = 0
    for place, folders, names in os.walk(folder, onerror=_unreadable):
        folders[:] = [name for name in folders if not name.startswith((".", "__MACOSX"))]
        seen += len(names) + len(folders)
        if seen > limits.files:
            rule = f"holds more than {limits.files:,} files"
            raise refuse(shown(folder), rule, "Choose the folder of the images itself.")
        for name in names:
            path = Path(place, name)
            if path.suffix.lower() not in SUFFIXES or name.startswith("."):
                continue
            with reading(shown(path)):
                status = path.lstat()
            if stat.S_ISREG(status.st_mode):
                relative = path.relative_to(folder).as_posix()
                yield relative, status.st_size, status.st_mtime_ns


def _unreadable(error: OSError) -> None:
    problem = f"The folder {shown(error.filename)} cannot be opened."
    raise InputError("path", problem, "Allow this user to read it.") from error


def _reader(path: Path, limits: Limits) -> Callable[[], bytes]:
    def read() -> bytes:
        source = from_path(path)
        if source.size > limits.member:
            raise refuse(source.name, f"has more than {limits.member:,} bytes", RESAVE)
        return source.head(limits.member)

    return read


def _from_npy(source: Source, limits: Limits) -> np.ndarray:
    with reading(source.name), source.open() as file:
        shape = npy.layout(npy.image_header(file, source.name).shape, source.name)
    check_promise(source, shape, limits)

    def blocks() -> Iterator[np.ndarray]:
        with reading(source.name), source.open() as file:
            yield from npy.image_blocks(file, source.name)

    return storage.keep(source.key, shape, blocks)


def _entry(source: Source, name: str, limits: Limits) -> Iterator[np.ndarray]:
    with (
        archive.opened(source, limits) as opened,
        archive.entry(opened, opened.getinfo(name)) as file,
    ):
        yield from npy.image_blocks(file, source.name)


def _first(images: np.ndarray, n: int | None, name: str) -> np.ndarray:
    return images[: count(n, len(images), name)]
