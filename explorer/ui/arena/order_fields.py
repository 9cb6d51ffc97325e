"""The fields of the tab *Order*."""

from __future__ import annotations

from explorer.ui.fields import AnyField, Choice

WHO = Choice(
    key="sa_order_who",
    label="Samplers",
    default="entries",
    options=("entries", "surprises", "all"),
    titles=("Those above", "Surprises", "All"),
    help="Those that are chosen above; those whose order is not what one would expect; or every "
    "sampler that follows the ODE.",
)
GRID = Choice(
    key="sa_order_grid",
    label="Noise grid",
    default="logsnr",
    options=("logsnr", "karras"),
    titles=("logsnr", "karras"),
    help="All run on this grid, whatever they use above: logsnr has equal steps in log σ, karras "
    "in the 7th root of σ.",
)

FIELDS: tuple[AnyField, ...] = (WHO, GRID)
GROUPS = {"order": "measured orders of convergence"}
