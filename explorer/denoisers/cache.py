"""Arrays on disk, found by what they were made from.

A file is named by the digest of its key (data digest, settings, version of the algorithm). It has a
header that repeats the key, the shapes and a checksum; whatever does not match is discarded. Files
are written beside their place and renamed, so that a reader never sees half of one. The least
recently used go first once the folder is full.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import zlib
from pathlib import Path

import numpy as np

MAGIC = b"explorer-arrays-1\n"
LIMIT = 8 << 30  # bytes in the folder
SUFFIX = ".arrays"


def place(folder: str | Path, key: str) -> Path:
    """Return the file in which the arrays of this key lie, or would lie."""
    return Path(folder) / (hashlib.sha256(key.encode()).hexdigest()[:40] + SUFFIX)


def load(folder: str | Path, key: str) -> dict[str, np.ndarray] | None:
    """Return the arrays stored under a key; None where there are none, or not whole ones."""
    path = place(folder, key)
    try:
        with path.open("rb") as file:
            arrays = _read(file, key)
        os.utime(path)
    except (OSError, ValueError, KeyError, TypeError):
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
        return None
    return arrays


def save(
    folder: str | Path, key: str, arrays: dict[str, np.ndarray], *, limit: int = LIMIT
) -> None:
    """Store arrays under a key. A folder that cannot be written to is no error: nothing is kept."""
    payload = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    header = {
        "key": key,
        "arrays": {name: [a.dtype.str, list(a.shape)] for name, a in payload.items()},
        "checksum": _checksum(payload),
    }
    with contextlib.suppress(OSError):
        path = place(folder, key)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(MAGIC + json.dumps(header).encode() + b"\n")
                for array in payload.values():
                    file.write(array.reshape(-1).view(np.uint8).data)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        prune(path.parent, limit)


def prune(folder: str | Path, limit: int = LIMIT) -> None:
    """Remove the least recently used files until at most `limit` bytes remain."""
    files = []
    for path in Path(folder).glob("*" + SUFFIX):
        with contextlib.suppress(OSError):
            status = path.stat()
            files.append((status.st_mtime_ns, status.st_size, path))
    excess = sum(size for _, size, _ in files) - limit
    for _, size, path in sorted(files)[:-1]:  # the newest stays, whatever its size
        if excess <= 0:
            break
        with contextlib.suppress(OSError):
            path.unlink()
        excess -= size


def _read(file, key: str) -> dict[str, np.ndarray]:
    if file.read(len(MAGIC)) != MAGIC:
        raise ValueError("not a file of arrays")
    header = json.loads(file.readline())
    if header["key"] != key:
        raise ValueError("the arrays of another key")
    arrays = {}
    for name, (dtype, shape) in header["arrays"].items():
        array = np.empty(shape, dtype=dtype)
        if file.readinto(array.reshape(-1).view(np.uint8).data) != array.nbytes:
            raise ValueError("cut off")
        arrays[name] = array
    if file.read(1) or _checksum(arrays) != header["checksum"]:
        raise ValueError("damaged")
    return arrays


def _checksum(arrays: dict[str, np.ndarray]) -> int:
    checksum = 0
    for array in arrays.values():
        checksum = zlib.crc32(array.reshape(-1).view(np.uint8).data, checksum)
    return checksum
