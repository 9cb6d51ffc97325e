"""The sentences and tables of the tab *Memory*, with their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from explorer.analysis.memorisation import METHODS, WEIGHED
from explorer.figures import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.analysis.copying import Copying, Weights
    from explorer.analysis.memorisation import LevelErrors
    from explorer.ui.cached_memory import Groups

COPY_HEAD = (
    "Denoiser",
    r"median $N_{\mathrm{eff}}$",
    "smallest",
    "largest weight",
    "pixels copied",
    "sources",
)
TITLES = {"wiener": "Wiener", "locality": "locality", "optimal": "optimal"}


def copy_rows(found: Copying) -> list[tuple[str, ...]]:
    """Return a row for each denoiser."""

    def row(name: str, weights: Weights) -> tuple[str, ...]:
        return (
            name,
            numbers.number(float(np.median(weights.effective)), 3),
            numbers.number(float(weights.effective.min()), 3),
            numbers.number(float(weights.largest.max()), 3),
            numbers.percent(weights.copied),
            numbers.whole(weights.sources),
        )

    return [row("locality", found.locality), row("optimal", found.optimal)]


def copy_caption(found: Copying, index: int) -> str:
    """Return the caption of the maps."""
    optimal, locality = found.optimal, found.locality
    heaviest, weight = int(optimal.heaviest.flat[0]), float(optimal.largest.flat[0])
    whose = "this very picture" if heaviest == index else f"image {heaviest:,}"
    return (
        f"The optimal denoiser gives {whose} the weight **{numbers.number(weight, 2)}** for all "
        f"pixels. Under the masks the heaviest of the {found.n:,} images differs from pixel to "
        f"pixel: **{locality.sources:,}** of them take part in the mosaic."
    )


def left_out(n: int) -> str:
    """Say why the picture cannot be left out."""
    return f"This picture is not among the first {n:,} images, which are averaged over."


def groups(found: Groups, count: int) -> str:
    """Say which images are compared."""
    where = "fresh ones of the same kind" if found.fresh else "set aside beforehand"
    return (
        f"{count} pictures out of {len(found.training):,} training images, and as many that were "
        f"{where}."
    )


def errors_caption(found: Sequence[LevelErrors]) -> str:
    """Return the caption of the errors: who memorises, where most."""
    ratio = [level.mean[1] / np.maximum(level.mean[0], 1e-12) for level in found]
    levels = [k for k, level in enumerate(found) if level.sigma > 0.1] or [0]
    worst = max(levels, key=lambda k: ratio[k][METHODS.index("optimal")])
    said = {
        name: numbers.number(float(np.sqrt(ratio[worst][k])), 2) for k, name in enumerate(METHODS)
    }
    return (
        f"At σ = {numbers.number(found[worst].sigma, 3)} the optimal denoiser is off "
        f"**{said['optimal']} times** as far on held-out pictures as on those it has stored; "
        f"locality {said['locality']} times, and the Wiener filter, which stores a mean and a "
        f"covariance, {said['wiener']} times."
    )


def weights_caption(found: Sequence[LevelErrors]) -> str:
    """Return the caption of the effective numbers."""
    ratio = [level.effective[1] for level in found]
    gap = max(range(len(found)), key=lambda k: ratio[k][0] / ratio[k][1])
    locality, optimal = (numbers.number(float(v), 3) for v in ratio[gap])
    return (
        f"For held-out pictures at σ = {numbers.number(found[gap].sigma, 3)} a pixel is the mean "
        f"of **{locality}** images under the masks and of {optimal} without: fewer pixels to "
        "compare leave more images that fit."
    )


def columns(found: Sequence[LevelErrors]) -> dict[str, list[float]]:
    """Return all numbers as columns, one row per noise level."""
    table = {"sigma": [level.sigma for level in found]}
    for g, group in enumerate(("training", "held_out")):
        for m, name in enumerate(METHODS):
            table[f"mse_{group}_{name}"] = [float(level.mean[g, m]) for level in found]
            table[f"se_{group}_{name}"] = [float(level.standard_error[g, m]) for level in found]
        for m, name in enumerate(WEIGHED):
            table[f"n_eff_{group}_{name}"] = [float(level.effective[g, m]) for level in found]
            table[f"p_max_{group}_{name}"] = [float(level.largest[g, m]) for level in found]
    return table
