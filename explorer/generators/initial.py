"""The law that the diffusion starts from: Gaussian, uniform, or equal weights on points.

A law is given on the line; ``start.place`` puts it on the domain of a generator.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from explorer.core.errors import InputError

MAX_SIZE = 1e12
MAX_POINTS = 100_000


@dataclass(frozen=True, slots=True)
class Gaussian:
    """Normal law ``N(mean, std^2)``, cut to the domain of the generator if that is smaller.

    Parameters
    ----------
    mean, std : float
        In the units of x; ``std > 0``.

    Raises
    ------
    InputError
        With field ``"mean"`` or ``"std"``.

    Examples
    --------
    >>> Gaussian(1.5, 0.5).key()
    '{"mean":"0x1.8000000000000p+0","std":"0x1.0000000000000p-1","type":"gaussian","version":1}'
    """

    mean: float = 0.0
    std: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "mean", _number(self.mean, "mean"))
        object.__setattr__(self, "std", _number(self.std, "std"))
        if not self.std > 1e-9 * max(1e-3, abs(self.mean)):
            problem = f"The standard deviation {self.std:g} of the start must be positive."
            raise InputError("std", problem, "For a start at one point use Points([mean]).")

    def key(self) -> str:
        """Canonical string of the law, exact to the last bit."""
        return _key("gaussian", mean=self.mean.hex(), std=self.std.hex())


@dataclass(frozen=True, slots=True)
class Uniform:
    """Uniform law on ``[low, high]``, which must lie inside the domain of the generator.

    Parameters
    ----------
    low, high : float
        In the units of x; ``low < high``.

    Raises
    ------
    InputError
        With field ``"low"`` or ``"high"``.

    Examples
    --------
    >>> Uniform(0.2, 0.8).high
    0.8
    """

    low: float = -1.0
    high: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "low", _number(self.low, "low"))
        object.__setattr__(self, "high", _number(self.high, "high"))
        size = max(abs(self.low), abs(self.high))
        if not self.high - self.low > 1e-9 * size:
            problem = f"The uniform start on [{self.low:g}, {self.high:g}] has no width."
            raise InputError("high", problem, "Give low < high, or use Points([low]).")

    def key(self) -> str:
        """Canonical string of the law, exact to the last bit."""
        return _key("uniform", low=self.low.hex(), high=self.high.hex())


@dataclass(frozen=True, slots=True)
class Points:
    """Equal weights on the given points (data, or one fixed start).

    Parameters
    ----------
    values : iterable of float
        At most 100,000 numbers, in the units of x; repeated values count again. They are sorted.

    Raises
    ------
    InputError
        With field ``"values"``.

    Examples
    --------
    >>> Points([1, -1]).values
    (-1.0, 1.0)
    """

    values: tuple[float, ...]

    def __init__(self, values: float | Iterable[float]) -> None:
        if isinstance(values, (int, float)):
            values = (values,)
        try:
            numbers = np.asarray(list(values))
        except (TypeError, ValueError) as error:
            raise _bad_points("The starting points cannot be read as a list.") from error
        if numbers.ndim != 1 or not 0 < numbers.size <= MAX_POINTS:
            raise _bad_points(f"There are {numbers.size} starting points in {numbers.ndim} dims.")
        if numbers.dtype.kind not in "iuf":
            raise _bad_points("The starting points are not all numbers.")
        bad = numbers[~(np.abs(numbers.astype(float)) < MAX_SIZE)]
        if bad.size:
            raise _bad_points(f"The starting point {bad[0]:g} is not a finite number below 1e12.")
        object.__setattr__(self, "values", tuple(np.sort(numbers.astype(float)).tolist()))

    def key(self) -> str:
        """Canonical string of the law, exact to the last bit."""
        return _key("points", values=[value.hex() for value in self.values])


InitialLaw = Gaussian | Uniform | Points


def _number(value: object, field: str) -> float:
    if isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool):
        number = float(value) + 0.0
        if abs(number) < MAX_SIZE:
            return number
    problem = f"{field} = {str(value)[:20]} of the start is not a finite number below 1e12."
    raise InputError(field, problem, "Give a number such as 0.5.")


def _bad_points(problem: str) -> InputError:
    return InputError("values", problem, "Give 1 to 100,000 numbers.")


def _key(kind: str, **fields: object) -> str:
    return json.dumps({"type": kind, "version": 1, **fields}, sort_keys=True, separators=(",", ":"))
