"""Where to start from: seven contests, each with half a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from explorer.ui import inputs
from explorer.ui.arena import run_fields as f
from explorer.ui.arena import target_fields as t
from explorer.ui.fields import AnyField, Value


@dataclass(frozen=True, slots=True)
class Preset:
    """A contest: its label, half a sentence, and the fields that differ from their defaults."""

    label: str
    sentence: str
    values: Mapping[AnyField, Value]

    def everything(self) -> dict[AnyField, Value]:
        """Return a value for every field that a preset decides."""
        return {field: field.default for field in DECIDED} | dict(self.values)


DECIDED: tuple[AnyField, ...] = tuple(
    field for field in (*t.FIELDS, *f.FIELDS) if field not in {f.SEED, f.SEEDS, f.DEVICE, f.LADDER}
)
RARE = "-1.2,0,0.96; 1.2,0.6,0.04"
PRESETS = {
    "ring": Preset("Eight on a ring", "equal modes in the plane, with room between them", {}),
    "nine": Preset(
        "Nine modes in 10-D (RTK style)",
        "the mixture of the RTK paper's kind, where mode weights are easily lost",
        {
            t.TARGET: "nine-modes",
            t.STD: 0.25,
            f.SIGMA_MAX: 10.0,
            f.NFE: 40,
            f.SAMPLERS: "dpmpp-2m; ddpm; rtk-mala; rtk-uld",
        },
    ),
    "rare": Preset(
        "A rare mode",
        "one mode of four percent: who finds it as often as it deserves?",
        {t.MODES: RARE, t.STD: 0.25, f.SAMPLES: 2000, f.SAMPLERS: "dpmpp-2m; ddim; ddpm; heun"},
    ),
    "stretched": Preset(
        "A stretched Gaussian",
        "one direction is a hundred times wider in variance than another; the ODE is exact",
        {
            t.TARGET: "gaussian",
            t.DIMENSION: 10,
            t.DECAY: 2.0,
            f.NFE: 10,
            f.SAMPLERS: "euler; heun; dpmpp-2m; dpmpp-3m",
        },
    ),
    "digits-optimal": Preset(
        "Digits, optimal denoiser",
        "it knows all images and leads back to them",
        {t.TARGET: "data", f.SAMPLES: 64, f.SAMPLERS: "dpmpp-2m; heun; ddpm; evodiff"},
    ),
    "digits-wiener": Preset(
        "Digits, Wiener",
        "it knows mean and covariance only: a Gaussian in 64 dimensions",
        {
            t.TARGET: "data",
            t.DENOISER: "wiener",
            f.SAMPLES: 64,
            f.SAMPLERS: "dpmpp-2m; heun; ddpm; evodiff",
        },
    ),
    "rtk-grid": Preset(
        "RTK's own grid: five equal OU segments",
        "few long steps from an exact start, where the paper makes its claim",
        {
            t.TARGET: "nine-modes",
            t.STD: 0.25,
            f.SIGMA_MAX: 2.0,
            f.START: "exact",
            f.NFE: 40,
            f.SAMPLERS: "rtk-mala@ou(segments=5); rtk-uld@ou(segments=5); ddpm@ou; ddpm@karras; "
            "dpmpp-2m",
        },
    ),
}


def present() -> str | None:
    """Return the name of the preset that the fields are at; None if of no preset."""
    for name, preset in PRESETS.items():
        if all(inputs.value(field) == value for field, value in preset.everything().items()):
            return name
    return None


def take(name: str) -> None:
    """Set all fields to a preset; for a callback."""
    inputs.assign(PRESETS[name].everything())
