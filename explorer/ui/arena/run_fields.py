"""The fields of the runs: who runs, with which budgets, between which noise levels, how often."""

from __future__ import annotations

from explorer.ui.fields import AnyField, Choice, LogNumber, Number, Text

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
    NFE, LADDER, SIGMA_MIN, SIGMA_MAX, END, START, SAMPLES, SEEDS, SEED, DEVICE, SAMPLERS,
)  # fmt: skip
GROUPS = {
    "presets": "the presets",
    "setting": "noise range, start, seeds and device",
    "who": "who runs",
    "choose": "the choice of samplers",
    "all": "the files of the whole contest",
    "entries": "grid and parameters of each sampler",
}
