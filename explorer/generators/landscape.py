"""Gap and fair speed over two coefficients: a map for the eye, with every refusal named.

Each cell is a full solve, a millisecond or two, so the map is exact and needs no filling in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.core.errors import InputError, NotErgodicError
from explorer.generators.coefficient import Coefficient, named, with_values
from explorer.generators.generator import Generator
from explorer.generators.pace import pace

MAX_CELLS = 64


@dataclass(frozen=True, slots=True, eq=False)
class Landscape:
    """Gap and ``Lambda`` on a grid of two coefficients.

    Attributes
    ----------
    x, y : numpy.ndarray, shape (n,)
        Values of the two coefficients, increasing.
    gap : numpy.ndarray, shape (n, n)
        ``gap[j, i]`` at ``(x[i], y[j])``; nan where there is no rate.
    efficiency : numpy.ndarray, shape (n, n)
        ``Lambda``; nan also where it is undefined.
    verdict : numpy.ndarray of str, shape (n, n)
        Verdict of ``classify``; ``"metastable"`` where the gap is known within a factor 4;
        ``"malformed"`` where there is no generator, for instance ``a = 0``.
    reason : numpy.ndarray of str, shape (n, n)
        The sentence that goes with the verdict.
    """

    x: np.ndarray
    y: np.ndarray
    gap: np.ndarray
    efficiency: np.ndarray
    verdict: np.ndarray
    reason: np.ndarray


def landscape(
    g: Generator,
    x: Any = ("b", 1),
    y: Any = ("b", 3),
    *,
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    n: int = 24,
) -> Landscape:
    """Return the gap and the fair speed over two coefficients.

    Parameters
    ----------
    g : Generator
        Holds all other coefficients and the domain.
    x, y : str or (str, int)
        Coefficients across and up: ``"b1"`` or ``("b", 1)``.
    x_range, y_range : (float, float)
        Values at the first and last grid point.
    n : int
        Grid points per side, 2 to 64.

    Raises
    ------
    InputError
        If a name, a range or ``n`` cannot be used.

    Examples
    --------
    >>> g = Generator("1", "-x")
    >>> flat = landscape(g, "b1", "b3", x_range=(-2, 2), y_range=(-1, 0), n=2)
    >>> flat.gap.round(4).tolist()
    [[2.8548, 0.3743], [2.0, nan]]
    """
    across, up = named(x, field="x"), named(y, field="y")
    if across == up:
        problem = f"Both axes are {up.name}."
        raise InputError("y", problem, "Choose two different coefficients.")
    if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or not 2 <= n <= MAX_CELLS:
        problem = f"A map of {n} points per side cannot be made."
        raise InputError("n", problem, f"Choose 2 to {MAX_CELLS}.")
    xs, ys = _axis(x_range, n, "x_range"), _axis(y_range, n, "y_range")
    cells = [_cell(g, {across: u, up: v}) for v in ys for u in xs]
    columns = [np.array(column).reshape(n, n) for column in zip(*cells, strict=True)]
    return Landscape(xs, ys, *columns)


def _axis(ends: Any, n: int, field: str) -> np.ndarray:
    low, high = (float(end) for end in ends)
    if not (np.isfinite([low, high]).all() and low < high):
        problem = f"The range ({low:g}, {high:g}) is empty or infinite."
        raise InputError(field, problem, "Give two finite numbers, the smaller first.")
    return np.linspace(low, high, n)


def _cell(g: Generator, values: dict[Coefficient, float]) -> tuple[float, float, str, str]:
    """Return gap, Lambda, verdict and sentence of one generator."""
    try:
        p = pace(with_values(g, values))
    except InputError as error:
        return np.nan, np.nan, "malformed", str(error)
    except NotErgodicError as error:
        return np.nan, np.nan, error.classification.verdict, error.reason
    c, fair = p.classification, p.efficiency
    verdict = c.verdict if p.solution else "metastable"
    return p.gap, np.nan if fair is None else fair, verdict, c.reason
