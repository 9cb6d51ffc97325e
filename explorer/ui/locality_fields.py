"""The fields of the Locality Lab: every setting that its link holds."""

from __future__ import annotations

from explorer import datasets
from explorer.ui.fields import AnyField, Choice, LogNumber, Number, Switch, Text
from explorer.ui.locality_data import choices, title

# The published ten steps: t = 900 ... 0 of 1000, beta linear from 1e-4 to 0.02.
PUBLISHED = (60.8, 25.7, 12.0, 6.17, 3.44, 2.04, 1.24, 0.724, 0.342, 0.01)
BETWEEN = (
    40.0, 32.0, 20.0, 15.5, 10.0, 8.0, 5.0, 4.2, 2.9, 2.45, 1.75, 1.5, 1.05, 0.87, 0.6, 0.5, 0.42,
    0.28, 0.23, 0.19, 0.155, 0.125, 0.1, 0.08, 0.063, 0.05, 0.04, 0.032, 0.025, 0.02, 0.0155,
    0.0125,
)  # fmt: skip
SIZES = ("8", "16", "28", "32", "64")
MOST_COLOUR = 32  # pixels a side: 3,072 values; beyond, the first answer takes minutes
MOST_GREY = 64
COUNTS = ("all", "100", "300", "1000", "3000", "10000", "30000")

DATA = Choice(
    key="ll_data",
    label="Data",
    default=datasets.DEFAULT,
    options=choices(),
    titles=tuple(title(name) for name in choices()),
    help="The images whose statistics decide where the filter looks.",
)
SIZE = Choice(
    key="ll_size",
    label="Pixels a side",
    default="16",
    options=SIZES,
    group="kind",
)
COLOUR = Switch(key="ll_colour", label="Colour", group="kind")
COUNT = Choice(
    key="ll_n",
    label="Number of images",
    default="all",
    options=COUNTS,
    titles=("All", *(f"{int(count):,}" for count in COUNTS[1:])),
    help="Fewer images than pixels: the statistics then know only some directions.",
    group="kind",
)
PATH = Text(
    key="ll_path",
    label="Path on the server",
    longest=300,
    placeholder="holidays/cats.zip",
    help="A folder of pictures, a zip of them, or a file of arrays (npy, npz, idx).",
)
FILE = Text(key="ll_file", label="Uploaded file", longest=64, control=False)
INDEX = Number(
    key="ll_image", label="Image", default=0, low=0, high=9_999, step=1,
    help="Its number in the data set, counted from 0.",
)  # fmt: skip
SEED = Number(
    key="ll_seed", label="Seed of the noise", default=0, low=0, high=9_999, step=1,
    help="The same seed and image always give the same noise.",
)  # fmt: skip
SIGMA = LogNumber(
    key="ll_sigma",
    label="Noise level σ",
    default=1.24,
    low=0.01,
    high=60.8,
    stops=tuple(sorted(PUBLISHED + BETWEEN)),
    help="Standard deviation of the noise, on the scale where pixels run from −1 to 1.",
)
TAU = LogNumber(
    key="ll_tau",
    label="Threshold τ of the mask",
    default=0.05,
    low=0.0001,
    high=1.0,
    stops=(0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 1.0),
    help="A pixel enters the mask if its normalised sensitivity is at least τ.",
)
ROW = Number(
    key="ll_row", label="Row", default=4, low=0, high=63, step=1, group="pixel",
    help="Counted from 0, from the top.",
)  # fmt: skip
COLUMN = Number(
    key="ll_column", label="Column", default=3, low=0, high=63, step=1, group="pixel",
    help="Counted from 0, from the left.",
)  # fmt: skip
CHANNELS = ("red", "green", "blue")
CHANNEL = Choice(
    key="ll_channel",
    label="Channel of the pixel",
    default="red",
    options=CHANNELS,
    titles=tuple(name.title() for name in CHANNELS),
    help="Each colour of a pixel is an output of its own, and looks where it wants.",
)
VIEW = Choice(
    key="ll_view",
    label="Channel looked at",
    default="all",
    options=("all", *CHANNELS),
    titles=("All", *(name.title() for name in CHANNELS)),
    help="All: the sizes of the three sensitivities are summed.",
)

FIELDS: tuple[AnyField, ...] = (
    DATA, SIZE, COLOUR, COUNT, PATH, FILE, INDEX, SEED, SIGMA, TAU, ROW, COLUMN, CHANNEL, VIEW,
)  # fmt: skip
GROUPS = {
    "kind": "size, colour and number of the images",
    "upload": "the box for own images",
    "pixel": "row and column",
    "arrows": "the arrow buttons",
    "picture": "the picture",
    "field": "where the filter looks",
    "mask": "the mask",
    "film": "field and mask at ten noise levels",
    "levels": "mask size over noise levels",
}
