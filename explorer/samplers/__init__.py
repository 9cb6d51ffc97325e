"""Samplers: ways from noise to data, one file each, and the only loop that runs them.

Everything is written for ``x = x0 + sigma * eps``. A step goes from noise level ``sigma_i = a`` to
``sigma_{i+1} = b < a``; with h = ln(a/b), D(x, sigma) the denoiser's estimate of x0 and
``eps(x, sigma) = (x - D) / sigma``. The last step, to b = 0, returns D.
"""

from typing import Any

from explorer.core.registry import Registry
from explorer.core.types import Sampler as Sampler
from explorer.core.types import Step as Step
from explorer.samplers.about import About as About
from explorer.samplers.base import Walk as Walk
from explorer.samplers.base import sample as sample
from explorer.samplers.base import walk as walk
from explorer.samplers.budget import Plan as Plan
from explorer.samplers.budget import plan as plan
from explorer.samplers.run import Run as Run

_REGISTRY = Registry("explorer.samplers", "sampler", word="parameter")


def names() -> tuple[str, ...]:
    """Return the registered names.

    Examples
    --------
    >>> "euler" in names()
    True
    """
    return _REGISTRY.names()


def describe(name: str) -> About:
    """Return title, source and formula of a sampler.

    Raises
    ------
    InputError
        For an unknown name.

    Examples
    --------
    >>> describe("euler").family
    'one-step'
    """
    return _REGISTRY.get(name).ABOUT


def options(name: str) -> tuple[str, ...]:
    """Return the names of the parameters of a sampler.

    Raises
    ------
    InputError
        For an unknown name.

    Examples
    --------
    >>> options("euler")
    ()
    """
    return _REGISTRY.options(name)


def build(name: str, **params: Any) -> Sampler:
    """Return a sampler by its registered name.

    Parameters
    ----------
    name : str
        One of `names()`.
    **params
        Those of the `build` function in the sampler's file.

    Raises
    ------
    InputError
        For an unknown name or parameter, or a value out of range.

    Examples
    --------
    >>> build("euler").nfe(10)
    10
    """
    _REGISTRY.check_options(name, params)
    return _REGISTRY.get(name).build(**params)
