"""CIFAR-10's pickled batches: a dictionary with the pixels of each image in a row, and labels."""

from __future__ import annotations

from typing import Any

import numpy as np

from explorer.datasets.restricted import Array, Encoded, Machine, Type, text_of
from explorer.datasets.source import Source, reading, refuse

MAX_BYTES = 128 << 20  # a batch of 10,000 has 31 MB, as text of Python 3 44 MB
PIXELS = 3 * 32 * 32
CLASSES = 10
REMEDY = "Use the files data_batch_1 ... data_batch_5 and test_batch as they were published."


def batch(source: Source) -> tuple[np.ndarray, np.ndarray | None]:
    """Return images uint8 (n, 3, 32, 32) and labels (n,) of one batch.

    Raises
    ------
    InputError
        If the file is anything but such a batch.
    """
    if not 0 < source.size <= MAX_BYTES:
        raise refuse(source.name, f"has {source.size:,} bytes, which is no CIFAR-10 batch", REMEDY)
    data = source.head(source.size)
    with reading(source.name, REMEDY):
        entries = Machine().run(data)
        if not isinstance(entries, dict):
            raise refuse(source.name, "does not hold a dictionary", REMEDY)
        images = _images(entries.get("data"))
        labels = _labels(entries.get("labels"), len(images))
    return images, labels


def _bytes(data: Any) -> bytes:
    if isinstance(data, Encoded):
        if data.codec != "latin1":
            raise ValueError("bytes in another code than latin1")
        data = data.text
    if isinstance(data, str):
        return data.encode("latin-1")
    if not isinstance(data, (bytes, bytearray)):
        raise TypeError("no bytes")
    return bytes(data)


def _images(array: Any) -> np.ndarray:
    if not isinstance(array, Array) or not isinstance(array.dtype, Type):
        raise TypeError("the images are not an array")
    n, width = array.shape
    data = _bytes(array.data)
    if text_of(array.dtype.code) != "u1" or width != PIXELS or not 0 < n * width == len(data):
        raise ValueError("the images are not uint8 (n, 3072)")
    return np.frombuffer(data, np.uint8).reshape(n, 3, 32, 32)


def _labels(values: Any, n: int) -> np.ndarray | None:
    if values is None:
        return None
    if not isinstance(values, list) or len(values) != n:
        raise ValueError("there is not one label per image")
    if not all(type(value) is int and 0 <= value < CLASSES for value in values):
        raise ValueError("a label is not from 0 to 9")
    return np.array(values, np.uint8)
