"""The fields of the Generator Studio: every setting that its link holds."""

from __future__ import annotations

from explorer.figures import numbers
from explorer.generators import presets
from explorer.ui.fields import AnyField, Choice, LogNumber, Number, Switch, Text

START = presets.PRESETS["linear-and-cubic"]
TABS = ("Why this gap", "How fast it forgets", "Really faster?", "Tune", "Take it")

A = Text(
    key="gs_a",
    label="Noise a(x)",
    default=START.a,
    help="How strongly noise shakes the process at x: dX = b dt + √(2a) dW. Must be positive.",
)
B = Text(
    key="gs_b",
    label="Drift b(x)",
    default=START.b,
    help="The mean push at x, per unit of time. A minus sign pulls back towards the middle.",
)
LOW = Text(key="gs_low", label="from", default="-inf", longest=40, group="domain")
HIGH = Text(key="gs_high", label="to", default="inf", longest=40, group="domain")
LAW = Text(
    key="gs_law",
    label="log π(x), up to a constant",
    default="x**2/2 - x**4/4",
    group="inverse",
    help="A polynomial. The density is e to this, times the powers at finite ends.",
)
POWERS = tuple(
    Number(
        key=f"gs_law{side[0]}", label=f"Power of the distance to the {side} end", default=0.0,
        low=-0.9, high=20.0, step=0.5, group="inverse",
        help="π grows like this power of the distance; a must vanish there if it is not 0.",
    )
    for side in ("left", "right")
)  # fmt: skip
STEPS = Number(
    key="gs_n",
    label="Steps n of Chen's iteration",
    default=8,
    low=1,
    high=30,
    step=1,
    help="Each step applies the inverse of −L once more and squeezes λ₁ between two values.",
)
TOLERANCE = LogNumber(
    key="gs_tol",
    label="Wanted relative error",
    default=0.01,
    low=1e-12,
    high=0.5,
    stops=(0.2, 0.1, 0.01, 1e-3, 1e-4, 1e-6, 1e-8, 1e-10),
)
TAB = Choice(key="gs_tab", label="Lesson", default=TABS[0], options=TABS)
LOG_DENSITY = Switch(key="gs_logpi", label="Logarithmic density")
WEIGHTED = Switch(
    key="gs_wave",
    label="Draw f√π instead of f",
    default=True,
    help="Eigenfunctions grow in the tails; times √π they stay bounded, like standing waves.",
)
START_LAW = Choice(
    key="gs_start",
    label="Start",
    default="uniform",
    options=("gaussian", "uniform", "points"),
    titles=("Gaussian", "Uniform", "Points"),
)
START_MEAN = Number(
    key="gs_mean", label="Centre", default=1.5, low=-20.0, high=20.0, step=0.1, unit="σ",
    help="In standard deviations of π from its mean.",
)  # fmt: skip
START_WIDTH = Number(
    key="gs_width", label="Width", default=0.5, low=0.01, high=20.0, step=0.05, unit="σ",
    help="Standard deviation of the start, in standard deviations of π.",
)  # fmt: skip
START_LOW = Number(
    key="gs_from", label="Lower end", default=0.2, low=-20.0, high=20.0, step=0.1, unit="σ",
    help="In standard deviations of π from its mean.",
)  # fmt: skip
START_HIGH = Number(
    key="gs_to", label="Upper end", default=0.8, low=-20.0, high=20.0, step=0.1, unit="σ",
    help="In standard deviations of π from its mean.",
)  # fmt: skip
START_POINTS = Text(
    key="gs_points",
    label="Points",
    default="-1, 1",
    longest=120,
    help="Numbers, separated by commas, in standard deviations of π from its mean.",
)
DIMENSION = LogNumber(
    key="gs_d",
    label="Dimension d",
    default=3072,
    low=1,
    high=1_000_000,
    stops=(1, 4, 16, 64, 256, 784, 3_072, 12_288, 49_152, 196_608),
    help="Independent copies, one per pixel value: 64 is an 8×8 digit, 3072 a CIFAR image.",
)
EPS = LogNumber(
    key="gs_eps",
    label="Distance ε to reach",
    default=0.01,
    low=1e-6,
    high=0.5,
    stops=(0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 1e-4),
    help="In total variation: the largest difference of probability over all events.",
)
RATE_ERROR = Number(
    key="gs_off",
    label="What if λ₁ were off by",
    default=-10,
    low=-20,
    high=20,
    step=1,
    format="%+d %%",
    unit="%",
)
TARGET = Number(
    key="gs_target",
    label="Wanted Λ at fixed variance and noise power",
    default=0.9,
    low=0.05,
    high=1.0,
    step=0.01,
    help="Λ = λ₁·Var/E[a] is the gap at variance 1 and noise power 1. It cannot exceed 1.",
)
COEFFICIENTS = tuple(
    f"{name}{power}" for name, most in (("a", 6), ("b", 7)) for power in range(most + 1)
)
TITLES = tuple(f"{c[0]}{numbers.subscript(int(c[1:]))}" for c in COEFFICIENTS)
AXIS_X = Choice(key="gs_mapx", label="Across", default="b1", options=COEFFICIENTS, titles=TITLES)
AXIS_Y = Choice(key="gs_mapy", label="Up", default="b3", options=COEFFICIENTS, titles=TITLES)
FREE = Text(
    key="gs_free",
    label="Coefficients that may move",
    default="b1 b3",
    longest=60,
    help="Names such as a0 b1 b3, separated by spaces; the others stay as they are.",
)
REACH = Text(  # "b1:10 b3:0.5": sliders and maps whose ends do not follow from the present value
    key="gs_reach", label="Ends of the sliders", longest=300, control=False
)

TEXTS: tuple[Text, ...] = (A, B, LOW, HIGH)
FIELDS: tuple[AnyField, ...] = (
    *TEXTS, LAW, *POWERS, STEPS, TOLERANCE, TAB, LOG_DENSITY, WEIGHTED, START_LAW, START_MEAN,
    START_WIDTH, START_LOW, START_HIGH, START_POINTS, DIMENSION, EPS, RATE_ERROR, TARGET, FREE,
    AXIS_X, AXIS_Y, REACH,
)  # fmt: skip
GROUPS = {
    "presets": "the presets",
    "sliders": "the sliders of the coefficients",
    "domain": "the domain",
    "inverse": "the choice of a law",
    "gap": "the number line",
    "accuracy": "how large must n be",
    "law": "the stationary law",
    "modes": "the eigenfunctions",
    "decided": "where the gap is decided",
    "gradient": "what each coefficient does",
    "curves": "the distances over time",
    "content": "what the start is made of",
    "dimension": "the dimension",
    "wrong": "a wrong λ₁",
    "plane": "the plane of λ₁ and Λ",
    "degrees": "the degree study",
    "map": "the landscape",
    "tune": "the tuning",
}
