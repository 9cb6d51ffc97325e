"""Fashion-MNIST: articles of clothing in the format of MNIST, 28 x 28, grey.

60,000 images to train and 10,000 to test in ten classes; 47 MB unpacked. Not included: the user
puts the four idx files, plain or ``.gz``, into a folder. They are called as those of MNIST, so each
set needs a folder of its own. Licence: MIT, Zalando SE.

References
----------
Xiao, Rasul and Vollgraf, Fashion-MNIST, arXiv:1708.07747.
"""

from __future__ import annotations

from pathlib import Path

from explorer.core.sets import ImageSet
from explorer.datasets import idx_set

NAME = "fashion-mnist"
TITLE = "Fashion-MNIST"
SOURCE = "https://github.com/zalandoresearch/fashion-mnist"
LICENCE = "MIT; Zalando SE"


def load(n: int | None = None, path: str | Path | None = None, *, split: str = "train") -> ImageSet:
    """Return the pictures, uint8 (N, 1, 28, 28), memory-mapped, with labels 0 to 9.

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
        inside=("raw", "FashionMNIST/raw"),
        origin=SOURCE,
        licence=LICENCE,
    )


def held_out(n: int | None = None, path: str | Path | None = None) -> ImageSet:
    """Return the test split."""
    return load(n, path, split="test")
