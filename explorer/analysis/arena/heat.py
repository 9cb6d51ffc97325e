"""One heat: an entry with a budget becomes a sampler and noise levels, and a run that waits.

An RTK entry with `segments` keeps that many, and the budget buys inner steps:

    S = floor((budget - cost of K segments without inner steps) / (K * cost of an inner step)),

the remainder goes to the last segments. With the grid ``auto`` the log-concavity meter M chooses
the segments (the longest with M <= theta), no more than the budget pays for with one inner step.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from explorer.analysis.arena.entry import AUTO, MOST_SEGMENTS, OWN, THETA, Entry, check
from explorer.analysis.arena.setting import Setting
from explorer.core.errors import InputError

if TYPE_CHECKING:
    import torch

    from explorer.analysis.arena.target import Target
    from explorer.core.types import Sampler
    from explorer.samplers import Walk

SEGMENTS = 5  # of an entry whose segments cost nothing, and that says no number
SAME = 1e-3  # relative; a table whose ends agree so well with the contest's may take part


@dataclass(frozen=True, slots=True, eq=False)
class Planned:
    """What is done with a budget.

    Attributes
    ----------
    sampler : Sampler
    sigmas : numpy.ndarray, float64 (steps + 1,)
    nfe, energy : int
        Evaluations per sample that will be spent, at most the budget; and of the log density.
    steps : int
    note : str
        What a reader should know of the plan; may be empty.
    """

    sampler: Sampler
    sigmas: np.ndarray
    nfe: int
    energy: int
    steps: int
    note: str = ""


def plan(target: Target, entry: Entry, nfe: int, setting: Setting) -> Planned:
    """Return sampler, noise levels and price of a heat.

    Parameters
    ----------
    target : Target
    entry : Entry
    nfe : int
        The budget, evaluations per sample.
    setting : Setting

    Raises
    ------
    InputError
        If the budget pays for no step, the sampler cannot run on the target, or the grid has ends
        of its own.

    Examples
    --------
    >>> from explorer.analysis.arena.target import nine_modes
    >>> found = plan(nine_modes(), Entry("rtk-mala", "ou", (("segments", 5),)), 40, Setting())
    >>> found.steps, found.nfe, found.energy, found.sampler.inner
    (5, 40, 35, 6)
    """
    from explorer import samplers

    entry = check(entry)
    own = {name: value for name, value in entry.params if name in OWN}
    params: dict[str, Any] = {name: v for name, v in entry.params if name not in OWN}
    sampler = samplers.build(entry.sampler, **params)
    _fits(target, entry, sampler, setting.end)
    to_zero, note = setting.end == "zero", ""
    if entry.grid == AUTO:
        most = _most(sampler, nfe, int(own.get("segments", MOST_SEGMENTS)), setting.end)
        sigmas, note = _chosen(target, setting, theta=float(own.get("theta", THETA)), most=most)
        sampler = _bought(sampler, len(sigmas) - 1, nfe, setting.end)
    elif "segments" in own or _is_free(sampler):
        n = int(own.get("segments", SEGMENTS)) + to_zero
        sampler = _bought(sampler, n, nfe, setting.end)
        sigmas = _grid(entry.grid or sampler.default_grid, n, setting)
    else:
        n = samplers.plan(sampler, nfe, end=setting.end).n
        sigmas = _grid(entry.grid or sampler.default_grid, n, setting)
    n = len(sigmas) - 1
    cost, energy = sampler.nfe(n, setting.end), sampler.energy(n, setting.end)
    return Planned(sampler, sigmas, cost, energy, n, note)


def begin(  # noqa: PLR0917  (the page and the notebook call it in this order)
    target: Target,
    entry: Entry,
    nfe: int,
    seed: int,
    setting: Setting,
    cancel: Callable[[], bool] | None = None,
    *,
    chunk: int | None = None,
    watch: bool = False,
    start: torch.Tensor | None = None,
) -> Walk:
    """Return the run of a heat before its first step.

    Parameters
    ----------
    target, entry, nfe, setting
        As in `plan`.
    seed : int
        Of the starts, which all entries share, and of the noise on the way.
    cancel : callable, optional
        Asked before each evaluation; a true answer stops the run.
    chunk : int, optional
        Largest number of samples that the denoiser gets at once; no result depends on it.
    watch : bool
        Show the inner steps of RTK as well: steps with ``inner``, which `Recorder` passes over.
    start : torch.Tensor, optional
        ``target.start(setting.n, seed, setting)``, by whoever runs many heats of a seed.

    Raises
    ------
    InputError
        As in `plan`.

    Examples
    --------
    >>> from explorer.analysis.arena.target import nine_modes
    >>> walk = begin(nine_modes(), Entry("heun"), 10, 0, Setting(n=4))
    >>> len(list(walk)), walk.run().nfe, walk.run().x.shape
    (5, 10, torch.Size([4, 1, 1, 10]))
    """
    from explorer import samplers

    planned = plan(target, entry, nfe, setting)
    return samplers.walk(
        planned.sampler,
        target.denoiser,
        target.start(setting.n, seed, setting) if start is None else start,
        planned.sigmas,
        seed=seed,
        cancel=cancel,
        chunk=chunk,
        watch=watch,
    )


def _fits(target: Target, entry: Entry, sampler: Sampler, end: str) -> None:
    """Refuse a sampler that needs what the target does not have."""
    is_mixture = hasattr(target.denoiser, "covariances")
    if sampler.needs_energy and not hasattr(target.denoiser, "log_density"):
        problem = f"{sampler.name} compares log densities, and {target.title} has none."
        raise InputError("samplers", problem, "Use rtk-mala-score, or a mixture as target.")
    if sampler.name == "rtk-exact" and not is_mixture:
        problem = f"rtk-exact needs a Gaussian mixture, and {target.title} is none."
        raise InputError("samplers", problem, "Take a mixture as target, or leave it out.")
    if getattr(sampler, "last", "") == "exact" and end == "zero" and not is_mixture:
        problem = f"last=exact needs the score of clean data, which {target.title} does not have."
        raise InputError("samplers", problem, "Write last=denoise, or end at sigma_min.")
    if entry.grid == AUTO and not is_mixture:
        problem = f"The grid auto needs a Gaussian mixture, and {target.title} is none."
        raise InputError("samplers", problem, f"Write {sampler.name}@geometric(segments=5).")


def _is_free(sampler: Sampler) -> bool:
    return sampler.nfe(MOST_SEGMENTS) == 0


def _bought(sampler: Sampler, n: int, nfe: int, end: str) -> Sampler:
    """Return the sampler with the inner steps that the budget pays for in n steps."""
    if _is_free(sampler):
        return sampler
    least, each, k = _least(sampler, n, end)
    if nfe < least:
        problem = f"{nfe} evaluations do not pay for {n} steps of {sampler.name}: they take {least}"
        raise InputError("nfe", f"{problem} or more.", f"Give {least}, or fewer segments.")
    inner, extra = divmod((nfe - least) // each + k, k) if k else (1, 0)
    return replace(cast("Any", sampler), inner=inner, extra=extra)


def _least(sampler: Sampler, n: int, end: str) -> tuple[int, int, int]:
    """Return the cost of n steps with one inner step in each, of one more, and how many chains."""
    one, two = (replace(cast("Any", sampler), inner=i, extra=0).nfe(n, end) for i in (1, 2))
    answered = end == "zero" and getattr(sampler, "last", "denoise") == "denoise"
    chains = n - answered  # a step to 0 that is the denoiser's answer has none
    return one, (two - one) // max(chains, 1), chains


def _most(sampler: Sampler, nfe: int, wanted: int, end: str) -> int:
    """Return how many segments, at most those wanted, the budget pays for; at least 1."""
    if _is_free(sampler):
        return wanted
    extra = int(end == "zero")
    paid = (k for k in range(wanted, 1, -1) if _least(sampler, k + extra, end)[0] <= nfe)
    return next(paid, 1)


def _chosen(target: Target, setting: Setting, *, theta: float, most: int) -> tuple[np.ndarray, str]:
    """Return the levels that the log-concavity meter allows, and what is to be said of them."""
    from explorer.samplers.log_concavity import auto_segments
    from explorer.samplers.rtk_auto import mixture_bound

    ends = {"sigma_max": setting.sigma_max, "sigma_min": setting.sigma_min}
    bound = target.remember("meter", lambda: mixture_bound(target.denoiser))
    # Segments are found one by one, so that fewer are the first of many: one search serves all
    # budgets of a size.
    cap = 1 << (most - 1).bit_length()
    found = target.remember(
        ("segments", *ends.values(), theta, cap),
        lambda: auto_segments(bound, **ends, theta=theta, most=cap),
    )
    sigmas, last = found.sigmas, float(found.meter[-1])
    if len(found.meter) > most:
        upper, lower = float(sigmas[most - 1]), setting.sigma_min
        sigmas, last = np.append(sigmas[:most], lower), (upper**2 - lower**2) * bound(lower)
    note = ""
    if last > theta * (1.0 + 1e-9):
        note = f"M <= {theta:g} wants more than {most} segments: the last one has M = {last:.3g}."
    return (np.append(sigmas, 0.0) if setting.end == "zero" else sigmas), note


def _grid(name: str, n: int, setting: Setting) -> np.ndarray:
    """Return n + 1 levels between the ends that all entries share."""
    from explorer import schedules
    from explorer.schedules import grids

    ends = (setting.sigma_min, setting.sigma_max)
    if not grids.has_fixed_ends(name):
        return schedules.grid(name, n, *ends, end=setting.end)
    sigmas = schedules.grid(name, n, end=setting.end)
    found = float(sigmas[sigmas > 0.0][-1]), float(sigmas[0])
    if not np.allclose(found, ends, rtol=SAME, atol=0.0):
        problem = (
            f"{name} visits the levels of its table, here from {found[1]:.4g} to {found[0]:.4g}; "
            f"all samplers of this contest go from {ends[1]:.4g} to {ends[0]:.4g}."
        )
        raise InputError("samplers", problem, "Choose another grid, or these ends for all.")
    return sigmas
