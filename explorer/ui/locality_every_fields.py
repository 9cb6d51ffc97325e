"""The field of the tab *Every denoiser*."""

from __future__ import annotations

from explorer.ui.fields import AnyField, Choice

SHOW = Choice(
    key="ll_show",
    label="Show",
    default="answer",
    options=("answer", "difference"),
    titles=("The answer", "Its difference from Wiener's"),
)

FIELDS: tuple[AnyField, ...] = (SHOW,)
GROUPS = {
    "every": "the answers of all denoisers",
    "errors": "how far each is off",
}
