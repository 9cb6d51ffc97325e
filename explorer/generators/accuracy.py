"""Print how well every reference of the catalogue is met, as the README's table.

    python -m explorer.generators.accuracy

Each row compares the computed gap with a value known from elsewhere: a closed form, a long series,
or a finer run. Where that value has 14 digits, an error below 1e-13 is its own rounding.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from explorer.generators.catalogue import CATALOGUE, Reference
from explorer.generators.spectrum import Spectrum, spectrum

HEAD = ("reference", "a(x)", "b(x)", "domain", "gap", "relative error", "enclosure", "known from")


def rows() -> Iterator[tuple[str, ...]]:
    """Yield the cells of each reference.

    Examples
    --------
    >>> next(rows())[:5]
    ('r1-ornstein-uhlenbeck', '`1`', '`-x`', '(-inf, inf)', '1')
    """
    for name, reference in CATALOGUE.items():
        s = spectrum(reference.generator)
        yield (name, *_generator(reference), _number(s.gap), *_errors(s, reference))


def _generator(reference: Reference) -> tuple[str, str, str]:
    g = reference.generator
    left, right = g.domain
    opening, closing = "(" if math.isinf(left) else "[", ")" if math.isinf(right) else "]"
    domain = f"{opening}{left:g}, {right:g}{closing}"
    return f"`{g.a_text}`", f"`{g.b_text}`", domain


def _errors(s: Spectrum, reference: Reference) -> tuple[str, str, str]:
    error = abs(s.gap / reference.gap - 1.0) if reference.gap else math.nan
    width = s.enclosure[1] / s.enclosure[0] - 1.0
    shown = s.enclosure_method if width == 0.0 else f"{s.enclosure_method}, {width:.0e} wide"
    return f"{error:.0e}", shown, reference.source


def _number(value: float) -> str:
    return f"{value:.12g}"


def main() -> None:
    """Print the table as Markdown."""
    print(_line(HEAD))
    print(_line(["---"] * len(HEAD)))
    for row in rows():
        print(_line(row))


def _line(cells: tuple[str, ...] | list[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
