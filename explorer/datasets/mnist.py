"""MNIST: handwritten digits, 28 x 28, grey, centred by mass.

60,000 images to train and 10,000 to test; 47 MB unpacked. Not included: the user puts the four idx
files, plain or ``.gz``, into a folder. Licence: commonly stated as CC BY-SA 3.0, by Yann LeCun and
Corinna Cortes.

References
----------
LeCun, Bottou, Bengio and Haffner, Gradient-based learning applied to document recognition, 1998.
"""

from __future__ import annotations

from pathlib import Path

from explorer.core.sets import ImageSet
from explorer.datasets import idx_set

NAME = "mnist"
TITLE = "MNIST"
SOURCE = "https://github.com/cvdfoundation/mnist"
LICENCE = "CC BY-SA 3.0 as commonly stated; Yann LeCun and Corinna Cortes"


def load(n: int | None = None, path: str | Path | None = None, *, split: str = "train") -> ImageSet:
    """Return the digits, uint8 (N, 1, 28, 28), memory-mapped, with labels 0 to 9.

    Parameters
    ----------
    n : int or None
        The first n images; None for all.
    path : str, pathlib.Path or None
        Folder of the idx files; None looks into ``$EXPLORER_DATA`` and the cache folder.
    split : "train" or "test"

    Raises
    ------
    InputError
        If files are missing or not whole.
    """
    return idx_set.load(
        NAME,
        TITLE,
        n,
        path,
        split=split,
        inside=("raw", "MNIST/raw"),
        origin=SOURCE,
        licence=LICENCE,
    )


def held_out(n: int | None = None, path: str | Path | None = None) -> ImageSet:
    """Return the test split."""
    return load(n, path, split="test")
