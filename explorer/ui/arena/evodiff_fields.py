"""The fields of the tab *EVODiff*."""

from __future__ import annotations

from explorer.analysis import published_fid
from explorer.ui.fields import AnyField, Choice

GRID = Choice(
    key="sa_evo_grid",
    label="Noise grid",
    default="own",
    options=("own", "logsnr", "karras"),
    titles=("Each its own", "logsnr for all", "karras for all"),
    help="EVODiff's constants are tuned for logsnr down to σ about 0.002.",
)
DATA = Choice(
    key="sa_evo_fid",
    label="Published on",
    default="cifar10",
    options=tuple(published_fid.TABLES),
    titles=tuple(table.title for table in published_fid.TABLES.values()),
)

FIELDS: tuple[AnyField, ...] = (GRID, DATA)
GROUPS = {
    "evodiff_course": "EVODiff's coefficients along the run",
    "evodiff_parts": "EVODiff's parts switched off",
    "evodiff_published": "published FID",
}
