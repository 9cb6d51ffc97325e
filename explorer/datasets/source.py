"""A file to read from, on disk or in memory, and how much of it may be read.

Every reader takes a ``Source``, turns whatever goes wrong into one ``InputError`` that names the
file (``reading``), and holds to ``Limits``: those of what a visitor uploads, or those of a path,
which only the owner of the machine can give.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from explorer.core.errors import InputError
from explorer.datasets.checks import shown

# What libraries raise when bytes are not what they should be.
BROKEN = (
    EOFError,
    IndexError,
    KeyError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    TypeError,
    ValueError,
    MemoryError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
AGAIN = "Get the file again from its source; it may be cut off or damaged."


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read before a file is refused.

    Attributes
    ----------
    packed : int
        Bytes of the file itself.
    files : int
        Entries of an archive or folder.
    member, unpacked : int
        Bytes of one file of an archive, and of all, once unpacked.
    pixels, all_pixels : int
        Of one picture before it is made smaller, and of all.
    """

    packed: int
    files: int
    member: int
    unpacked: int
    pixels: int
    all_pixels: int


UPLOAD = Limits(
    packed=10 << 20,
    files=5_000,
    member=32 << 20,
    unpacked=256 << 20,
    pixels=16_000_000,
    all_pixels=400_000_000,
)
OWN = Limits(
    packed=1 << 40,
    files=2_000_000,
    member=1 << 30,
    unpacked=1 << 40,
    pixels=100_000_000,
    all_pixels=10**13,
)


@dataclass(frozen=True, slots=True)
class Source:
    """Bytes with a name: a file on disk, or in memory.

    Attributes
    ----------
    name : str
        For messages, printable.
    size : int
        Bytes.
    path : pathlib.Path or None
    data : bytes
        Used where ``path`` is None.
    key : str
        Changes when the file does; "" in memory.
    """

    name: str
    size: int
    path: Path | None = None
    data: bytes = b""
    key: str = ""

    def open(self) -> BinaryIO:
        """Open for reading."""
        return io.BytesIO(self.data) if self.path is None else self.path.open("rb")

    def head(self, length: int) -> bytes:
        """Return the first bytes."""
        with reading(self.name), self.open() as file:
            return file.read(length)


def from_path(path: Path) -> Source:
    """Return the source of an existing file; a pipe or device is refused, never opened."""
    with reading(shown(path)):
        status = path.stat()
        place = str(path.resolve())
    if not stat.S_ISREG(status.st_mode):
        raise InputError("path", f"{shown(path)} is not a plain file.", "Name a file.")
    key = f"{place} {status.st_size} {status.st_mtime_ns}"
    return Source(shown(path), status.st_size, path, key=key)


def from_bytes(data: bytes, name: str) -> Source:
    """Return the source of bytes in memory."""
    return Source(shown(name), len(data), data=data)


@contextmanager
def reading(name: str, remedy: str = AGAIN) -> Iterator[None]:
    """Turn what goes wrong while reading into one InputError that names the file."""
    try:
        yield
    except InputError:
        raise
    except PermissionError as error:
        problem = f"{name} cannot be opened: permission is denied."
        raise InputError("file", problem, "Allow this user to read it.") from error
    except BROKEN as error:
        raise InputError("file", f"{name} cannot be read.", remedy) from error


def refuse(name: str, rule: str, remedy: str = AGAIN) -> InputError:
    """Return the error for a file that breaks a rule: ``raise refuse(name, "is empty")``."""
    return InputError("file", f"{name} {rule}.", remedy)
