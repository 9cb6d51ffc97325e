"""The fields of the tab *Race*."""

from __future__ import annotations

from explorer.analysis import published
from explorer.ui.fields import AnyField, Choice, Number, Text

RACERS = Text(
    key="ll_racers",
    label="Denoisers in the race",
    default="optimal,wiener,locality,kamb-ls,niedoba",
    control=False,  # its control is a row of chips, which cannot be bound to a text
)
# Their titles, as the denoisers themselves say: asking them would load torch with the page.
REFERENCES = {
    "windowed-mixture": "Windowed mixture of Gaussians",
    "locality": "Locality masks",
    "wiener": "Wiener filter",
    "optimal": "Optimal (all images)",
    "kamb-ls": "Kamb & Ganguli, local",
    "niedoba": "Niedoba et al., squares",
    "gaussian-mixture": "Gaussian mixture",
    "shrunk-kernel": "Shrunk kernel (Wiener to optimal)",
}
REFERENCE = Choice(
    key="ll_reference",
    label="Compared with",
    default="windowed-mixture",
    options=tuple(REFERENCES),
    titles=tuple(REFERENCES.values()),
    help="The reference is an analytic denoiser. Agreement with it is not quality.",
    group="race_settings",
)
PROTOCOL = Choice(
    key="ll_protocol",
    label="Compared are",
    default="trajectory",
    options=("trajectory", "single"),
    titles=("Whole paths", "Single answers"),
    help="Whole paths: each denoiser goes its own way, and the last pictures are compared. Single "
    "answers: at each step of a denoiser's path the reference is asked too.",
    group="race_settings",
)
SAMPLES = Number(
    key="ll_samples", label="Samples", default=6, low=1, high=16, step=1, group="race_settings",
    help="Pictures that every denoiser makes, each from its own noise.",
)  # fmt: skip
SEED = Number(
    key="ll_race_seed", label="Seed of the race", default=0, low=0, high=9_999, step=1,
    group="race_settings", help="The same seed always gives the same noise to all.",
)  # fmt: skip
SAMPLE = Number(
    key="ll_sample", label="Sample", default=0, low=0, high=15, step=1,
    help="Its number, counted from 0, from the left.",
)  # fmt: skip
PUBLISHED = Choice(
    key="ll_published",
    label="Data of the paper",
    default="mnist",
    options=tuple(published.AGREEMENT),
    titles=tuple(published.DATASETS[name] for name in published.AGREEMENT),
)

FIELDS: tuple[AnyField, ...] = (
    RACERS, REFERENCE, PROTOCOL, SAMPLES, SEED, SAMPLE, PUBLISHED,
)  # fmt: skip
GROUPS = {
    "race": "the settings of the race",
    "race_pictures": "the pictures of the race",
    "race_chips": "the choice of denoisers",
    "race_settings": "reference, protocol, samples and seed of the race",
    "race_steps": "every step of one sample",
    "race_agreement": "agreement with the reference",
    "race_published": "the published numbers",
}
