"""The sentences of the Generator Studio: what a result means, in words and numbers."""

from __future__ import annotations

import math
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from explorer import generators
from explorer.figures import numbers

if TYPE_CHECKING:
    from explorer.generators import Generator, Spectrum

LN10 = math.log(10)
TIE = 1e-9  # Λ this close to 1 is a tie: it is 1 up to rounding


def verdict(spectrum: Spectrum) -> tuple[str, str]:
    """Return the page's most important sentence and its tone."""
    if spectrum.status == "metastable":
        return _metastable(spectrum), "caution"
    value, comparison = gap(spectrum), fair(spectrum)
    if not spectrum.is_eigenvalue:
        text = f"Ergodic. The gap is **{value}**, the bottom of a continuous spectrum: there is no "
        return f"{text}slowest mode. {comparison[0].upper()}{comparison[1:]}", "good"
    if spectrum.status == "estimate":
        text = f"Ergodic. The gap is about **{value}**, an estimate, not resolved to full accuracy;"
        return f"{text} {comparison}", "caution"
    digits = numbers.certain_digits(spectrum.relative_error)
    return f"Ergodic. The gap is **{value}**, known to {digits} digits; {comparison}", "good"


def _metastable(spectrum: Spectrum) -> str:
    log10 = spectrum.log_gap / LN10
    decades = f"{log10:.1f}".replace("-", numbers.MINUS)
    years = numbers.superscript(round(-log10))
    band = numbers.number((spectrum.log_gap - spectrum.log_chen_bounds[0]) / LN10, 1)
    return (
        f"Ergodic, but metastable: log₁₀ λ₁ = **{decades} ± {band}**. "
        f"Crossing the barrier takes about 10{years} units of time."
    )


def reference(spectrum: Spectrum) -> str:
    """Compare with the catalogue, where it knows the gap; else return an empty string."""
    known = _catalogue().get(spectrum.generator.key())
    if known is None or not known.gap:
        return ""
    off = abs(spectrum.gap / known.gap - 1)
    ours = f"differs by {numbers.number(off, 1)} of it" if off else "agrees to the last bit"
    source = known.source.replace("^2", "²").replace(" - ", f" {numbers.MINUS} ")
    exact = numbers.number(known.gap, numbers.MAX_DIGITS)
    return f"In the catalogue: {exact} ({source}). Ours {ours}."


@cache
def _catalogue() -> dict[str, Any]:
    catalogue = getattr(generators, "CATALOGUE", {})
    return {entry.generator.key(): entry for entry in catalogue.values()}


def gap(spectrum: Spectrum, most: int = numbers.PROSE_DIGITS) -> str:
    """Return the gap with at most `most` of its certain digits, below double range too."""
    digits = min(most, numbers.certain_digits(spectrum.relative_error))
    return numbers.from_log10(spectrum.log_gap / LN10, digits)


def fair(spectrum: Spectrum) -> str:
    """Say how the diffusion compares with Ornstein–Uhlenbeck at equal noise power."""
    speed = spectrum.efficiency
    if speed is None:
        missing = "noise power E[a]" if spectrum.noise_power is None else "variance"
        return f"its {missing} is infinite, so there is no fair comparison."
    if speed >= 1 - TIE:
        return "at equal noise power it ties with Ornstein–Uhlenbeck, which nothing beats."
    if speed > 0.5:
        slower = f"{numbers.percent(1 - speed, 2 if speed < 0.99 else 1)} slower"
    else:
        slower = f"{numbers.number(1 / speed, 2)} times slower"
    return f"at equal noise power it is {slower} than Ornstein–Uhlenbeck."


def typeset(sentence: str) -> str:
    """Return a sentence with true minus signs, indices, and a space inside intervals.

    Examples
    --------
    >>> typeset("a is negative outside [-1,1].")
    'a is negative outside [−1, 1].'
    """
    for plain, symbol in (("E_π", "E"), ("Var_π", "Var")):
        sentence = sentence.replace(plain, symbol)
    sentence = re.sub(r"lambda_(\d+)", lambda m: f"λ{numbers.subscript(int(m[1]))}", sentence)
    minus = re.sub(r"(?<![\w.])-(?=[\d∞.])|(?<=\d)-(?=[A-Z])", numbers.MINUS, sentence)
    return re.sub(r"(?<=[\d∞]),(?=[\d∞−])", ", ", minus)


def sde(generator: Generator) -> str:
    """Return the stochastic differential equation as KaTeX."""
    noise = [2 * c for c in generator.a]
    drift = tex(generator.b, "X")
    drift = f"({drift})" if sum(c != 0 for c in generator.b) > 1 else drift
    start = "" if drift == "0" else rf"{drift}\,dt + "
    return rf"dX = {start}\sqrt{{{tex(noise, 'X')}}}\,dW"


def tex(coefficients: tuple[float, ...] | list[float], variable: str = "x") -> str:
    """Return a polynomial as KaTeX, its numbers with five digits.

    Examples
    --------
    >>> tex([0.0, -1.0, 0.0, -2.5])
    '-x - 2.5x^{3}'
    """
    text = ""
    for power, c in enumerate(coefficients):
        if c == 0:
            continue
        monomial = {0: "", 1: variable}.get(power, f"{variable}^{{{power}}}")
        size = "" if abs(c) == 1 and power else _tex_number(abs(c))
        sign = "-" if c < 0 else "+"
        text += f" {sign} {size}{monomial}" if text else f"{sign.strip('+')}{size}{monomial}"
    return text or "0"


def domain(generator: Generator) -> str:
    """Return the domain as a mathematician writes it.

    Examples
    --------
    >>> from explorer.generators import Generator
    >>> domain(Generator("x", "1 - x", (0, math.inf)))
    '[0, ∞)'
    """
    low, high = generator.domain
    if math.isinf(low) and math.isinf(high):
        return "ℝ"
    left = "(−∞" if math.isinf(low) else f"[{numbers.number(low)}"
    right = "∞)" if math.isinf(high) else f"{numbers.number(high)}]"
    return f"{left}, {right}"


def _tex_number(size: float) -> str:
    mantissa, _, exponent = f"{size:.5g}".partition("e")
    if not exponent:
        return mantissa
    power = f"10^{{{int(exponent)}}}"
    return power if mantissa == "1" else rf"{mantissa}\cdot {power}"
