"""What the studio's figures share: one way to build, thin and describe a picture.

A figure is a plain list of traces and a layout; `build` hands both to plotly once, which is far
cheaper than adding traces one by one. The finding in words travels with the figure, in
``layout.meta["alt"]``: the page gives it to screen readers and an exported file keeps it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from explorer.figures import theme as colours

MAX_POINTS = 400  # per line: more than the pixels between two bends of any curve here
MAX_DECADES = 60  # on a logarithmic axis, before its ticks are spread evenly


def build(
    theme: colours.Theme,
    traces: list[dict[str, Any]],
    *,
    height: int,
    alt: str,
    x: str = "",
    y: str = "",
    **changes: Any,
) -> go.Figure:
    """Return a figure in `theme`.

    Parameters
    ----------
    theme : Theme
    traces : list of dict
        Plotly traces with their ``type``.
    height : int
        Pixels, fixed.
    alt : str
        The finding in one or two sentences, with its numbers.
    x, y : str
        Axis titles with units.
    **changes
        Layout properties; dictionaries are merged one level deep, but for axes that are hidden.

    Examples
    --------
    >>> f = build(colours.LIGHT, [{"type": "scatter", "y": [1, 2]}], height=200, alt="It rises.")
    >>> alt(f)
    'It rises.'
    """
    layout = colours.layout(theme, height=height, x=x, y=y)
    for name, change in changes.items():
        known = layout.get(name)
        merged = isinstance(known, dict) and change.get("visible", True)
        layout[name] = known | change if merged else change
    layout["meta"] = {"alt": alt}
    # Validating costs five times as much as building; the tests validate every figure instead.
    return go.Figure(data=traces, layout=layout, _validate=False)


def alt(figure: go.Figure) -> str:
    """Return the finding that `figure` carries in words."""
    meta: Any = figure.layout.meta  # pyright: ignore[reportAttributeAccessIssue]
    return meta["alt"]


def axis(theme: colours.Theme, title: str = "", **changes: Any) -> dict[str, Any]:
    """Return an axis that a person cannot drag by accident; otherwise that of the theme."""
    return colours.axis(theme, title, fixedrange=True, **changes)


def hidden_axis(**changes: Any) -> dict[str, Any]:
    """Return an axis without line, grid, ticks or labels."""
    return {"visible": False, "fixedrange": True} | changes


def note(theme: colours.Theme, text: str, **place: Any) -> dict[str, Any]:
    """Return an annotation without arrow, in the size of the tick labels."""
    font = {"size": colours.TICK_SIZE, "color": theme.muted}
    return {"text": text, "showarrow": False, "font": font} | place


def thin(x: np.ndarray, *ys: np.ndarray, most: int = MAX_POINTS) -> tuple[np.ndarray, ...]:
    """Keep at most `most` points of smooth curves over one `x`, both ends included.

    The kept points are spread by the length of the normalised curves, so that bends keep theirs.

    Parameters
    ----------
    x : (N,) array
        Increasing.
    *ys : (N,) arrays
        Finite.

    Returns
    -------
    tuple of (M,) float32 arrays, ``M <= most``: half the bytes, and far finer than a pixel.

    Examples
    --------
    >>> kept, _ = thin(np.linspace(0, 1, 1000), np.zeros(1000), most=11)
    >>> kept.size, float(kept[0]), float(kept[-1])
    (11, 0.0, 1.0)
    """
    if x.size > most:
        steps = _normalised_step(x)
        for y in ys:
            steps = steps + _normalised_step(y)
        length = np.concatenate(([0.0], np.cumsum(steps)))
        wanted = np.linspace(0.0, length[-1], most)
        keep = np.unique(np.searchsorted(length, wanted).clip(0, x.size - 1))
        x, ys = x[keep], tuple(y[keep] for y in ys)
    return tuple(compact(values) for values in (x, *ys))


def compact(values: np.ndarray) -> np.ndarray:
    """Return float32 (half the bytes) where that is finer than any pixel, else the values."""
    size = float(np.max(np.abs(values), initial=0.0))
    if size > 1e30 or (values.size > 1 and np.ptp(values) < 1e-3 * size):
        return values
    return np.asarray(values, dtype=np.float32)


def _normalised_step(values: np.ndarray) -> np.ndarray:
    step = np.abs(np.diff(values))
    total = float(np.ptp(values))
    return step / total if total > 0 else step


def bulk(nodes: np.ndarray, mass: np.ndarray, *, beyond: float = 5e-4) -> tuple[float, float]:
    """Return the interval that a picture of a law should show.

    Parameters
    ----------
    nodes : (N,) array
    mass : (N,) array
        Mass of the law up to each node, increasing from 0 to 1.
    beyond : float
        Mass left outside on each side. Heavy tails are cut at nine interquartile ranges.

    Returns
    -------
    (low, high)
    """
    low, first, middle, third, high = np.interp(
        [beyond, 0.25, 0.5, 0.75, 1 - beyond], mass, nodes
    ).tolist()
    reach = 9.0 * max(third - first, 1e-300)
    return max(low, middle - reach), min(high, middle + reach)


def cumulative(weights: np.ndarray, density: np.ndarray) -> np.ndarray:
    """Return the mass up to the middle of each node, (N,), from quadrature weights and density."""
    cells = weights * density
    total = np.cumsum(cells)
    return (total - 0.5 * cells) / total[-1]


def log_ticks(low: float, high: float, *, most: int = 6) -> tuple[list[float], list[str]]:
    """Return ticks for an axis that shows log10 of a value: positions and the values as text.

    Parameters
    ----------
    low, high : float
        Ends of the axis, log10.

    Examples
    --------
    >>> len(log_ticks(-6e17, -3e17)[0])
    6
    >>> log_ticks(-0.4, 0.8)
    ([-0.301..., 0.0, 0.301..., 0.698...], ['0.5', '1', '2', '5'])
    """
    from explorer.figures.numbers import from_log10

    if high - low > MAX_DECADES:  # deep metastability: the axis may span 10^17 decades
        at = [float(u) for u in np.linspace(low, high, most)]
        return at, [from_log10(round(u), 2) for u in at]
    decades = range(int(np.floor(low)), int(np.ceil(high)) + 1)
    for digits in ((1, 1.5, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,)):
        at = [k + float(np.log10(d)) for k in decades for d in digits]
        at = [u for u in at if low <= u <= high]
        if len(at) <= most:
            break
    else:
        at = at[:: -(-len(at) // most)]
    return at, [from_log10(u, 2) for u in at]
