"""Full data sets for the benches: real where they lie, else made pictures of the same shape."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from explorer import datasets

REAL = Path(
    os.environ.get("EXPLORER_DATA") or Path(__file__).resolve().parents[3] / "shared" / "data"
)


@dataclass(frozen=True, slots=True, eq=False)
class Pictures:
    """Images of a data set, some that it does not hold, and what to call them."""

    name: str
    images: np.ndarray
    others: np.ndarray


@contextmanager
def mnist() -> Iterator[Pictures]:
    if (REAL / "mnist").is_dir():
        train, test = (f("mnist", path=REAL / "mnist") for f in (datasets.load, datasets.held_out))
        yield Pictures("MNIST", np.array(train.images), np.array(test.images[:64]))
    else:
        yield made("made 28 x 28", 60_000, (1, 28, 28))


@contextmanager
def cifar10() -> Iterator[Pictures]:
    folder, script = REAL / "cifar10", REAL / "cifar10" / "unpack.py"
    if not folder.is_dir():
        yield made("made 32 x 32 x 3", 50_000, (3, 32, 32))
        return
    with tempfile.TemporaryDirectory() as unpacked:
        if script.is_file():
            subprocess.run([sys.executable, script, unpacked], check=True)
            folder = Path(unpacked)
        train, test = (f("cifar10", path=folder) for f in (datasets.load, datasets.held_out))
        yield Pictures("CIFAR-10", np.array(train.images), np.array(test.images[:64]))


def made(name: str, n: int, shape: tuple[int, int, int]) -> Pictures:
    """Patches of two photographs; channels that go together."""
    c, h, _ = shape
    count = (n + 64) * c
    patches = datasets.load("natural-patches", n=count, size=h).images
    grey = np.resize(patches, (count, h, h)).reshape(n + 64, *shape)  # repeats if there are fewer
    noise = np.random.default_rng(0).integers(0, 8, grey.shape, dtype=np.uint8)
    images = (3 * (grey[:, :1] // 4) + grey // 4 + noise).astype(np.uint8)
    return Pictures(name, images[:n], images[n:])
