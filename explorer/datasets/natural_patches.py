"""Natural patches: squares cut from two photographs, a temple in China and a flower.

Both are 640 x 427, in colour, shipped by scikit-learn; CC BY 2.0, by danielbuechele and vultilion.
Any number of patches of any size from 4 to 64; 10,000 of 16 x 16 are 7.7 MB. Patches to train are
cut from the left four fifths of each photograph, held-out ones from the right fifth, so that
they share no pixel.
"""

from __future__ import annotations

import numpy as np

from explorer.core import rng
from explorer.core.sets import CHUNK, ImageSet
from explorer.datasets.checks import flag, whole

NAME = "natural-patches"
TITLE = "Natural patches"
SOURCE = "china.jpg and flower.jpg of scikit-learn (flickr.com/photos/danielbuechele, vultilion)"
LICENCE = "CC BY 2.0; danielbuechele, vultilion"
PATCHES = 10_000
MOST = 1_000_000
EDGE = 0.8  # of the width: what is left of it is for training


def load(n: int | None = None, *, size: int = 16, colour: bool = False, seed: int = 0) -> ImageSet:
    """Return patches cut at random, uint8 (N, C, size, size); labels: 0 China, 1 flower.

    Parameters
    ----------
    n : int or None
        Number of patches, 10,000 if None. Patch i does not depend on n.
    size : int
        Side, 4 to 64 pixels.
    colour : bool
        Three channels, or one: grey is 0.299 R + 0.587 G + 0.114 B.
    seed : int

    Raises
    ------
    InputError
        If an option is out of range.

    Examples
    --------
    >>> load(n=5, size=8, colour=True).images.shape
    (5, 3, 8, 8)
    """
    return _cut(n, size, colour=colour, seed=seed, held=False)


def held_out(
    n: int | None = None, *, size: int = 16, colour: bool = False, seed: int = 0
) -> ImageSet:
    """Return patches from the part of the photographs that no patch of ``load`` touches."""
    return _cut(n, size, colour=colour, seed=seed, held=True)


def _cut(n: int | None, size: int, *, colour: bool, seed: int, held: bool) -> ImageSet:
    wanted = PATCHES if n is None else whole(n, "n", 1, MOST)
    side = whole(size, "size", 4, 64)
    photographs = _photographs(flag(colour, "colour"))
    _, _, height, width = photographs.shape
    edge = int(EDGE * width)
    low, high = (edge, width) if held else (0, edge)
    places = rng.numpy_generator(seed, int(held)).random((wanted, 3))
    which = (places[:, 0] * len(photographs)).astype(np.int64)
    top = (places[:, 1] * (height - side + 1)).astype(np.int64)
    left = low + (places[:, 2] * (high - low - side + 1)).astype(np.int64)
    windows = np.lib.stride_tricks.sliding_window_view(photographs, (side, side), axis=(2, 3))
    images = np.empty((wanted, photographs.shape[1], side, side), np.uint8)
    for start in range(0, wanted, CHUNK):
        part = slice(start, start + CHUNK)
        images[part] = windows[which[part], :, top[part], left[part]]
    return ImageSet(images, NAME, which, source=SOURCE, licence=LICENCE)


def _photographs(colour: bool) -> np.ndarray:
    """Return both photographs, uint8 (2, C, 427, 640)."""
    from PIL import Image
    from sklearn.datasets import load_sample_image

    pictures = [load_sample_image(name) for name in ("china.jpg", "flower.jpg")]
    if not colour:
        pictures = [np.asarray(Image.fromarray(p).convert("L"))[..., None] for p in pictures]
    return np.stack(pictures).transpose(0, 3, 1, 2)
