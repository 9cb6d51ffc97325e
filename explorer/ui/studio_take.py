"""Take it: all numbers of the present generator, and the lines that compute them again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import streamlit as st

from explorer.core.errors import InputError
from explorer.ui import (
    frame,
    inputs,
    share,
    studio_fields,
    studio_gap,
    studio_notebook,
    studio_start,
)

if TYPE_CHECKING:
    from explorer.generators import Generator, Spectrum


def draw(generator: Generator, solved: Spectrum) -> None:
    """Draw the files, the notebook lines and the link."""
    with frame.panel("Everything on this page is yours", name="all") as panel:
        st.markdown("**Numbers**")
        with st.container(horizontal=True, gap="small"):
            _file("Results (JSON)", lambda: as_json(generator, solved), "generator.json")
            _file("Law and modes over x (CSV)", lambda: as_csv(solved), "modes.csv")
        st.markdown("**In a notebook**, in the folder of the project:")
        st.code(_lines(generator, solved), language="python")
        st.markdown("**Link to this state**")
        st.code(share.link(studio_fields.FIELDS), language=None, wrap_lines=True)
        panel.caption(
            "Each panel also has its own *Take it*, with the picture as PNG, SVG or HTML."
        )


def _lines(generator: Generator, solved: Spectrum) -> str:
    if studio_gap.chen(generator, solved) is None:
        return studio_notebook.spectrum(generator)
    try:
        law = studio_start.law(solved)
    except InputError:
        law = None
    n = int(inputs.value(studio_fields.STEPS))
    eps, d = float(inputs.value(studio_fields.EPS)), int(inputs.value(studio_fields.DIMENSION))
    return studio_notebook.everything(generator, n, law, eps, d)


def as_json(generator: Generator, solved: Spectrum) -> str:
    """Return the results as JSON, every float exact; infinities are written as text."""
    content: dict[str, Any] = {
        "generator": {"a": generator.a, "b": generator.b, "domain": generator.domain},
        "gap": solved.gap,
        "log_gap": solved.log_gap,
        "is_eigenvalue": solved.is_eigenvalue,
        "status": solved.status,
        "relative_error": solved.relative_error,
        "enclosure": solved.enclosure,
        "enclosure_method": solved.enclosure_method,
        "chen_bounds": solved.chen_bounds,
        "bottleneck": solved.bottleneck,
        "essential": solved.essential,
        "eigenvalues": solved.eigenvalues.tolist(),
        "eigenvalue_errors": solved.eigenvalue_errors.tolist(),
        "mean": solved.mean,
        "variance": solved.variance,
        "kurtosis": solved.kurtosis,
        "noise_power": solved.noise_power,
        "efficiency": solved.efficiency,
    }
    return json.dumps(_plain(content), indent=1, allow_nan=False)


def as_csv(solved: Spectrum) -> str:
    """Return density and eigenfunctions over the nodes as CSV."""
    modes = [f"f{k + 1}" for k in range(len(solved.eigenfunctions))]
    rows = [",".join(["x", "weight", "density", *modes])]
    columns = (solved.nodes, solved.weights, solved.density, *solved.eigenfunctions)
    rows += [",".join(map(repr, row)) for row in zip(*(c.tolist() for c in columns), strict=True)]
    return "\n".join(rows) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return "inf" if value > 0 else "-inf"
    return value


def _file(label: str, make: Any, name: str) -> None:
    mime = "text/csv" if name.endswith("csv") else "application/json"
    st.download_button(
        label, make, file_name=name, mime=mime, key=f"gs_file_{name}", on_click="ignore"
    )
