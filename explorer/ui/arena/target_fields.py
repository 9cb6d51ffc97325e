"""The fields of the target: which law is sampled from, and which denoiser stands for a network."""

from __future__ import annotations

from explorer import datasets
from explorer.core.registry import Registry
from explorer.figures import method_style
from explorer.ui.fields import AnyField, Choice, LogNumber, Number, Switch, Text
from explorer.ui.locality_data import choices, title

MOST_MODES = 24
REACH = 3.0  # of a drawn mode, either way
RING = "1,0,1; 0.71,0.71,1; 0,1,1; -0.71,0.71,1; -1,0,1; -0.71,-0.71,1; 0,-1,1; 0.71,-0.71,1"
COUNTS = ("all", "100", "300", "1000", "3000", "10000")
SIZES = ("8", "16", "28", "32")
# Read from the files' names: to ask the denoisers themselves would load torch with the menu.
_DENOISERS = {
    "optimal": "Optimal (all images)",
    "wiener": "Wiener filter",
    "locality": "Locality masks",
    "kamb-ls": "Kamb & Ganguli, local",
    "kamb-els": "Kamb & Ganguli, equivariant",
    "kamb-bbels": "Kamb & Ganguli, with borders",
    "niedoba": "Niedoba et al., squares",
    "windowed-mixture": "Windowed mixture of Gaussians",
    "nearest": "Nearest image",
    "shrunk-kernel": "Shrunk kernel (Wiener to optimal)",
    "gaussian-mixture": "Gaussian mixture",
    "golddiff": "GoldDiff",
}


def _denoisers() -> tuple[str, ...]:
    names = Registry("explorer.denoisers", "denoiser", own=("data",)).names()
    first = [name for name in method_style.ORDER if name in names]
    return (*first, *(name for name in names if name not in first))


TARGET = Choice(
    key="sa_target",
    label="Target",
    default="modes",
    options=("modes", "nine-modes", "gaussian", "data"),
    titles=("Modes in the plane", "Nine modes", "A Gaussian", "Images"),
    help="The law that every sampler should draw from. Of the first three the exact denoiser is "
    "known in closed form; of images it is an analytic denoiser.",
)
MODES = Text(
    key="sa_modes",
    label="Modes: x, y, weight; …",
    default=RING,
    longest=600,
    placeholder="1,0,1; -1,0,3",
    help=f"At most {MOST_MODES} modes with |x|, |y| ≤ {REACH:g}; weights are divided by their sum.",
)
STD = LogNumber(
    key="sa_std",
    label="Width of a mode",
    default=0.15,
    low=0.01,
    high=2.0,
    stops=(0.02, 0.03, 0.05, 0.08, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.7, 1.0),
    help="Standard deviation of each mode, in units of the data.",
    group="target_numbers",
)
DIMENSION = Number(
    key="sa_dimension", label="Dimension", default=10, low=2, high=64, step=1,
    group="target_numbers",
)  # fmt: skip
DECAY = Number(
    key="sa_decay", label="Decay of the spectrum", default=1.0, low=0.0, high=4.0, step=0.25,
    help="Eigenvalue k is proportional to k to the minus this; 0 is a round Gaussian.",
    group="target_numbers",
)  # fmt: skip
DATA = Choice(
    key="sa_data",
    label="Data",
    default=datasets.DEFAULT,
    options=choices(),
    titles=tuple(title(name) for name in choices()),
)
PATH = Text(
    key="sa_path",
    label="Path on the server",
    longest=300,
    placeholder="holidays/cats.zip",
    help="A folder of pictures, a zip of them, or a file of arrays (npy, npz, idx).",
)
FILE = Text(key="sa_file", label="Uploaded file", longest=64, control=False)
SIZE = Choice(
    key="sa_size", label="Pixels a side", default="16", options=SIZES, group="target_numbers"
)
COLOUR = Switch(key="sa_colour", label="Colour", group="target_numbers")
COUNT = Choice(
    key="sa_images",
    label="Number of images",
    default="all",
    options=COUNTS,
    titles=("All", *(f"{int(count):,}" for count in COUNTS[1:])),
    group="target_numbers",
)
DENOISER = Choice(
    key="sa_denoiser",
    label="Denoiser",
    default="optimal",
    options=_denoisers(),
    titles=tuple(_DENOISERS.get(name, name) for name in _denoisers()),
    help="It takes the place of a network. The optimal one knows all images and leads back to "
    "them; the Wiener filter knows only mean and covariance.",
)
FIELDS: tuple[AnyField, ...] = (
    TARGET, MODES, STD, DIMENSION, DECAY, DATA, PATH, FILE, SIZE, COLOUR, COUNT, DENOISER,
)  # fmt: skip
GROUPS = {
    "target_numbers": "the numbers of the target",
    "board": "the plane to draw modes on",
    "upload": "the box for own images",
}
