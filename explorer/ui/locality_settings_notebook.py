"""The notebook lines behind the panels of the tab *Settings*."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from explorer.analysis.settings import Settings
    from explorer.ui.cached_defects import Trial
    from explorer.ui.cached_settings import SizesWish
    from explorer.ui.locality_data import DataSpec
    from explorer.ui.locality_state import State


def begin(data: DataSpec, *modules: str) -> str:
    """Return the lines that load the data and their statistics.

    Examples
    --------
    >>> from explorer.ui.locality_data import DataSpec
    >>> print(begin(DataSpec("digits"), "settings").splitlines()[1])
    from explorer.analysis import settings
    """
    return (
        "from explorer import datasets, denoisers\n"
        f"from explorer.analysis import {', '.join(modules)}\n"
        "from explorer.core import rng\n\n"
        f"data = {data.call()}\n"
        "statistics = denoisers.Statistics.fit(data)\n"
    )


def picture(index: int, seed: int) -> str:
    """Return the lines for the clean picture and its noise."""
    return f"clean = data.as_float({index})\nnoise = rng.normal({seed}, [{index}], data.shape)[0]\n"


def settings(state: State, chosen: Settings, plain: Settings, n: int) -> str:
    """Return the lines that compare settings."""
    options = ", ".join(f"{name}={value!r}" for name, value in chosen.options().items())
    base = ", ".join(f"{name}={value!r}" for name, value in plain.options().items())
    return (
        f"{begin(state.data, 'settings')}{picture(state.index, state.seed)}"
        f"sigma = {state.sigma!r}\n"
        f"found = settings.compare(\n    data.images[:{n}], statistics,\n"
        f"    settings.Settings({options}),\n    plain=settings.Settings({base}),\n"
        "    clean=clean, noisy=clean + sigma * noise, sigma=sigma,\n)\n"
        "print(found.chosen.largest, found.chosen.typical, found.chosen.error)"
    )


def sizes(wish: SizesWish) -> str:
    """Return the lines for the mask sizes of both rules."""
    state = wish.state
    cut = f"cutoff={wish.cutoff!r}, tail={wish.tail!r}, " if wish.cutoff else ""
    tau = "tau"
    match = 'tau = mask_sizes.matched(wiener, sigma, symmetric.mean, rule="published")\n'
    return (
        f"{begin(state.data, 'mask_sizes')}"
        f'wiener = denoisers.build("wiener", data, {cut}statistics=statistics)\n'
        f"sigma, tau = {state.sigma!r}, {state.threshold!r}\n"
        "symmetric = mask_sizes.mask_sizes(wiener, sigma, threshold=tau)\n"
        f"{match if wish.match else ''}"
        f"published = mask_sizes.mask_sizes(\n    wiener, sigma, threshold={tau}, "
        f'rule="published", orientation="{wish.orientation}"\n)\n'
        "print(symmetric.mean, published.mean)"
    )


def _trial(trial: Trial, module: str) -> str:
    lines = begin(trial.data, module)
    if trial.fresh:
        fresh = f'fresh = datasets.held_out("{trial.data.name}")\n'
        return (
            lines
            + fresh
            + picture(trial.index, trial.seed).replace("data.as_float", "fresh.as_float")
        )
    return lines + picture(trial.index, trial.seed)


def order(trial: Trial, sigma: float) -> str:
    """Return the lines that put the images into another order."""
    return (
        f"{_trial(trial, 'batch_order')}"
        f"found = batch_order.order_effect(\n    data.images[:{trial.n}], statistics,\n"
        f"    clean=clean, noise=noise, sigma={sigma!r}, threshold={trial.threshold!r}, "
        f"seed={trial.seed},\n)\n"
        "print(found.by_order, found.exact_by_order, found.by_softmax)"
    )


def dead(trial: Trial, sigma: float, *, single: bool) -> str:
    """Return the lines that try both rules for masks."""
    precision = "float32" if single else "float64"
    return (
        f"{_trial(trial, 'dead_pixels')}"
        f"rules = dead_pixels.rules(\n    data.images[:{trial.n}], statistics, "
        f'threshold={trial.threshold!r}, precision="{precision}"\n)\n'
        f"found = rules.at(clean, noise, {sigma!r})\n"
        "print(found.published.masks.cut, found.published.live_missing, found.published.error)"
    )
