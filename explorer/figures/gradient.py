"""How the gap answers to each coefficient: ``∂λ₁/∂coefficient`` as signed bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from explorer.figures import canvas, numbers
from explorer.figures import theme as colours

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from explorer.generators import GapGradient, Generator

HEIGHT = 300
ROUNDING = 1e-12  # of the largest derivative: less is zero by symmetry


def figure(generator: Generator, gradient: GapGradient, theme: colours.Theme) -> go.Figure:
    """Draw one bar per coefficient of a and b.

    Parameters
    ----------
    generator : Generator
    gradient : GapGradient
    theme : Theme
    """
    names, values = _bars(generator, gradient)
    shades = [theme.accent if v >= 0 else theme.second for v in values]
    texts = [numbers.signed(float(v), 3) for v in values]
    room = 1.5 if max(map(len, texts)) < 8 else 2.0  # for the longest number beside its bar
    reach = room * float(np.max(np.abs(values), initial=1e-300))
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": values,
        "y": names,
        "marker": {"color": shades},
        "text": texts,
        "textposition": "outside",
        "textfont": {"size": colours.TICK_SIZE, "color": theme.text},
        "cliponaxis": False,
        "hovertemplate": "%{y}: %{x:.6g}<extra></extra>",
    }
    return canvas.build(
        theme,
        [bars],
        height=HEIGHT,
        alt=finding(generator, gradient),
        xaxis=canvas.axis(
            theme, "∂λ₁ per unit of the coefficient", range=[-reach, reach], nticks=5
        ),
        yaxis=canvas.axis(theme, autorange="reversed", showgrid=False, type="category"),
        bargap=0.35,
    )


def finding(generator: Generator, gradient: GapGradient) -> str:
    """Say in words which coefficient matters most."""
    names, values = _bars(generator, gradient)
    most = int(np.argmax(np.abs(values)))
    way = "raises" if values[most] > 0 else "lowers"
    return (
        f"The gap answers most to {names[most]}: one unit more {way} it at a rate of "
        f"{numbers.number(abs(float(values[most])), 3)}."
    )


def _bars(generator: Generator, gradient: GapGradient) -> tuple[list[str], np.ndarray]:
    names = [f"a{numbers.subscript(k)}" for k in range(len(generator.a))]
    names += [f"b{numbers.subscript(k)}" for k in range(len(generator.b))]
    values = np.concatenate([gradient.a, gradient.b])
    movable = np.isfinite(values)  # a coefficient that holds an end in its place may not move
    values = np.where(np.abs(values) < ROUNDING * np.max(np.abs(values[movable])), 0.0, values)
    return [name for name, moves in zip(names, movable, strict=True) if moves], values[movable]
