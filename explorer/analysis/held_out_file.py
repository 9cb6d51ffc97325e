"""Tables of held-out errors as JSON, and as Markdown to read."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from explorer.analysis.error_table import Table
from explorer.core.errors import InputError

FORMAT = "explorer-held-out-1"
DIGITS = 4  # significant, of an image's error: a thousandth of its spread


def write(table: Table) -> str:
    """Return the table as JSON, one line per method and noise level; equal tables, equal text.

    Examples
    --------
    >>> table = Table("two", ("wiener",), np.array([1.0]), np.array([[[0.25, np.nan]]]))
    >>> read(write(table)).mse.tolist()
    [[[0.25, nan]]]
    """
    methods = {
        name: [[_short(value) for value in level] for level in errors]
        for name, errors in zip(table.names, table.mse.tolist(), strict=True)
    }
    head = {
        "format": FORMAT,
        "data": table.data,
        "sigmas": table.sigmas.tolist(),
        "seed": table.seed,
        "duplicates": table.duplicates,
        "about": dict(table.about),
        "origin": dict(table.origin),
    }
    lines = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    rows = [
        f"{json.dumps(name)}: [\n" + ",\n".join(json.dumps(level) for level in levels) + "]"
        for name, levels in methods.items()
    ]
    lines.append('"mse": {\n' + ",\n".join(rows) + "}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def read(text: str) -> Table:
    """Return the table of a JSON text.

    Raises
    ------
    InputError
        With field ``"text"``, if it is no such table.
    """
    try:
        found: dict[str, Any] = json.loads(text)
        if found["format"] != FORMAT:
            raise ValueError(found["format"])
        mse = np.array(list(found["mse"].values()), dtype=np.float64)  # null becomes nan
        sigmas = np.array(found["sigmas"], dtype=np.float64)
        if mse.ndim != 3 or mse.shape[1] != sigmas.size:
            raise ValueError(mse.shape)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        problem = "This is no table of held-out errors."
        remedy = "Make one with python -m explorer.analysis.held_out_table."
        raise InputError("text", problem, remedy) from error
    return Table(
        found["data"],
        tuple(found["mse"]),
        sigmas,
        mse,
        found["seed"],
        found["duplicates"],
        found["about"],
        found["origin"],
    )


def markdown(table: Table, *, reference: str = "wiener") -> str:
    """Return mean errors relative to a method's, with standard errors, best methods first.

    Parameters
    ----------
    table : Table
    reference : str
        Its own row has the mean error itself, on the scale [-1, 1].

    Examples
    --------
    >>> table = Table("two", ("wiener",), np.array([1.0]), np.array([[[0.25, 0.35]]]))
    >>> print(markdown(table))
    | method | images | σ = 1 |
    | --- | --- | --- |
    | wiener (MSE) | 2 | 0.3 ± 0.05 |
    """
    ratios, spreads = table.ratios(reference)
    means, own = table.means(), table.standard_errors()
    lines = [
        "| " + " | ".join(["method", "images", *(f"σ = {s:.3g}" for s in table.sigmas)]) + " |",
        "| " + " | ".join(["---"] * (len(table.sigmas) + 2)) + " |",
    ]
    base = table.row(reference)
    scores = np.nanmean(np.log(np.maximum(ratios, 1e-6)), axis=1)  # an error may be 0
    scores[base] = -np.inf
    for m in np.argsort(scores, kind="stable"):
        name, count = table.names[m], str(table.counts()[m].max())
        if m == base:
            cells = [_cell(f"{a:.3g}", f"{b:.1g}") for a, b in zip(means[m], own[m], strict=True)]
            name = f"{name} (MSE)"
        else:
            pairs = zip(ratios[m], spreads[m], strict=True)
            cells = [_cell(_ratio(a), _ratio(b)) for a, b in pairs]
        lines.append("| " + " | ".join([name, count, *cells]) + " |")
    return "\n".join(lines)


def _ratio(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.2f}"


def _cell(value: str, error: str) -> str:
    if value == "nan":
        return "–"
    return value if error == "nan" else f"{value} ± {error}"


def _short(value: float) -> float | None:
    return None if np.isnan(value) else float(f"{value:.{DIGITS}g}")
