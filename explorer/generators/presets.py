"""Generators worth starting from: those with a gap, and those that have none, each with a reason.

A preset is text, as a person would type it. ``PRESETS`` have a gap; ``REFUSED`` have none (or one
that must be read with care), and their sentence says what goes wrong, not that something does.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from explorer.generators.generator import Generator

LINE = ("-inf", "inf")
HALF_LINE = ("0", "inf")


@dataclass(frozen=True, slots=True)
class Preset:
    """One generator to start from.

    Parameters
    ----------
    name : str
        Permanent kebab-case name; links use it.
    label : str
        What the chip shows.
    a, b : str
        Noise and drift coefficient as text.
    ends : (str, str)
        The domain as text: a number, ``"-inf"`` or ``"inf"``.
    sentence : str
        What to see in it, without the full stop.
    """

    name: str
    label: str
    a: str
    b: str
    ends: tuple[str, str]
    sentence: str

    def generator(self) -> Generator:
        """Return the preset as a specification.

        Examples
        --------
        >>> PRESETS["ornstein-uhlenbeck"].generator().b_text
        '-x'
        """
        return Generator(a=self.a, b=self.b, domain=self.ends)


def _by_name(*presets: Preset) -> dict[str, Preset]:
    return {preset.name: preset for preset in presets}


PRESETS = _by_name(
    Preset(
        "ornstein-uhlenbeck",
        "Ornstein–Uhlenbeck",
        "1",
        "-x",
        LINE,
        "The Gaussian yardstick: λ₁ = 1 exactly, f = x",
    ),
    Preset(
        "linear-and-cubic",
        "x + x³",
        "1",
        "-x - x**3",
        LINE,
        "A steeper pull far out: λ₁ more than doubles, Λ drops by 3 %",
    ),
    Preset(
        "quartic",
        "Quartic",
        "1",
        "-x**3",
        LINE,
        "Flat in the middle, steep outside: the eigenvalue of Schrödinger's quartic well",
    ),
    Preset(
        "double-well",
        "Double well",
        "1",
        "8*x - 8*x**3",
        LINE,
        "Two states and a barrier: the gap is the rate of crossing",
    ),
    Preset(
        "metastable-30",
        "Metastable, h = 30",
        "1",
        "120*x - 120*x**3",
        LINE,
        "A barrier of 30: one crossing in 10¹¹ units of time",
    ),
    Preset(
        "metastable-300",
        "Metastable, h = 300",
        "1",
        "1200*x - 1200*x**3",
        LINE,
        "A barrier of 300: still solved to full accuracy, near 10⁻¹²⁸",
    ),
    Preset(
        "metastable-3000",
        "Metastable, h = 3000",
        "1",
        "12000*x - 12000*x**3",
        LINE,
        "Below the range of doubles: λ₁ is known within a factor of 4",
    ),
    Preset(
        "cir",
        "CIR",
        "x",
        "2 - x",
        HALF_LINE,
        "Noise that dies at 0 (Cox–Ingersoll–Ross): a gamma law, λ₁ = 1",
    ),
    Preset(
        "jacobi",
        "Jacobi",
        "1 - x**2",
        "-2*x",
        ("-1", "1"),
        "Bounded pixels: uniform law, λ₁ = 2, and still Λ = 1",
    ),
    Preset(
        "student",
        "Student",
        "1 + x**2",
        "-6*x",
        LINE,
        "Heavy tails from noise that grows: λ₁ = 6, continuous spectrum from 12.25",
    ),
    Preset(
        "continuous",
        "Student, slow",
        "1 + x**2",
        "-x/2",
        LINE,
        "No eigenfunction: the gap 0.5625 is the bottom of a continuous spectrum",
    ),
    Preset(
        "fast-and-loud",
        "Fast and loud",
        "1 + x**4",
        "-x - 5*x**5",
        LINE,
        "Degree five: λ₁ = 3.68, yet slower than OU at equal noise power",
    ),
)

REFUSED = _by_name(
    Preset("no-drift", "No drift", "1", "0", LINE, "Brownian motion never settles"),
    Preset("pushed-away", "Pushed away", "1", "x", LINE, "The drift points outward"),
    Preset("explosion", "Explosion", "1", "x**3", LINE, "Infinity in finite time"),
    Preset("even-drift", "Even drift", "1", "-x**2", LINE, "In on one side, out on the other"),
    Preset("constant-drift", "Constant drift", "1", "-1", LINE, "Carried off to −∞"),
    Preset(
        "negative-noise", "Negative noise", "1 - x**2", "-2*x", LINE, "a(x) < 0 outside [−1, 1]"
    ),
    Preset("split-line", "Split line", "x**2", "1 - 3*x", LINE, "Noise a(x) vanishes inside"),
    Preset("power-tail", "Power tail", "1 + x", "-1.5", HALF_LINE, "Ergodic, but the gap is 0"),
    Preset("log-mass", "Logarithmic mass", "1 + x**2", "x", LINE, "The mass just diverges"),
    Preset("drift-wins", "Drift beats noise", "1 + x**2", "2*x", LINE, "Outward drift wins"),
    Preset(
        "slow-explosion",
        "Quiet explosion",
        "1 + x**4",
        "5*x**3",
        LINE,
        "Outward, though b grows slower than a",
    ),
    Preset("absorbed", "Absorbed at 0", "x", "-x", HALF_LINE, "Paths that hit 0 stay there"),
    Preset("mass-lost", "Mass lost at 0", "x**2", "-x", HALF_LINE, "0 is approached, never left"),
    Preset(
        "infinite-power",
        "Infinite noise power",
        "1 + x**4",
        "-x",
        LINE,
        "There is a gap, but E[a] = ∞, so Λ has no value",
    ),
)


def find(generator: Generator) -> Preset | None:
    """Return the preset with exactly this generator, or None.

    Examples
    --------
    >>> find(Generator("1", "-x")).label
    'Ornstein–Uhlenbeck'
    """
    name = _names_by_key().get(generator.key())
    return PRESETS.get(name) or REFUSED[name] if name else None


@cache
def _names_by_key() -> dict[str, str]:
    return {p.generator().key(): p.name for p in (*REFUSED.values(), *PRESETS.values())}


def end_text(end: float) -> str:
    """Write an end of a domain as the studio's boxes take it.

    Examples
    --------
    >>> end_text(-math.inf), end_text(1.0), end_text(0.1)
    ('-inf', '1', '0.1')
    """
    if math.isinf(end):
        return "inf" if end > 0 else "-inf"
    return repr(end).removesuffix(".0")
