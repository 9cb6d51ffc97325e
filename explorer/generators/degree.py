"""Why a higher degree raises the gap and not the speed: the powers ``b = -x^q``.

With ``a = 1`` on the line, the gap grows with the odd power ``q``, because the stationary law
gets narrower; at equal variance and noise power, that is in ``Lambda``, the powers get slower.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.core.errors import InputError
from explorer.core.polynomials import MAX_DEGREE
from explorer.generators.generator import Generator
from explorer.generators.pace import pace


@dataclass(frozen=True, slots=True, eq=False)
class DegreeStudy:
    """Gap and fair speed of ``a = 1, b = -x^q``.

    Attributes
    ----------
    degrees : numpy.ndarray of int, shape (m,)
    gaps, efficiencies : numpy.ndarray, shape (m,)
        Spectral gap and ``Lambda``.
    """

    degrees: np.ndarray
    gaps: np.ndarray
    efficiencies: np.ndarray


def degree_study(degrees: Sequence[int] = (1, 3, 5, 7, 9)) -> DegreeStudy:
    """Return gap and fair speed of ``b = -x^q`` for odd ``q``.

    Parameters
    ----------
    degrees : sequence of int
        Odd, 1 to 11: an even power explodes on one side.

    Raises
    ------
    InputError
        For any other degree.

    Examples
    --------
    >>> study = degree_study()
    >>> study.gaps.round(3).tolist(), study.efficiencies.round(3).tolist()
    ([1.0, 1.369, 1.524, 1.627, 1.704], [1.0, 0.925, 0.882, 0.861, 0.849])
    """
    for q in degrees:
        if q not in range(1, MAX_DEGREE, 2):
            problem = f"b = -x^{q} has no gap on the line, or its degree is too high."
            raise InputError("degrees", problem, "Give odd degrees from 1 to 11.")
    paces = [pace(Generator([1.0], [0.0] * int(q) + [-1.0])) for q in degrees]
    return DegreeStudy(
        degrees=np.array(degrees, dtype=int),
        gaps=np.array([p.gap for p in paces]),
        efficiencies=np.array([p.efficiency for p in paces]),
    )
