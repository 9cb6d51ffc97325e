"""The fields of the tab *Draw a pattern*."""

from __future__ import annotations

from explorer.analysis import patterns
from explorer.ui.fields import AnyField, Choice, Number, Text

OWN = "own"
_TITLES = {"w": "W", "cross": "Cross", "ring": "Ring", "stripe": "Stripe"}

SHAPE = Choice(
    key="ll_shape",
    label="Pattern",
    default="w",
    options=(*patterns.READY, OWN),
    titles=(*(_TITLES[name] for name in patterns.READY), "Own"),
    help="The ready ones run through the chosen pixel. Draw on the board to make your own.",
    group="board",
)
CELLS = Text(key="ll_pattern", label="My own pattern", longest=patterns.LONGEST, control=False)
GAIN = Number(
    key="ll_gain",
    label="Strength g",
    default=1.0,
    low=0.0,
    high=2.0,
    step=0.05,
    help="Each image gets the pattern by g times a random amount of mean 0 and variance 1.",
    group="board",
)

FIELDS: tuple[AnyField, ...] = (SHAPE, CELLS, GAIN)
GROUPS = {
    "board": "the drawing board",
    "examples": "images with the pattern",
    "pattern_field": "the field without and with the pattern",
    "pattern_mask": "the mask without and with the pattern",
    "pattern_levels": "mask size without and with the pattern",
}
