"""The landscape of λ₁ and Λ over two coefficients: drawn on request, clicked to take values."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import streamlit as st

from explorer.core.errors import ExplorerError, InputError
from explorer.figures import canvas, landscape
from explorer.ui import cached, errors, frame, inputs, studio_fields, studio_reach, studio_state

if TYPE_CHECKING:
    import numpy as np

    from explorer.generators import Generator

CELLS = 25
MOST = 8  # landscapes that stay drawn
_DRAWN = "gs_map"  # the keys of the maps that were asked for
Pair = tuple[str, str]


@st.fragment
def draw(generator: Generator) -> None:
    """Draw the choice of two coefficients and both maps."""
    with frame.panel("The landscape over two coefficients", name="map") as panel:
        pair = _axes()
        if pair[0] == pair[1]:
            st.markdown("Choose two different coefficients.")
            return
        if surface(generator, pair, name="map"):
            panel.caption(
                "Click a cell to take its coefficients; the ring is where you are. Cells without "
                "colour have no value there, and say why on hover."
            )


def surface(generator: Generator, pair: Pair, *, name: str, path: np.ndarray | None = None) -> bool:
    """Draw both maps over `pair` if they were asked for, else the button that asks.

    Parameters
    ----------
    generator : Generator
    pair : (str, str)
        Coefficients across and up, for instance ``("b1", "b3")``.
    name : str
        Where the maps stand on the page: the start of their keys.
    path : (m, 2) array or None
        Coefficients that an optimiser visited.

    Returns
    -------
    bool
        Whether the maps were drawn.
    """
    key, arguments = request(generator, pair, path)
    if key not in st.session_state.get(_DRAWN, ()):
        st.button("Draw the landscape", key=f"gs_draw_{name}", on_click=_ask, args=(key,))
        st.caption(f"{CELLS} × {CELLS} generators are solved: a second or two of work.")
        return False
    try:
        with st.spinner("Solving the landscape …"):
            found = cached.landscape(key, arguments)
    except ExplorerError as error:
        errors.beside(error)
        return False
    across, up = pair
    here = (studio_state.coefficient(generator, across), studio_state.coefficient(generator, up))
    titles = (studio_fields.AXIS_X.title(across), studio_fields.AXIS_X.title(up))
    for column, quantity in zip(st.columns(2, gap="medium"), landscape.QUANTITIES, strict=True):
        figure = landscape.figure(found, quantity, titles, here, frame.theme(), path=path)
        chart = f"gs_{name}_{quantity}"
        column.plotly_chart(
            figure,
            theme=None,
            config=frame.CHART,
            alt=canvas.alt(figure),
            key=chart,
            on_select=_click(chart, generator, pair),
            selection_mode="points",
        )
    return True


def request(
    generator: Generator, pair: Pair, path: np.ndarray | None = None
) -> tuple[str, dict[str, Any]]:
    """Return the key and the arguments of a landscape; the present two values do not matter."""
    values = {name: studio_state.coefficient(generator, name) for name in pair}
    base = {name: 1.0 if name == "a0" else 0.0 for name in pair}
    rest = studio_state.with_coefficients(generator, base)
    ranges = [_range(generator, name, values[name]) for name in pair]
    if path is not None:
        ranges = [_containing(ends, path[:, k]) for k, ends in enumerate(ranges)]
    arguments = {
        "g": generator,
        "x": (pair[0][0], int(pair[0][1:])),
        "y": (pair[1][0], int(pair[1][1:])),
        "x_range": ranges[0],
        "y_range": ranges[1],
        "n": CELLS,
    }
    return json.dumps([rest.key(), *pair, *ranges, CELLS]), arguments


def _range(generator: Generator, name: str, value: float) -> tuple[float, float]:
    """Return the slider's range, cut short on a side where every generator would be refused."""
    most = studio_reach.reach(name, value)
    low, high = (_has_gap(generator, name, sign * most / 2) for sign in (-1, 1))
    if low and not high:
        return -most, most / 5
    return (-most / 5, most) if high and not low else (-most, most)


def _containing(ends: tuple[float, float], values: np.ndarray) -> tuple[float, float]:
    """Return `ends`, moved outward to round numbers where `values` lie beyond them."""
    low, high = (float(v) for v in (values.min(), values.max()))
    left = ends[0] if low >= ends[0] else -studio_reach.nice_above(-low)
    right = ends[1] if high <= ends[1] else studio_reach.nice_above(high)
    return left, right


def _has_gap(generator: Generator, name: str, value: float) -> bool:
    try:
        changed = studio_state.with_coefficients(generator, {name: value})
    except InputError:
        return False
    return cached.classification(changed.key(), changed).exponentially_ergodic


def clicked(state: Any) -> tuple[float, float] | None:
    """Return the coefficients of the clicked cell, if the click met one."""
    points = state["selection"]["points"] if state else []
    return (float(points[0]["x"]), float(points[0]["y"])) if points else None


def _click(key: str, generator: Generator, pair: Pair) -> Any:
    def take() -> None:
        cell = clicked(st.session_state.get(key))
        if cell is not None:
            values = {name: float(f"{v:.6g}") for name, v in zip(pair, cell, strict=True)}
            old = {name: studio_state.coefficient(generator, name) for name in pair}
            studio_reach.keep({name: (old[name], values[name]) for name in pair})
            studio_state.take_generator(studio_state.with_coefficients(generator, values))
            studio_state.redraw()

    return take


def _axes() -> Pair:
    with st.container(horizontal=True, gap="small"):
        return inputs.choice(studio_fields.AXIS_X), inputs.choice(studio_fields.AXIS_Y)


def _ask(key: str) -> None:
    st.session_state[_DRAWN] = (*st.session_state.get(_DRAWN, ()), key)[-MOST:]
