"""The criterion behind a verdict, in KaTeX, with the ends of the domain written in.

``C = int b/a``, speed measure ``mu = e^C/a dx``, scale measure ``nu = e^-C dx`` [Feller 1952;
Chen 2004].
"""

from __future__ import annotations

import math

from explorer.generators.ends import EndReport


def tex(x: float) -> str:
    r"""Return a number for KaTeX.

    Examples
    --------
    >>> tex(float("-inf"))
    '-\\infty'
    """
    if math.isinf(x):
        return r"\infty" if x > 0 else r"-\infty"
    return f"{x + 0.0:.6g}"


def failing(verdict: str, side: str, left: EndReport, right: EndReport) -> str:
    """Return the integral that fails at the ``"left"`` or ``"right"`` end."""
    c = _base_point(left, right)
    span = f"{tex(left.position)},{c}" if side == "left" else f"{c},{tex(right.position)}"
    integral = r"\int_{" + span.replace(",", "}^{") + "}"
    if verdict in ("explosive", "absorbing"):
        mass = rf"\mu(y,{c})" if side == "left" else rf"\mu({c},y)"
        return rf"{integral} e^{{-C(y)}}\,{mass}\,dy < \infty"
    if verdict in ("transient", "mass-lost"):
        return rf"\nu({span}) = {integral} e^{{-C}}\,dx < \infty"
    if verdict == "null-recurrent":
        return rf"\mu({span}) = {integral} \frac{{e^{{C}}}}{{a}}\,dx = \infty"
    return _hardy(side, left, right) + r" = \infty"


def rate(left: EndReport, right: EndReport) -> str:
    """Return the criterion of a positive gap, written at an end that does not reflect."""
    if not right.reflecting:
        return _hardy("right", left, right) + r" < \infty"
    if not left.reflecting:
        return _hardy("left", left, right) + r" < \infty"
    span = f"{tex(left.position)},{tex(right.position)}"
    return rf"\mu({span})\,\nu({span}) < \infty"


def positive(domain: tuple[float, float]) -> str:
    """Return the requirement that ``a > 0`` inside the domain."""
    return rf"a(x) > 0 \;\text{{ for all }}\; x \in ({tex(domain[0])},{tex(domain[1])})"


def _hardy(side: str, left: EndReport, right: EndReport) -> str:
    c = _base_point(left, right)
    if side == "left":
        return rf"\sup_{{x < {c}}} \mu({tex(left.position)},x)\,\nu(x,{c})"
    return rf"\sup_{{x > {c}}} \mu(x,{tex(right.position)})\,\nu({c},x)"


def _base_point(left: EndReport, right: EndReport) -> str:
    """Return 0 where 0 may be integrated from, else a symbol."""
    inside = left.position < 0 < right.position
    at_reflecting_end = any(end.position == 0 and end.kind == "regular" for end in (left, right))
    return "0" if inside or at_reflecting_end else "x_0"
