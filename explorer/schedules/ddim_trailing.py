"""Levels of published networks counted from the table's noisy end: the first step is its last."""

from __future__ import annotations

import numpy as np

from explorer.schedules.about import About
from explorer.schedules.discrete import TRAINING, check_levels, levels_at

NAME = "ddim-trailing"
ABOUT = About(
    title="DDIM, trailing",
    source="Ho et al. 2020, arXiv:2006.11239 (the table); "
    "Lin et al. 2024, arXiv:2305.08891, table 2 (the choice)",
    formula=r"\sigma_i = \sqrt{(1 - \bar\alpha_t) / \bar\alpha_t},\quad "
    r"t = \mathrm{round}(1000 - 1000\,i / (m + 1)) - 1",
)


def nodes(m: int) -> np.ndarray:
    """Return m levels, float64 (m,): training steps 999, 999 - s, ... with s = 1000 / m, rounded.

    Parameters
    ----------
    m : int
        At most 1000.

    Raises
    ------
    InputError
        With field ``"n"``, for more levels than training steps.

    References
    ----------
    Lin et al., Common diffusion noise schedules and sample steps are flawed (2024), table 2

    Examples
    --------
    >>> nodes(10)[[0, 4, 9]].round(3)
    array([157.407,   6.135,   0.339])
    """
    check_levels(m)
    # As diffusers counts, whose rounding decides where a step falls half-way between two; it may
    # count one step too many, to -1.
    t = np.arange(TRAINING, 0, -TRAINING / m)[:m]
    return levels_at(np.round(t) - 1)
