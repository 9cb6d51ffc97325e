"""Pixels on disk: unpacked once into the cache folder, memory-mapped from then on.

The file of a set is named by the digest of its key (source, time of change, options). It is written
beside its place and renamed, so that nobody reads half of one; where the cache cannot be written,
the pixels stay in memory as uint8.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable
from math import prod
from pathlib import Path

import numpy as np

from explorer.core.folders import cache_folder

VERSION = 1
LIMIT = 16 << 30  # bytes of the cache; the least recently used set goes first

Blocks = Callable[[], Iterable[np.ndarray]]


def folder() -> Path:
    """Return the folder of unpacked sets."""
    return cache_folder() / "datasets" / "unpacked"


def keep(key: str, shape: tuple[int, ...], blocks: Blocks) -> np.ndarray:
    """Return the array whose consecutive parts ``blocks()`` makes; from disk if it is there.

    Parameters
    ----------
    key : str
        Everything the pixels depend on; "" keeps them in memory.
    shape : tuple of int
        Of the whole array, images first.
    blocks : callable
        Yields uint8 arrays that together have this shape. It may be called twice.

    Returns
    -------
    numpy.ndarray
        uint8, read-only and memory-mapped, or in memory.
    """
    if key:
        digest = hashlib.sha256(f"{VERSION} {key} {shape}".encode()).hexdigest()[:40]
        place = folder() / f"{digest}.npy"
        with contextlib.suppress(OSError):
            found = _mapped(place, shape)
            if found is None:
                _write(place, shape, blocks)
                found = _mapped(place, shape)
            if found is not None:
                return found
    return _gather(shape, blocks)


def _mapped(place: Path, shape: tuple[int, ...]) -> np.ndarray | None:
    """Return the stored array, or None if there is none or it is not whole."""
    if not place.is_file():
        return None
    try:
        array = np.load(place, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError, SyntaxError):
        return None
    if array.dtype != np.uint8 or array.shape != shape:
        return None
    with contextlib.suppress(OSError):
        os.utime(place)
    return array


def _write(place: Path, shape: tuple[int, ...], blocks: Blocks) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place.parent, suffix=".part")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            header = {"descr": "|u1", "fortran_order": False, "shape": shape}
            np.lib.format.write_array_header_1_0(file, header)
            # Written, not mapped: a full disk is then an error and not the end of the process.
            written = sum(file.write(np.ascontiguousarray(part).data) for part in blocks())
        if written == prod(shape):
            temporary.replace(place)
    finally:
        temporary.unlink(missing_ok=True)
    _prune(place)


def _prune(newest: Path) -> None:
    files = []
    for path in newest.parent.glob("*.npy"):
        with contextlib.suppress(OSError):
            files.append((path.stat().st_mtime_ns, path.stat().st_size, path))
    excess = sum(size for _, size, _ in files) - LIMIT
    for _, size, path in sorted(files):
        if excess <= 0:
            break
        if path != newest:
            with contextlib.suppress(OSError):
                path.unlink()
                excess -= size


def _gather(shape: tuple[int, ...], blocks: Blocks) -> np.ndarray:
    images = np.empty(shape, np.uint8)
    start = 0
    for part in blocks():
        images[start : start + len(part)] = part
        start += len(part)
    if start != shape[0]:
        raise RuntimeError(f"{start} of {shape[0]} images were made")
    return images
