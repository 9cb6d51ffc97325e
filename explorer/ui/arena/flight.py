"""Samplers at work in the plane: all trajectories under one scrubber, played in the browser."""

from __future__ import annotations

import base64
import math
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from streamlit.components.v2 import component

from explorer.core.errors import InputError
from explorer.ui import web_source
from explorer.ui.arena import flight_packing
from explorer.ui.arena.flight_packing import Flight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.figures.theme import Theme

__all__ = ["Flight", "Mixture", "play"]

_HTML = """
<div class="bar"><button name="play" type="button">Play</button>
<label class="speed">Speed <select name="speed"><option value="0.5">slow</option>
<option value="1" selected>normal</option><option value="2">fast</option></select></label>
<div class="level"><label for="level"></label>
<input id="level" type="range" min="0" max="1000" step="1" value="1000">
<div class="ends"><span>noise</span><span>data</span></div></div></div>
<div class="squares" tabindex="0" role="application"></div>
<output aria-live="polite"></output>
<label class="scale"><input name="scaled" type="checkbox" checked>
scaled so that noise and data fill the square</label>
"""
_CSS = """
.bar, .squares { max-width: calc(var(--columns, 1) * 21rem); }
.bar { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: center; }
.level { flex: 1 1 14rem; }
.level label { font-size: 0.9375rem; font-variant-numeric: tabular-nums; }
.level input { width: 100%; margin: 0.375rem 0 0; display: block; }
[type=range], [type=checkbox] { accent-color: var(--st-primary-color); }
.ends { display: flex; justify-content: space-between; }
.ends, .speed, .scale, output, figcaption { font-size: 0.8125rem; line-height: 1.4; }
button, select {
  font: inherit; font-size: 0.875rem; color: inherit; cursor: pointer; min-height: 2.5rem;
  background: var(--st-background-color); border: 1px solid var(--st-border-color);
  border-radius: var(--st-button-radius, 0.5rem); padding: 0 0.75rem;
}
button { min-width: 4.5rem; }
button:hover, button:focus-visible { border-color: var(--st-primary-color); }
:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
.squares {
  display: grid; gap: 1rem; margin: 1rem 0 0.5rem; border-radius: 4px;
  grid-template-columns: repeat(auto-fill,
    minmax(max(9.5rem, calc((100% - (var(--columns) - 1) * 1rem) / var(--columns) - 1px)), 1fr));
}
figure { margin: 0; min-width: 0; display: flex; flex-direction: column; }
figcaption { display: flex; flex-wrap: wrap; gap: 0 0.5rem; justify-content: space-between;
  margin-bottom: auto; padding-bottom: 0.25rem; }
figcaption b { font-weight: 600; border-left: 0.75rem solid; padding-left: 0.375rem; }
figcaption b span { color: var(--st-text-color); }
figcaption small { font-size: inherit; font-variant-numeric: tabular-nums; }
canvas {
  width: 100%; display: block; aspect-ratio: 1; cursor: crosshair;
  border: 1px solid var(--st-border-color); border-radius: 4px; box-sizing: border-box;
}
output { display: block; min-height: 2.3rem; font-variant-numeric: tabular-nums; }
.scale { display: flex; gap: 0.5rem; align-items: center; min-height: 2rem; cursor: pointer; }
.scale input { width: 1.125rem; height: 1.125rem; margin: 0; }
"""
_OWN = Path(__file__).with_suffix(".js")
_SOURCE = web_source.script(_OWN.with_name("shade.js")) + "\n" + web_source.script(_OWN)

_component = component("flights_of_samples", html=_HTML, css=_CSS, js=_SOURCE)


@dataclass(frozen=True, slots=True)
class Mixture:
    """The law of the data, if it is a mixture of round Gaussians: modes (x, y, weight)."""

    modes: tuple[tuple[float, float, float], ...]
    std: float

    @property
    def spread(self) -> float:
        """Root mean square of a coordinate."""
        x, y, weight = np.array(self.modes).T
        return math.sqrt(float(np.average((x**2 + y**2) / 2.0, weights=weight)) + self.std**2)


def play(
    flights: Sequence[Flight],
    theme: Theme,
    *,
    words: str,
    key: str,
    density: Mixture | np.ndarray | None = None,
    limits: float = 3.0,
    spread: float | None = None,
) -> None:
    """Draw one square for each flight, and one scrubber for all.

    At noise level sigma each flight shows its states at its own two nearest noise levels, joined
    by a straight line in ln sigma.

    Parameters
    ----------
    flights : sequence of Flight
        All from the same noise, point by point; as many points are sent as one message holds.
    theme : Theme
    words : str
        What the picture shows, for screen readers.
    key : str
    density : Mixture or numpy.ndarray of shape (G, G), optional
        Shading behind the points: the law itself, drawn at the present noise level, or the density
        of the data on [-limits, limits]^2, rows from the bottom.
    limits : float
        The square shows at least [-limits, limits]^2.
    spread : float, optional
        Standard deviation of the data in each coordinate; by default that of the density, or of
        the last states of the first flight.

    Raises
    ------
    InputError
        Without any flight.
    """
    if not flights:
        raise InputError("flights", "There is nothing to show.", "Give at least one flight.")
    data = message(flights, theme, words=words, density=density, limits=limits, spread=spread)
    _component(key=key, data=data)


def message(
    flights: Sequence[Flight],
    theme: Theme,
    *,
    words: str = "",
    density: Mixture | np.ndarray | None = None,
    limits: float = 3.0,
    spread: float | None = None,
) -> dict[str, Any]:
    """Return all that the browser gets; arguments as in `play`."""
    wide = _spread(flights, density, limits) if spread is None else spread
    reach = max(limits, 2.4 * wide)  # 98 % of a Gaussian that wide, in each coordinate
    states = [flight_packing.scaled(flight, wide) for flight in flights]
    text, index = flight_packing.fitting(states, reach)
    starts = [flight.x[0, : index[-1] + 1] for flight in flights]
    return {
        "packed": text,
        "points": len(index),
        "of": min(flight.x.shape[1] for flight in flights),
        "flights": [
            {
                "title": flight.title,
                "colour": flight.colour,
                "sigmas": [float(f"{sigma:.6g}") for sigma in flight.sigmas],
                "states": len(flight.x),
            }
            for flight in flights
        ],
        "same": all(np.allclose(start, starts[0], rtol=1e-4) for start in starts),
        "words": words,
        "spread": wide,
        "step": reach / flight_packing.FINENESS,
        "reach": reach,
        "limits": limits,
        "text": theme.text,
        "muted": theme.muted,
        **_behind(density),
    }


def _spread(
    flights: Sequence[Flight], density: Mixture | np.ndarray | None, limits: float
) -> float:
    """Return the root mean square of a coordinate of the data."""
    if isinstance(density, Mixture):
        return density.spread
    if density is not None and density.sum() > 0.0:
        count = len(density)
        at = ((np.arange(count) + 0.5) / count * 2.0 - 1.0) * limits
        squares = (at[:, None] ** 2 + at**2) / 2.0
        return math.sqrt(float(np.average(squares, weights=density)))
    last = flights[0].x[-1]
    found = math.sqrt(float(np.square(last[np.isfinite(last)]).mean())) if len(last) else 0.0
    return found if 0.0 < found < 1e6 else limits / 3.0


def _behind(density: Mixture | np.ndarray | None) -> dict[str, Any]:
    """Return the shading: modes, or the square root of a density as bytes, deflated, base64."""
    if density is None:
        return {}
    if isinstance(density, Mixture):
        return {"modes": [list(mode) for mode in density.modes], "std": density.std}
    levels = np.rint(255.0 * density / max(float(density.max()), 1e-300)).astype(np.uint8)
    return {
        "density": base64.b64encode(zlib.compress(levels.tobytes(), 9)).decode(),
        "side": len(levels),
    }
