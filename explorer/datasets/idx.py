"""The idx format of MNIST: a header of whole numbers, then one byte per pixel or label.

Bytes 0 0, then 8 for "unsigned byte", then the number of dimensions; then each dimension as four
bytes, highest first; then the data. Images have three dimensions (N, H, W), labels one.
"""

from __future__ import annotations

import struct
from math import prod

import numpy as np

from explorer.datasets import storage, stream
from explorer.datasets.source import AGAIN, Limits, Source, reading, refuse

MAX_SIDE = 1024


def images(source: Source, limits: Limits) -> np.ndarray:
    """Return the images of an idx file, uint8 (N, 1, H, W).

    A plain file is memory-mapped; a packed one is unpacked into the cache once.

    Parameters
    ----------
    source : Source
        Plain or gzip.
    limits : Limits

    Raises
    ------
    InputError
        If it is not a whole idx file of images.
    """
    n, h, w = _shape(source, limits, 3, "images")
    offset, shape = 16, (n, 1, h, w)
    if source.path is not None and source.head(2) != stream.GZIP:
        if source.size != offset + prod(shape):
            rule = f"has {source.size:,} bytes, not the {offset + prod(shape):,} it promises"
            raise refuse(source.name, rule)
        with reading(source.name):
            return np.memmap(source.path, np.uint8, "r", offset, shape)
    return storage.keep(source.key, shape, lambda: _blocks(source, offset, shape))


def labels(source: Source, limits: Limits) -> np.ndarray:
    """Return the labels of an idx file, uint8 (N,)."""
    shape = _shape(source, limits, 1, "labels")
    return np.concatenate(list(_blocks(source, 8, shape)))


def is_idx(head: bytes) -> bool:
    """Say whether a file begins like idx images."""
    return head[:4] == b"\0\0\x08\x03"


def _shape(source: Source, limits: Limits, dimensions: int, what: str) -> tuple[int, ...]:
    if source.size == 0:
        raise refuse(source.name, "is empty")
    if source.size > limits.packed:
        raise refuse(source.name, f"has more than {limits.packed:,} bytes", "Take fewer images.")
    length = 4 + 4 * dimensions
    with stream.unpacked(source) as file:
        head = file.read(length)
    if head[:4] != bytes((0, 0, 8, dimensions)) or len(head) != length:
        rule = f"is not an idx file of {what}"
        raise refuse(source.name, rule, f"Choose the file of {what}, as downloaded. {AGAIN}")
    shape = struct.unpack(f">{dimensions}I", head[4:])
    if max(shape[1:], default=0) > MAX_SIDE:
        sides = " x ".join(str(side) for side in shape[1:])
        raise refuse(source.name, f"says its images are {sides}, above {MAX_SIDE}")
    stream.check_promise(source, shape, limits)
    return shape


def _blocks(source: Source, offset: int, shape: tuple[int, ...]):
    with stream.unpacked(source) as file:
        file.read(offset)
        yield from stream.blocks(file, shape, source.name)
