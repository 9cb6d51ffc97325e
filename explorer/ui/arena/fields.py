"""The fields of the Sampler Arena: every setting that its link holds, tabs aside."""

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
NFE = LogNumber(
    key="sa_nfe",
    label="Budget: evaluations per sample",
    default=20,
    low=1,
    high=2000,
    stops=(2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 150, 200, 300, 500, 1000),
    help="NFE: how often the denoiser may be asked for each sample. Every sampler gets the steps "
    "that this pays for.",
)
LADDERS = {"one": (1.0,), "four": (0.25, 0.5, 1.0, 2.0), "six": (0.125, 0.25, 0.5, 1.0, 2.0, 4.0)}
LADDER = Choice(
    key="sa_ladder",
    label="Budgets of the curves",
    default="four",
    options=tuple(LADDERS),
    titles=("This one", "¼ to 2 ×", "⅛ to 4 ×"),
    help="Multiples of the budget above, for quality against cost.",
    group="setting",
)
SIGMA_MIN = LogNumber(
    key="sa_sigma_min",
    label="Smallest noise level",
    default=0.002,
    low=0.0001,
    high=1.0,
    stops=(0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2),
    help="σ_min: where every grid ends, or its last level before 0.",
    group="setting",
)
SIGMA_MAX = LogNumber(
    key="sa_sigma_max",
    label="Largest noise level",
    default=80.0,
    low=0.1,
    high=1000.0,
    stops=(0.5, 1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 20.0, 40.0, 80.0, 160.0),
    help="σ_max: where every run starts.",
    group="setting",
)
END = Choice(
    key="sa_end",
    label="Last level",
    default="sigma_min",
    options=("sigma_min", "zero"),
    titles=("σ_min", "0"),
    help="At 0 the answer is the denoiser's last estimate.",
    group="setting",
)
START = Choice(
    key="sa_start",
    label="Starts from",
    default="noise",
    options=("noise", "exact"),
    titles=("Pure noise", "Exact law"),
    help="Pure noise: N(0, σ_max² I), as in practice. Exact law: the data with noise of σ_max; "
    "needed where σ_max is not large.",
    group="setting",
)
SAMPLES = LogNumber(
    key="sa_n",
    label="Samples of each run",
    default=1000,
    low=2,
    high=100_000,
    stops=(16, 64, 250, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000),
    help="More samples lower the floor: the distance that exact samples have by chance.",
)
SEEDS = Number(
    key="sa_seeds", label="Seeds", default=4, low=1, high=16, step=1, group="setting",
    help="Runs of each sampler from different noise; all samplers share the noise of a seed.",
)  # fmt: skip
SEED = Number(
    key="sa_seed", label="First seed", default=0, low=0, high=9_999, step=1, group="setting",
    help="The same seed always gives the same samples.",
)  # fmt: skip
DEVICE = Choice(
    key="sa_device",
    label="Device",
    default="cpu",
    options=("cpu", "cuda"),
    titles=("CPU", "CUDA"),
    group="setting",
)
SAMPLERS = Text(
    key="sa_samplers",
    label="The same as one text",
    default="dpmpp-2m; heun; ddpm",
    longest=400,
    placeholder="dpmpp-2m; ddpm@karras; rtk-mala(segments=5)",
    help="Samplers, each with @grid and (parameter=value, …) where they differ from its own.",
)

FIELDS: tuple[AnyField, ...] = (
    TARGET, MODES, STD, DIMENSION, DECAY, DATA, PATH, FILE, SIZE, COLOUR, COUNT, DENOISER, NFE,
    LADDER, SIGMA_MIN, SIGMA_MAX, END, START, SAMPLES, SEEDS, SEED, DEVICE, SAMPLERS,
)  # fmt: skip
GROUPS = {
    "presets": "the presets",
    "target_numbers": "the numbers of the target",
    "setting": "noise range, start, seeds and device",
    "board": "the plane to draw modes on",
    "upload": "the box for own images",
    "who": "who runs",
    "choose": "the choice of samplers",
    "all": "the files of the whole contest",
    "entries": "grid and parameters of each sampler",
}
