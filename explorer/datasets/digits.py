"""Digits: handwritten digits, 8 x 8, grey, built in.

1,797 images, 115 kB: the test part of "Optical Recognition of Handwritten Digits" (Alpaydin and
Kaynak, UCI Machine Learning Repository, CC BY 4.0), as scikit-learn ships it. Grey levels are 0 to
16 there; here ``u = round(255 v / 16)``.
"""

from __future__ import annotations

import numpy as np

from explorer.core.sets import ImageSet
from explorer.datasets.checks import count

NAME = "digits"
TITLE = "Digits 8 x 8"
SOURCE = "UCI Machine Learning Repository, doi:10.24432/C50P49, through scikit-learn"
LICENCE = "CC BY 4.0; Ethem Alpaydin and Cenk Kaynak"


def load(n: int | None = None) -> ImageSet:
    """Return the digits, uint8 (N, 1, 8, 8), with labels 0 to 9.

    Parameters
    ----------
    n : int or None
        The first n images; None for all 1,797.

    Raises
    ------
    InputError
        If n is out of range.

    Examples
    --------
    >>> load(n=100).images.shape
    (100, 1, 8, 8)
    """
    from sklearn.datasets import load_digits

    values, labels = load_digits(return_X_y=True)
    wanted = count(n, len(values), TITLE)
    levels = (values[:wanted].astype(np.int64) * 255 + 8) // 16
    images = levels.astype(np.uint8).reshape(wanted, 1, 8, 8)
    return ImageSet(images, NAME, np.asarray(labels)[:wanted], source=SOURCE, licence=LICENCE)
