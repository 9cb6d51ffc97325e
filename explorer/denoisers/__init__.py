"""Denoisers that follow from data by formula: no training, no weights.

A denoiser ``D(x, sigma)`` takes float images (B, C, H, W), ``x = x0 + sigma * eps`` with x0 in
[-1, 1], and estimates x0.
"""

from typing import Any

from explorer.core.registry import Registry
from explorer.core.types import Denoiser
from explorer.denoisers.about import About
from explorer.denoisers.statistics import Statistics as Statistics

_REGISTRY = Registry("explorer.denoisers", "denoiser", own=("data",))


def names() -> tuple[str, ...]:
    """Return the registered names.

    Examples
    --------
    >>> "wiener" in names()
    True
    """
    return _REGISTRY.names()


def describe(name: str) -> About:
    """Return title, source and cost of a denoiser.

    Raises
    ------
    InputError
        For an unknown name.

    Examples
    --------
    >>> describe("locality").title
    'Locality masks'
    """
    return _REGISTRY.get(name).ABOUT


def options(name: str) -> tuple[str, ...]:
    """Return the names of the options of a denoiser.

    Raises
    ------
    InputError
        For an unknown name.

    Examples
    --------
    >>> options("optimal")
    ('temperature', 'neighbours')
    """
    return _REGISTRY.options(name)


def build(name: str, data: Any, **options: Any) -> Denoiser:
    """Return a denoiser of a data set by its registered name.

    Parameters
    ----------
    name : str
        One of `names()`.
    data : ImageSet or numpy.ndarray, uint8 (N, C, H, W)
    **options
        Those of the `build` function in the denoiser's file.

    Raises
    ------
    InputError
        For an unknown name or option.

    Examples
    --------
    >>> import numpy, torch
    >>> images = numpy.array([0, 255], dtype=numpy.uint8).reshape(2, 1, 1, 1)
    >>> build("nearest", images)(torch.ones(1, 1, 1, 1), 0.5).item()
    1.0
    """
    _REGISTRY.check_options(name, options)
    return _REGISTRY.get(name).build(data, **options)
