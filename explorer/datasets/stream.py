"""Whole images from a stream of bytes: exactly as many as promised, no more, no fewer."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from typing import BinaryIO, cast

import numpy as np

from explorer.core.sets import CHUNK
from explorer.datasets.source import AGAIN, Limits, Source, reading, refuse

GZIP = b"\x1f\x8b"
DEFLATE_RATIO = 1032  # deflate cannot pack more tightly than 1032 : 1


@contextmanager
def unpacked(source: Source) -> Iterator[BinaryIO]:
    """Open a file, through gunzip if it is packed."""
    packed = source.head(2) == GZIP
    with reading(source.name), source.open() as file:
        yield cast(BinaryIO, gzip.GzipFile(fileobj=file)) if packed else file


def blocks(file: BinaryIO, shape: tuple[int, ...], name: str) -> Iterator[np.ndarray]:
    """Yield the images of a stream, at most ``CHUNK`` at a time, then check that it ends.

    Parameters
    ----------
    file : BinaryIO
        At its first pixel.
    shape : tuple of int
        (N, ...) as promised by the header.
    name : str
        For messages.
    """
    size = prod(shape[1:])
    for start in range(0, shape[0], CHUNK):
        n = min(CHUNK, shape[0] - start)
        data = _read(file, n * size)
        if len(data) != n * size:
            rule = f"ends after {start + len(data) // size} of the {shape[0]} items it promises"
            raise refuse(name, rule)
        yield np.frombuffer(data, np.uint8).reshape(n, *shape[1:])
    if file.read(1):
        raise refuse(name, f"goes on after the {shape[0]} items it promises")


def check_promise(source: Source, shape: tuple[int, ...], limits: Limits) -> None:
    """Refuse, from the header alone, a file that promises nothing, or more than it can hold."""
    if min(shape) < 1:
        raise refuse(source.name, f"is empty: its shape is {shape}", "Choose a file with images.")
    if prod(shape) > limits.unpacked:
        rule = f"unpacks to {prod(shape):,} bytes, more than the {limits.unpacked:,} allowed"
        raise refuse(source.name, rule, "Take fewer or smaller images.")
    if prod(shape) > DEFLATE_RATIO * source.size:
        raise refuse(source.name, f"promises {shape[0]} items but has {source.size} bytes", AGAIN)


def _read(file: BinaryIO, length: int) -> bytes:
    """Return `length` bytes, or what there is: a stream may give less than it is asked for."""
    parts = []
    while length > 0:
        part = file.read(min(length, 1 << 20))
        if not part:
            break
        parts.append(part)
        length -= len(part)
    return b"".join(parts)
