"""A small page with one field of each kind: what the tests of the widgets run."""

import streamlit as st

from explorer.core.errors import InputError
from explorer.ui import frame, inputs, share
from explorer.ui.fields import Choice, LogNumber, Number, Switch, Text

DRIFT = Text(key="zz_b", label="Drift b(x)", default="-x")
STEPS = Number(key="zz_n", label="Steps", default=3, low=1, high=10, group="iteration")
WIDTH = Number(key="zz_w", label="Width", default=0.5, low=0.01, high=2.0)
DIMENSION = LogNumber(
    key="zz_d", label="Dimension", default=1, low=1, high=196_608, stops=(1, 10, 100, 196_608)
)
METRIC = Choice(
    key="zz_m", label="Metric", default="tv", options=("tv", "kl"), titles=("Variation", "Kullback")
)
LOCK = Switch(key="zz_s", label="Lock")
SEED = Number(key="zz_seed", label="Seed", default=0, low=0, high=2**31 - 1)
FIELDS = (DRIFT, STEPS, WIDTH, DIMENSION, METRIC, LOCK, SEED)


def preset() -> None:
    """Set every field."""
    values = {DRIFT: "-x**3", STEPS: 5, WIDTH: 1.25, DIMENSION: 3072, METRIC: "kl", LOCK: True}
    inputs.assign({**values, SEED: 7})


def refused(text: str) -> InputError | None:
    """Return the error of a drift that is not allowed."""
    return InputError("b", f"The word {text!r} is not known.", "Use x.") if "foo" in text else None


def draw() -> None:
    """Draw all fields, and their values as text for the tests to read."""
    frame.begin()
    head = frame.header("Sample", "What?", fields=FIELDS, hideable={"picture": "the picture"})
    drift = inputs.text(DRIFT, error=refused(inputs.value(DRIFT)))
    values = [
        drift,
        inputs.slider(STEPS),
        inputs.number(WIDTH),
        inputs.log_slider(DIMENSION),
        inputs.choice(METRIC),
        inputs.switch(LOCK),
        inputs.number(SEED),
    ]
    st.button("Preset", key="zz_preset", on_click=preset)
    st.button("Reset", key="zz_reset", on_click=inputs.reset, args=(FIELDS,))
    head.verdict(repr(values), "good")
    st.text(share.link(FIELDS))
    if frame.shown("picture"):
        with frame.panel("A picture", name="picture") as inside:
            inside.caption("One sentence.")
            inside.why("Because.", formula="x^2", source="Somebody 2000", badge="cited")
            inside.take({"x": [1, 2]}, code="1 + 1", link=share.link(FIELDS))
