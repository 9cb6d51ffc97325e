"""Levels of published networks spread over the whole table, its first and last step included."""

from __future__ import annotations

import numpy as np

from explorer.schedules.about import About
from explorer.schedules.discrete import TRAINING, check_levels, levels_at

NAME = "ddim-linspace"
ABOUT = About(
    title="DDIM, linspace",
    source="Ho et al. 2020, arXiv:2006.11239 (the table); "
    "Lin et al. 2024, arXiv:2305.08891, table 2 (the choice)",
    formula=r"\sigma_i = \sqrt{(1 - \bar\alpha_t) / \bar\alpha_t},\quad "
    r"t = \mathrm{round}(999\,(m - i) / m)",
)


def nodes(m: int) -> np.ndarray:
    """Return m levels, float64 (m,): training steps even from 999 to 0, rounded.

    Parameters
    ----------
    m : int
        At most 1000. A single level is that of step 0.

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
    array([1.57407e+02, 4.70300e+00, 1.00000e-02])
    """
    check_levels(m)
    return levels_at(np.linspace(0, TRAINING - 1, m).round()[::-1])
