"""Samplers: ways from noise to data, one file each, and the only loop that runs them.

Everything is written for ``x = x0 + sigma * eps``. A step goes from noise level ``sigma_i = a`` to
``sigma_{i+1} = b < a``; with h = ln(a/b), D(x, sigma) the denoiser's estimate of x0 and
``eps(x, sigma) = (x - D) / sigma``. The last step, to b = 0, returns D.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from explorer.core.types import Sampler as Sampler
from explorer.core.types import Step as Step
from explorer.samplers.about import About as About
from explorer.samplers.budget import Plan as Plan
from explorer.samplers.budget import plan as plan
from explorer.samplers.knobs import Knob as Knob
from explorer.samplers.knobs import knobs as knobs
from explorer.samplers.registered import REGISTRY as _REGISTRY

if TYPE_CHECKING:
    from explorer.samplers.base import Walk as Walk
    from explorer.samplers.base import sample as sample
    from explorer.samplers.base import walk as walk
    from explorer.samplers.run import Run as Run

# Imported when first asked for: they load torch, which names and controls of samplers do not need.
_LATER = {"Walk": "base", "sample": "base", "walk": "base", "Run": "run"}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER})


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
