r"""NumPy's files of arrays, read without NumPy's reader: no pickles, no promises believed.

An ``npy`` file is the bytes ``\x93NUMPY``, a version, the length of a header and the header, a
Python dictionary with type, order and shape. NumPy evaluates the header and makes room for the
whole array before it reads it; here the header is matched by a pattern, and the room grows with
the bytes that are there.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import BinaryIO

import numpy as np

from explorer.datasets import stream
from explorer.datasets.source import refuse

MAGIC = b"\x93NUMPY"
MAX_HEADER = 4096
_HEADER = re.compile(
    r"\{\s*'descr':\s*'(?P<type>[|<>=]?[a-zA-Z]\d*)',\s*'fortran_order':\s*(?P<order>True|False),"
    r"\s*'shape':\s*\((?P<shape>(?:\s*\d{1,12}\s*,)*\s*(?:\d{1,12})?\s*)\)\s*,?\s*\}\s*"
)
AS_BYTES = "Save it with numpy.save as uint8, 0 to 255, for instance (N, H, W, C)."


@dataclass(frozen=True, slots=True)
class Header:
    """Type, shape and place of an array in a file."""

    dtype: np.dtype
    shape: tuple[int, ...]


def header(file: BinaryIO, name: str) -> Header:
    """Read the header; the file then stands at the first number.

    Raises
    ------
    InputError
        If it is not the header of a plain table of numbers in C order.
    """
    start = file.read(8)
    if start[:6] != MAGIC or len(start) != 8 or start[6] not in {1, 2, 3}:
        raise refuse(name, "is not a file of numpy.save")
    width, form = (2, "<H") if start[6] == 1 else (4, "<I")
    length = file.read(width)
    size = struct.unpack(form, length)[0] if len(length) == width else 0
    text = file.read(min(size, MAX_HEADER)).decode("latin-1")
    found = _HEADER.fullmatch(text)
    if size > MAX_HEADER or found is None or found["type"][-2:] not in _TYPES:
        raise refuse(name, "does not hold a plain table of numbers", AS_BYTES)
    if found["order"] == "True":
        raise refuse(name, "is stored column by column", "Save numpy.ascontiguousarray of it.")
    shape = tuple(int(side) for side in re.findall(r"\d+", found["shape"]))
    return Header(np.dtype(found["type"]), shape)


def image_header(file: BinaryIO, name: str) -> Header:
    """Read the header of a table of images; other types than uint8 are refused."""
    head = header(file, name)
    if head.dtype != np.uint8:
        raise refuse(name, f"holds {head.dtype} numbers, not uint8", AS_BYTES)
    return head


def layout(shape: tuple[int, ...], name: str) -> tuple[int, int, int, int]:
    """Return (N, C, H, W) of a table shaped (N, H, W), (N, H, W, C) or (N, C, H, W)."""
    if len(shape) == 3:
        return shape[0], 1, shape[1], shape[2]
    if len(shape) == 4 and shape[3] in {1, 3}:
        return shape[0], shape[3], shape[1], shape[2]
    if len(shape) == 4 and shape[1] in {1, 3}:
        return shape[0], shape[1], shape[2], shape[3]
    raise refuse(name, f"has the shape {shape}, which is not a set of images", AS_BYTES)


def image_blocks(file: BinaryIO, name: str) -> Iterator[np.ndarray]:
    """Yield the images of an ``npy`` stream as uint8 (n, C, H, W), a chunk at a time."""
    head = image_header(file, name)
    _, c, h, w = layout(head.shape, name)
    last = len(head.shape) == 4 and head.shape[3] in {1, 3}
    for part in stream.blocks(file, head.shape, name):
        yield part.transpose(0, 3, 1, 2) if last else part.reshape(-1, c, h, w)


def whole_numbers(file: BinaryIO, name: str, most: int) -> np.ndarray:
    """Return the labels of an ``npy`` stream, int64 (N,), N at most ``most``."""
    head = header(file, name)
    n, width = prod(head.shape), head.dtype.itemsize
    if head.dtype.kind == "f":
        raise refuse(name, f"has labels of type {head.dtype}", "Save them as whole numbers.")
    if max(head.shape, default=0) != n or not 0 < n <= most:
        rule = f"has labels of shape {head.shape}, not one for each of {most} images"
        raise refuse(name, rule, "Save one whole number per image.")
    data = np.concatenate(list(stream.blocks(file, (n, width), name)))
    return data.reshape(-1).view(head.dtype).astype(np.int64)


_TYPES = {*(f"{kind}{width}" for kind in "iu" for width in (1, 2, 4, 8)), "f2", "f4", "f8"}
