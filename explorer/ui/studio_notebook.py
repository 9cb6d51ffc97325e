"""The notebook lines that reproduce a panel's numbers: plain calls of the public names.

Floats are written by ``repr``, so that the lines give the very same numbers as the page.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from explorer.generators import Generator, InitialLaw

IMPORT = "from math import inf\n\nfrom explorer import generators"


def generator(g: Generator) -> str:
    """Return the lines that make `g`, exactly.

    Examples
    --------
    >>> from explorer.generators import Generator
    >>> print(generator(Generator("1", "-x")).splitlines()[-1])
    g = generators.Generator(a="1", b="-x", domain=(-inf, inf))
    """
    ends = ", ".join(_end(end) for end in g.domain)
    a, b = (_polynomial(text, c) for text, c in ((g.a_text, g.a), (g.b_text, g.b)))
    return f"{IMPORT}\n\ng = generators.Generator(a={a}, b={b}, domain=({ends}))"


def spectrum(g: Generator) -> str:
    """Return the lines for gap, enclosure, eigenvalues and moments."""
    return (
        f"{generator(g)}\n"
        "s = generators.spectrum(g, k=6)\n"
        "print(s.gap, s.enclosure, s.chen_bounds)\n"
        "print(s.eigenvalues, s.efficiency)"
    )


def sequence(g: Generator, n: int) -> str:
    """Return the lines for Chen's iteration."""
    return (
        f"{generator(g)}\n"
        f"c = generators.chen_sequence(g, n={n})\n"
        "print(c.lower, c.rayleigh, c.upper)"
    )


def gradient(g: Generator) -> str:
    """Return the lines for the derivative of the gap."""
    return f"{generator(g)}\nd = generators.gap_gradient(g)\nprint(d.a, d.b)"


def convergence(g: Generator, law: InitialLaw, eps: float, dimension: int) -> str:
    """Return the lines for T(ε)."""
    return (
        f"{generator(g)}\n"
        f"start = generators.{law!r}\n"
        f"t = generators.time_to(g, start, {eps!r}, dimension={dimension})\n"
        "print(t.exact, t.formula)"
    )


def relaxation(g: Generator, law: InitialLaw, times: np.ndarray, dimension: int) -> str:
    """Return the lines for the curves over time, at the page's own times."""
    first, last = (float(t) for t in times[[0, -1]])
    spacing = "linspace" if np.allclose(np.diff(times, 2), 0, atol=1e-9 * last) else "geomspace"
    return (
        f"import numpy as np\n{generator(g)}\n"
        f"start = generators.{law!r}\n"
        f"times = np.{spacing}({first!r}, {last!r}, {len(times)})\n"
        f"r = generators.relax(g, start, times, dimension={dimension})\n"
        "print(r.tv, r.kl, r.coefficients)"
    )


def everything(g: Generator, n: int, law: InitialLaw | None, eps: float, dimension: int) -> str:
    """Return the lines for the page: spectrum, iteration, gradient and, with a start, T(ε)."""
    lines = [
        spectrum(g),
        f"c = generators.chen_sequence(g, n={n})",
        "print(c.lower[-1], c.rayleigh[-1], c.upper[-1])",
        "d = generators.gap_gradient(g)",
        "print(d.a, d.b)",
    ]
    if law is not None:
        lines += [
            f"start = generators.{law!r}",
            f"t = generators.time_to(g, start, {eps!r}, dimension={dimension})",
            "print(t.exact, t.formula)",
        ]
    return "\n".join(lines)


def tuning(g: Generator, target: float, free: tuple[str, ...]) -> str:
    """Return the lines for the optimiser."""
    return (
        f"{generator(g)}\n"
        f"t = generators.tune(g, {target!r}, free={free!r})\n"
        "print(t.generator, t.efficiencies)"
    )


def degrees() -> str:
    """Return the lines for the degree study."""
    return "from explorer import generators\n\nd = generators.degree_study()\nprint(d.gaps)"


def _end(end: float) -> str:
    return repr(end) if math.isfinite(end) else ("inf" if end > 0 else "-inf")


def _polynomial(text: str, coefficients: tuple[float, ...]) -> str:
    """Return the text where a text box would take it, else the exact coefficients."""
    return f'"{text}"' if len(text) <= 200 else repr(list(coefficients))
