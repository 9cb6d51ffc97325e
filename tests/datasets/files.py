"""Small files of every format that the data sets read."""

from __future__ import annotations

import gzip
import io
import pickle
import struct
import zipfile

import numpy as np
from PIL import Image

RNG = np.random.default_rng(5)
GREY = RNG.integers(0, 256, (7, 5, 4)).astype(np.uint8)  # (N, H, W)
LABELS = RNG.integers(0, 10, 7).astype(np.uint8)
SMALL = RNG.integers(0, 256, (3, 32, 32, 3)).astype(np.uint8)  # (N, H, W, C)


def idx(array: np.ndarray) -> bytes:
    head = bytes((0, 0, 8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape)
    return head + array.tobytes()


def npz(**arrays: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def npy(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def picture(pixels: np.ndarray, form: str = "PNG", **options) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, form, **options)
    return file.getvalue()


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


def batch(images: np.ndarray = SMALL, protocol: int = 2) -> bytes:
    """A batch of CIFAR-10, from (N, 32, 32, 3)."""
    flat = np.ascontiguousarray(images.transpose(0, 3, 1, 2)).reshape(len(images), -1)
    labels = [int(i % 10) for i in range(len(images))]
    entries = {b"batch_label": b"a batch", b"labels": labels, b"data": flat, b"filenames": [b"a"]}
    return pickle.dumps(entries, protocol)


def binary(images: np.ndarray = SMALL) -> bytes:
    flat = images.transpose(0, 3, 1, 2).reshape(len(images), -1)
    return np.concatenate([np.arange(len(images), dtype=np.uint8)[:, None], flat], 1).tobytes()


def zipped(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)
