"""The fields of the tab *Quality against cost*."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from explorer.analysis.arena.contest import METRICS
from explorer.ui.fields import AnyField, Choice

if TYPE_CHECKING:
    from collections.abc import Iterable

METRIC = Choice(
    key="sa_cost_metric",
    label="Distance to the data",
    default="sliced-w2",
    options=tuple(METRICS),
    titles=tuple(metric.title for metric in METRICS.values()),
    help="Lower is better. Each looks at something else: two sets of samples may have the same "
    "marginals and different modes.",
)
AGAINST = Choice(
    key="sa_cost_axis",
    label="Cost",
    default="nfe",
    options=("nfe", "energy", "seconds"),
    titles=("Evaluations", "Energies", "Wall time"),
    help="Evaluations of the denoiser or score per sample (NFE); evaluations of the log density, "
    "which only Metropolis steps need; or seconds on this machine.",
)

FIELDS: tuple[AnyField, ...] = (METRIC, AGAINST)
GROUPS = {
    "quality": "quality against cost",
    "ode_law": "the ODE's end beside the law",
    "best": "the best at each budget",
}


def of(known: Iterable[str]) -> Choice:
    """Return the menu of the distances that are measured on the target.

    Examples
    --------
    >>> of(["kid", "sliced-w2"]).options
    ('sliced-w2', 'kid')
    """
    names = tuple(name for name in METRICS if name in set(known))
    return replace(METRIC, options=names, titles=tuple(METRICS[name].title for name in names))
