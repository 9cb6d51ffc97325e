"""How large must n be: the error of Chen's lower, upper and Rayleigh values over the steps."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.figures import canvas, numbers
from explorer.figures import theme as colours

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from explorer.generators import ChenSequence, Spectrum

HEIGHT = 270
FLOOR = 1e-14  # below this the errors are rounding
NAMES = {"lower": "lower", "rayleigh": "Rayleigh", "upper": "upper"}


def errors(spectrum: Spectrum, sequence: ChenSequence) -> dict[str, np.ndarray]:
    """Return the relative errors of the three sequences, each (n,), not below `FLOOR`."""
    return {
        name: np.maximum(np.abs(getattr(sequence, name) / spectrum.gap - 1), FLOOR)
        for name in NAMES
    }


def figure(
    spectrum: Spectrum, sequence: ChenSequence, tolerance: float, theme: colours.Theme
) -> go.Figure:
    """Draw the errors over n, the wanted tolerance, and where each sequence reaches it.

    Parameters
    ----------
    spectrum : Spectrum
    sequence : ChenSequence
    tolerance : float
        Wanted relative error, above 0.
    theme : Theme
    """
    found = errors(spectrum, sequence)
    n = np.arange(1, len(sequence.lower) + 1)
    shades = {"lower": theme.accent, "rayleigh": theme.text, "upper": theme.second}
    dashes = {"lower": "solid", "rayleigh": "dot", "upper": "dash"}
    traces = []
    for name, values in found.items():
        line = {"color": shades[name], "width": colours.LINE_WIDTH, "dash": dashes[name]}
        traces.append(
            {
                "type": "scatter",
                "x": n,
                "y": np.minimum(values, 30.0),
                "name": NAMES[name],
                "mode": "lines",
                "line": line,
                "hovertemplate": f"n = %{{x}}: {NAMES[name]} %{{y:.2e}}<extra></extra>",
            }
        )
    traces.append(_reached(sequence, found, tolerance, shades))
    wanted = {"color": theme.muted, "width": 1, "dash": "dot"}
    return canvas.build(
        theme,
        traces,
        height=HEIGHT,
        alt=finding(sequence, tolerance),
        xaxis=canvas.axis(theme, "n", range=[0.5, len(n) + 0.5], nticks=6, showgrid=False),
        yaxis=canvas.axis(
            theme,
            "",
            type="log",
            range=[-14.3, 1.6],
            tickvals=[1, 1e-4, 1e-8, 1e-12],
            ticktext=["1", "10⁻⁴", "10⁻⁸", "10⁻¹²"],
        ),
        shapes=[
            {
                "type": "line",
                "x0": 0,
                "x1": 1,
                "xref": "paper",
                "y0": tolerance,
                "y1": tolerance,
                "line": wanted,
            }
        ],
        showlegend=True,
        legend={"font": {"size": colours.TICK_SIZE}},
    )


def finding(sequence: ChenSequence, tolerance: float) -> str:
    """Say in words how many steps each sequence needs."""
    needs = []
    for name, word in NAMES.items():
        first = sequence.first(tolerance, name)
        needs.append(f"{word} {first or f'more than {len(sequence.lower)}'}")
    return f"Steps for a relative error of {numbers.number(tolerance)}: {', '.join(needs)}."


def rule(spectrum: Spectrum, tolerance: float) -> float | None:
    """Return ``log(tolerance) / log(λ₁/λ₂)``: the steps the enclosure needs in the long run."""
    if not spectrum.is_eigenvalue or tolerance >= 1:
        return None
    second = spectrum.eigenvalues[1] if len(spectrum.eigenvalues) > 1 else spectrum.essential
    ratio = spectrum.gap / float(second) if math.isfinite(second) else 0.0
    return math.log(tolerance) / math.log(ratio) if 0 < ratio < 1 else None


def _reached(
    sequence: ChenSequence, found: dict[str, np.ndarray], tolerance: float, shades: dict[str, str]
) -> dict[str, Any]:
    first = {name: sequence.first(tolerance, name) for name in NAMES}
    hit = [name for name in NAMES if first[name] is not None]
    return {
        "type": "scatter",
        "x": [first[name] for name in hit],
        "y": [float(found[name][(first[name] or 1) - 1]) for name in hit],
        "mode": "markers",
        "marker": {"size": colours.MARKER_SIZE, "color": [shades[name] for name in hit]},
        "showlegend": False,
        "hoverinfo": "skip",
    }
