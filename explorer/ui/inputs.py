"""Widgets bound to the address of the page.

Each takes a `Field` and returns its value. The field's key is the URL parameter; Streamlit keeps
the two equal. What a link asks for is read again here with the field's own limits: Streamlit
drops a bad value silently, we say so below the widget. A control that a lesson hides is not drawn
and its value comes from the link.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Literal

import streamlit as st
from streamlit.errors import StreamlitAPIException
from streamlit.runtime.state.session_state_proxy import get_session_state

from explorer.core.errors import ExplorerError, InputError
from explorer.ui import errors, lesson
from explorer.ui.fields import AnyField, Choice, LogNumber, Number, Switch, Text, Value

_REPORTS = "link_reports"  # field key -> what was wrong with the link's value
Callback = Callable[[], None]


def value(field: AnyField) -> Any:
    """Return the present value of `field`, whether its widget is drawn before, after or never."""
    hidden = lesson.hides_field(field)
    if not hidden and st.session_state.get(field.key) is not None:
        return st.session_state[field.key]
    raw = lesson.raw(field.key) if hidden else st.query_params.get(field.key)
    if raw is None:
        return field.default
    try:
        return field.parse(raw)
    except InputError:
        return field.default


def assign(values: Mapping[AnyField, Value]) -> None:
    """Set fields from a preset; call it in a callback, before the widgets are drawn.

    Raises
    ------
    InputError
        If a value breaks its field's own limits.
    """
    for field, new in values.items():
        field.parse(field.write(new))
        if lesson.hides_field(field):
            lesson.keep(field.key, field.write(new))
        else:
            st.session_state[field.key] = new
        _forget(field.key)


def reset(fields: list[AnyField] | tuple[AnyField, ...]) -> None:
    """Set `fields` to their defaults; for a callback."""
    assign({field: field.default for field in fields})


def text(field: Text, *, error: ExplorerError | None = None, then: Callback | None = None) -> str:
    """Draw a line of text that reruns 250 ms after the last key stroke; return the text.

    A text longer than the field allows is kept long enough to be refused by whoever reads it: a
    polynomial cut in the middle would be a different, valid polynomial.
    """
    if lesson.hides_field(field):
        return value(field)
    new = st.text_input(
        field.label,
        field.default,
        max_chars=field.longest + 50,
        placeholder=field.placeholder or None,
        live=True,  # 250 ms; a duration in words ("300ms") would make Streamlit import pandas
        **_common(field, then),
    )
    _below(field, error)
    return new


def number(
    field: Number, *, error: ExplorerError | None = None, then: Callback | None = None
) -> int | float:
    """Draw a number box; return the number."""
    return _number(st.number_input, field, error, then)


def slider(
    field: Number, *, error: ExplorerError | None = None, then: Callback | None = None
) -> int | float:
    """Draw a linear slider; return the number."""
    return _number(st.slider, field, error, then)


def log_slider(
    field: LogNumber, *, error: ExplorerError | None = None, then: Callback | None = None
) -> int | float:
    """Draw a slider over the field's stops, with the present value among them; return it."""
    if lesson.hides_field(field):
        return value(field)
    new = st.select_slider(
        field.label,
        field.options(value(field)),
        field.default,
        format_func=field.write,
        **_common(field, then),
    )
    _below(field, error)
    return new


def choice(field: Choice, *, then: Callback | None = None, compact: bool = False) -> str:
    """Draw a menu, or a row of segments if `compact`; return the name of the option."""
    if lesson.hides_field(field):
        return value(field)
    common: dict[str, Any] = {**_common(field, then), "format_func": field.title}
    if compact:
        new = st.segmented_control(
            field.label, field.options, default=field.default, required=True, **common
        )
    else:
        new = st.selectbox(field.label, field.options, field.options.index(field.default), **common)
    _below(field, None)
    return new if new is not None else field.default


def switch(field: Switch, *, then: Callback | None = None) -> bool:
    """Draw a toggle; return whether it is on."""
    if lesson.hides_field(field):
        return value(field)
    new = st.toggle(field.label, field.default, **_common(field, then))
    _below(field, None)
    return new


def _number(
    widget: Callable[..., Any], field: Number, error: ExplorerError | None, then: Callback | None
) -> int | float:
    if lesson.hides_field(field):
        return value(field)
    as_type = int if field.integer else float
    new = widget(
        field.label,
        as_type(field.low),
        as_type(field.high),
        field.default,
        step=None if field.step is None else as_type(field.step),
        format=field.format,
        **_common(field, then),
    )
    _below(field, error)
    return new if new is not None else field.default


def _common(field: AnyField, then: Callback | None) -> dict[str, Any]:
    return {
        "key": field.key,
        "help": field.help or None,
        "bind": _bind(field),
        "on_change": _changed,
        "args": (field.key, then),
    }


def _changed(key: str, then: Callback | None) -> None:
    _forget(key)
    if then is not None:
        then()


def _forget(key: str) -> None:
    st.session_state.get(_REPORTS, {}).pop(key, None)


def _bind(field: AnyField) -> Literal["query-params"] | None:
    """Return how the widget of `field` is tied to the URL in this run.

    A value that breaks the field's limits is kept from Streamlit: it would be dropped in silence,
    cut (2.5 to 2 for a whole number) or, for ``inf``, end in an error. The parameter is taken out
    of the address and said to be wrong; the widget is bound from the next run on.
    """
    raw = st.query_params.get(field.key)
    if raw is None or isinstance(field, Text):
        return "query-params"
    try:
        new = field.parse(raw)
    except InputError as error:
        report = f"{error} The link's value was not used."
        st.session_state.setdefault(_REPORTS, {})[field.key] = report
        with suppress(StreamlitAPIException):  # a bound one leaves the address with its binding
            del st.query_params[field.key]
        return None
    if isinstance(field, Choice | LogNumber) and field.key not in st.session_state:
        is_menu = isinstance(field, Choice)
        _read_as(field.key, field.title(str(new)) if is_menu else field.write(new))
    return "query-params"


def _read_as(key: str, title: str) -> None:
    """Let Streamlit read `title` where the link holds an option's permanent name, or 10 for 10.0.

    It knows an option only by its present title, and takes any other text out of the address, so
    that a reload would lose it. There is no public way to say this; Streamlit's version is pinned,
    and a browser test reloads such a link.
    """
    with get_session_state().query_params() as parameters:
        parameters._initial_query_params[key] = [title]


def _below(field: AnyField, error: ExplorerError | None) -> None:
    report = st.session_state.get(_REPORTS, {}).get(field.key)
    if report is not None:
        errors.note(report, key=field.key)
    if error is not None and errors.belongs_to(error, field.key):
        errors.beside(error)
