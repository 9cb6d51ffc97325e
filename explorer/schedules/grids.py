"""Noise grids by name: which noise levels a sampler visits."""

from __future__ import annotations

from inspect import signature
from typing import Any

import numpy as np

from explorer.core.errors import InputError
from explorer.core.registry import Registry
from explorer.schedules.about import About

_REGISTRY = Registry(
    "explorer.schedules",
    "noise grid",
    entry="nodes",
    own=("m", "sigma_min", "sigma_max"),
    word="parameter",
)


def names() -> tuple[str, ...]:
    """Return the registered names of grids.

    Examples
    --------
    >>> "karras" in names()
    True
    """
    return _REGISTRY.names()


def describe(name: str) -> About:
    """Return title, source and formula of a grid.

    Raises
    ------
    InputError
        For an unknown name.
    """
    return _REGISTRY.get(name).ABOUT


def options(name: str) -> tuple[str, ...]:
    """Return the names of the parameters of a grid, its ends aside.

    Raises
    ------
    InputError
        For an unknown name.

    Examples
    --------
    >>> options("karras")
    ('rho',)
    """
    return _REGISTRY.options(name)


def has_fixed_ends(name: str) -> bool:
    """Return whether the grid's ends are those of a table, not yours.

    Examples
    --------
    >>> has_fixed_ends("ddim-leading"), has_fixed_ends("karras")
    (True, False)
    """
    return "sigma_min" not in signature(_REGISTRY.get(name).nodes).parameters


def grid(
    name: str,
    n: int,
    sigma_min: float | None = None,
    sigma_max: float | None = None,
    *,
    end: str = "sigma_min",
    **params: Any,
) -> np.ndarray:
    """Return the n + 1 noise levels of n steps, strictly decreasing.

    Parameters
    ----------
    name : str
        One of `schedules.grids.names()`.
    n : int
        Number of steps, at least 1.
    sigma_min, sigma_max : float, optional
        Smallest positive and largest level, 0.002 and 80 if left out; both are met exactly. A grid
        with fixed ends takes none.
    end : {"sigma_min", "zero"}
        The last node: sigma_min; or 0, after sigma_min and within the n steps.
    **params
        Those of the grid's `nodes` function, for instance ``rho``.

    Returns
    -------
    numpy.ndarray
        float64, (n + 1,).

    Raises
    ------
    InputError
        For an unknown name or parameter, a number of steps below 1, or levels out of order.

    Examples
    --------
    >>> grid("logsnr", 3, sigma_min=0.1, sigma_max=100.0)
    array([100. ,  10. ,   1. ,   0.1])
    >>> grid("linear", 3, sigma_min=1.0, sigma_max=3.0, end="zero")
    array([3., 2., 1., 0.])
    """
    nodes = _REGISTRY.get(name).nodes
    _check(name, n, end, params)
    ends = {} if has_fixed_ends(name) else _ends(sigma_min, sigma_max)
    if not ends and not (sigma_min is None and sigma_max is None):
        problem = f"The ends of the grid {name} are those of its table."
        raise InputError("sigma_min", problem, "Leave out sigma_min and sigma_max.")
    levels = nodes(n + 1 if end == "sigma_min" else n, **ends, **params)
    if end == "zero":
        levels = np.append(levels, 0.0)
    if not (np.diff(levels) < 0.0).all():
        problem = f"n = {n} steps of the grid {name} are closer than numbers can be."
        raise InputError("n", problem, "Use fewer steps, or ends further apart.")
    return levels


def _check(name: str, n: int, end: str, params: dict[str, Any]) -> None:
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 1:
        raise InputError("n", f"n = {n} is not a number of steps.", "Give 1 or more.")
    if end not in {"sigma_min", "zero"}:
        raise InputError("end", f"end = {end!r}.", 'Use "sigma_min" or "zero".')
    _REGISTRY.check_options(name, params)


def _ends(sigma_min: float | None, sigma_max: float | None) -> dict[str, float]:
    low = 0.002 if sigma_min is None else float(sigma_min)
    high = 80.0 if sigma_max is None else float(sigma_max)
    if not 0.0 < low < high < np.inf:
        problem = f"sigma_min = {low:.6g} and sigma_max = {high:.6g} do not span a range."
        raise InputError("sigma_min", problem, "Give 0 < sigma_min < sigma_max.")
    return {"sigma_min": low, "sigma_max": high}
