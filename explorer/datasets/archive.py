"""Zip archives that nobody has to trust: read in memory, never unpacked onto the disk.

Before anything is unpacked the table of contents is checked: number of entries, size of each and of
all, absolute or climbing names, links, passwords, packing methods. While reading, no entry may
give more bytes than its header says. What an archive holds beside the files that are wanted (read
me files, the hidden folders of macOS) is passed over.
"""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import BinaryIO

from explorer.core.errors import InputError
from explorer.datasets.checks import shown
from explorer.datasets.source import Limits, Source, reading, refuse
from explorer.datasets.stream import DEFLATE_RATIO

MAGIC = b"PK\x03\x04"
EMPTY = b"PK\x05\x06"
ENTRY = 46  # bytes of the table of contents for one entry, without its name
_PLAIN = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # others reserve memory as the file wishes
_PASSWORD = 0x1
REPACK = "Pack the images again as a plain zip, without links or passwords."


@contextmanager
def opened(source: Source, limits: Limits) -> Iterator[zipfile.ZipFile]:
    """Open an archive whose table of contents has passed all checks.

    Raises
    ------
    InputError
        For anything that is not a harmless zip within the limits.
    """
    if source.size > limits.packed:
        rule = f"has {source.size:,} bytes, more than the {limits.packed:,} allowed"
        raise refuse(source.name, rule, "Take fewer or smaller images.")
    with reading(source.name, REPACK), source.open() as file:
        _check_table(file, source, limits)
        with zipfile.ZipFile(file) as archive:
            _check_entries(archive.infolist(), source, limits)
            yield archive


def files(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Return the entries that are files and not hidden, by name."""
    found = [entry for entry in archive.infolist() if not entry.is_dir() and _visible(entry)]
    return sorted(found, key=lambda entry: entry.filename)


@contextmanager
def entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[BinaryIO]:
    """Open one file of an archive."""
    with reading(shown(info.filename), REPACK), archive.open(info) as file:
        yield file  # type: ignore[misc]  # IO[bytes] is a BinaryIO in all but name


def read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Return the bytes of one file, exactly as many as its header says."""
    with entry(archive, info) as file:
        data = file.read(info.file_size + 1)
    if len(data) != info.file_size:
        raise refuse(shown(info.filename), "is not as long as its header says", REPACK)
    return data


def _check_table(file: BinaryIO, source: Source, limits: Limits) -> None:
    """Refuse a table of contents that is too long, before Python reads it into memory."""
    tail = min(source.size, 22 + 0xFFFF)
    file.seek(source.size - tail)
    end = file.read(tail)
    at = end.rfind(EMPTY)
    if at < 0 or len(end) < at + 22:
        raise refuse(source.name, "is not a whole zip archive", REPACK)
    length = int.from_bytes(end[at + 12 : at + 16], "little")
    if length > limits.files * (ENTRY + 512) and length != 0xFFFFFFFF:
        raise _too_many(source, limits)
    file.seek(0)


def _check_entries(entries: list[zipfile.ZipInfo], source: Source, limits: Limits) -> None:
    if len(entries) > limits.files:
        raise _too_many(source, limits)
    for info in entries:
        rule = _broken_rule(info, limits)
        if rule:
            name = f"{shown(info.filename)} in {source.name}"
            raise refuse(name, rule, REPACK)
    total = sum(info.file_size for info in entries)
    if total > limits.unpacked:
        rule = f"unpacks to {total:,} bytes, more than the {limits.unpacked:,} allowed"
        raise refuse(source.name, rule, "Take fewer or smaller images.")


def _broken_rule(info: zipfile.ZipInfo, limits: Limits) -> str | None:
    name = info.orig_filename.replace("\\", "/")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if name.startswith("/") or ":" in name.split("/")[0] or ".." in name.split("/"):
        return "has a path that leads out of the archive"
    if "\0" in name:
        return "has a name that cannot be read"
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        return "is a link or a device"
    if info.flag_bits & _PASSWORD:
        return "is locked with a password"
    if info.compress_type not in _PLAIN:
        return "is packed in an unusual way"
    if info.file_size > limits.member:
        return f"unpacks to {info.file_size:,} bytes, more than the {limits.member:,} allowed"
    if info.file_size > DEFLATE_RATIO * max(info.compress_size, 1):
        return "says that it unpacks to more than is possible"
    return None


def _visible(info: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(info.filename).parts
    return not any(part.startswith((".", "__MACOSX")) for part in parts)


def _too_many(source: Source, limits: Limits) -> InputError:
    rule = f"holds more than {limits.files:,} files"
    return refuse(source.name, rule, "Take fewer images.")
