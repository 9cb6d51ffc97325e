"""The fields of the tab *Side by side*."""

from __future__ import annotations

from explorer.analysis.arena.contest import METRICS
from explorer.ui.fields import AnyField, Choice, Number

_POINTS = tuple(name for name, metric in METRICS.items() if metric.points)
_IMAGES = tuple(name for name, metric in METRICS.items() if metric.images)

VIEW = Choice(
    key="sa_side_view",
    label="Shown are",
    default="last",
    options=("last", "steps"),
    titles=("All at the end", "One, step by step"),
)
SAMPLE = Number(
    key="sa_side_sample", label="Sample", default=0, low=0, high=63, step=1,
    help="Its number, counted from 0, from the left.",
)  # fmt: skip
DIRECTION = Choice(
    key="sa_side_direction",
    label="Histogram of",
    default="first",
    options=("first", "second", "angle", "given"),
    titles=("x₁", "x₂", "an angle", "x₂ given x₁"),
    help="Coordinate 1, coordinate 2, a direction between them, or coordinate 2 of the samples "
    "with 0.75 < x₁ < 1.25 alone: a slab through the modes at x₁ = 1.",
)
ANGLE = Number(
    key="sa_side_angle", label="Angle", default=45, low=0, high=180, step=5, unit="degrees",
    help="From the axis of coordinate 1 towards that of coordinate 2, in degrees.",
)  # fmt: skip
METRIC = Choice(
    key="sa_side_metric",
    label="Distance to the data",
    default="sliced-w2",
    options=_POINTS,
    titles=tuple(METRICS[name].title for name in _POINTS),
    help="Lower is better. Exact samples do not reach 0 but the floor.",
)
IMAGE_METRIC = Choice(
    key="sa_side_image_metric",
    label="Distance to the data",
    default="sliced-w2",
    options=_IMAGES,
    titles=tuple(METRICS[name].title for name in _IMAGES),
    help="Lower is better. Other data of the same set do not reach 0 but the floor.",
)

FIELDS: tuple[AnyField, ...] = (VIEW, SAMPLE, DIRECTION, ANGLE, METRIC, IMAGE_METRIC)
GROUPS = {
    "side_way": "the way from the noise",
    "side_end": "where the samples end",
    "side_histogram": "histograms",
    "side_table": "the table of numbers",
}
