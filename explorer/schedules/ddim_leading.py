"""The levels that published networks are sampled at: every so many of a thousand training steps."""

from __future__ import annotations

import numpy as np

from explorer.schedules.about import About
from explorer.schedules.discrete import TRAINING, check_levels, levels_at

NAME = "ddim-leading"
ABOUT = About(
    title="DDIM, leading",
    source="Ho et al. 2020, arXiv:2006.11239 (the table); "
    "Song et al. 2021, arXiv:2010.02502 (the choice)",
    formula=r"\sigma_i = \sqrt{(1 - \bar\alpha_t) / \bar\alpha_t},\quad t = (m - i)\,s",
)


def nodes(m: int) -> np.ndarray:
    """Return m levels, float64 (m,): training steps (m - 1) s, ..., s, 0 with s = 1000 // m.

    Parameters
    ----------
    m : int
        At most 1000.

    Raises
    ------
    InputError
        With field ``"n"``, for more levels than training steps.

    Examples
    --------
    >>> nodes(10)[[0, 4, 9]].round(3)
    array([6.0822e+01, 3.4430e+00, 1.0000e-02])
    """
    check_levels(m)
    return levels_at(np.arange(m)[::-1] * (TRAINING // m))
