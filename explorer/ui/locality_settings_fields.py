"""The fields of the tab *Settings*: what the locality denoiser lets one choose."""

from __future__ import annotations

from explorer.ui.fields import AnyField, Choice, LogNumber, Switch

TEMPERATURE = LogNumber(
    key="ll_temperature",
    label="Temperature T",
    default=1.0,
    low=0.05,
    high=100.0,
    stops=(0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0, 15.0, 30.0),
    help="Above 1 the weights of the images become more equal, below 1 the nearest one wins.",
)
CUTOFF = LogNumber(
    key="ll_cutoff",
    label="Energy cut off, %",
    default=0.0,
    low=0.0,
    high=100.0,
    stops=(0.0, 0.01, 0.05, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0),
    unit="%",
    help="Percentage of the total variance Σλ that is cut from the weakest principal axes before "
    "the masks are made.",
)
TAIL = Choice(
    key="ll_tail",
    label="What is cut off",
    default="zero",
    options=("zero", "mean"),
    titles=("Becomes 0", "Keeps its mean"),
    help="Published: 0. With the mean (probabilistic PCA) the masks stay nearer to the full ones.",
)
SOFTMAX = Choice(
    key="ll_softmax",
    label="Softmax",
    default="published",
    options=("exact", "published"),
    titles=("Over all images", "Per batch"),
    help="The published code normalises the weights within each batch and averages the batches.",
)
BATCH = Choice(
    key="ll_batch",
    label="Images per batch",
    default="512",
    options=("32", "64", "128", "256", "512", "1024"),
    help="Published: 512, or 256 for images of 64 × 64.",
)
RULE = Choice(
    key="ll_rule",
    label="Rule for masks",
    default="published",
    options=("symmetric", "published"),
    titles=("Symmetric", "Published"),
    help="The published rule divides by one pixel's own sensitivity, the symmetric one by both.",
)
ORIENTATION = Choice(
    key="ll_orientation",
    label="Divides by the own sensitivity of",
    default="neighbour",
    options=("neighbour", "output"),
    titles=("The pixel seen", "The output"),
    help="The text of the paper suggests the output; the released code divides by the pixel seen.",
)
MATCH = Switch(
    key="ll_match",
    label="Same mean size",
    help="Gives the published rule the τ at which its masks are as large, on average.",
)
EVERY = Switch(
    key="ll_every",
    label="Average over all images",
    help="Otherwise over the first ones, so that an answer takes less than a second.",
)
FAULTY = Choice(
    key="ll_faulty",
    label="Images for the two panels below",
    default="page",
    options=("page", "mnist"),
    titles=("Those of this page", "MNIST"),
)
HOW_MANY = Choice(
    key="ll_faulty_n",
    label="Images of MNIST",
    default="2000",
    options=("2000", "10000", "60000"),
    titles=("2,000", "10,000", "60,000"),
    help="The first of the training set; mean and covariance are theirs.",
)
SINGLE = Switch(
    key="ll_single",
    label="float32, no deflation",
    help="As if the covariance carried float32 rounding and dead pixels had stayed in.",
)

SETTINGS: tuple[AnyField, ...] = (
    TEMPERATURE, CUTOFF, TAIL, SOFTMAX, BATCH, RULE, ORIENTATION,
)  # fmt: skip
FIELDS: tuple[AnyField, ...] = (*SETTINGS, MATCH, EVERY, FAULTY, HOW_MANY, SINGLE)
GROUPS = {
    "settings": "what each setting changes",
    "settings_presets": "the ready-made settings",
    "sizes": "mask sizes of both rules",
    "order": "the order of the images",
    "dead": "pixels that hardly vary",
}
