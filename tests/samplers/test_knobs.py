"""Every sampler tells its parameters as controls, without being imported.

Oracles: the signature and the type hints of the imported `build`.
"""

from __future__ import annotations

import math
import subprocess
import sys
from inspect import signature
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest

from explorer import samplers
from explorer.core.errors import ExplorerError, InputError
from explorer.samplers.knobs import Knob, about
from explorer.samplers.registered import REGISTRY

ALL = [(name, knob) for name in samplers.names() for knob in samplers.knobs(name)]
EACH = pytest.mark.parametrize(("name", "knob"), ALL, ids=[f"{n}-{k.name}" for n, k in ALL])


@pytest.mark.parametrize("name", samplers.names())
def test_every_parameter_has_a_knob_with_its_default(name: str) -> None:
    known = signature(REGISTRY.get(name).build).parameters
    found = {knob.name: knob.default for knob in samplers.knobs(name)}
    assert found == {key: parameter.default for key, parameter in known.items()}


@EACH
def test_the_kind_is_that_of_the_type(name: str, knob: Knob) -> None:
    hint: Any = get_type_hints(REGISTRY.get(name).build)[knob.name]
    if get_origin(hint) is Literal:
        assert (knob.kind, knob.options) == ("choice", get_args(hint))
    elif hint is bool:
        assert knob.kind == "switch"
    elif hint is int:
        assert knob.kind == "whole"
    else:
        can_be_left = knob.default is None or math.isinf(float(str(knob.default)))
        assert knob.kind == ("optional" if can_be_left else "number")


@EACH
def test_every_knob_has_help_and_a_range_around_its_default(name: str, knob: Knob) -> None:
    assert len(knob.help) > 10, f"{name}: write what {knob.name} does"
    if knob.kind in {"whole", "number"}:
        assert knob.low is not None
        assert knob.high is not None
        assert isinstance(knob.default, int | float)
        assert knob.low <= knob.default <= knob.high
        assert knob.low < knob.high
    if knob.kind == "choice":
        assert knob.default in knob.options


@EACH
def test_build_takes_what_the_control_offers(name: str, knob: Knob) -> None:
    offered: list[Any] = {
        "switch": [True, False],
        "choice": list(knob.options),
        "whole": [int(knob.low or 0), int(knob.high or 0)],
        "number": [knob.low, knob.high],
        "optional": [knob.low, knob.high, knob.default],
    }[knob.kind]
    for value in offered:
        assert getattr(samplers.build(name, **{knob.name: value}), knob.name) == value


def test_ranges_name_parameters_only() -> None:
    for name in samplers.names():
        assert set(about(name).get("ranges", {})) <= {knob.name for knob in samplers.knobs(name)}


@pytest.mark.parametrize("name", samplers.names())
def test_what_is_read_is_what_is_imported(name: str) -> None:
    imported = samplers.describe(name)
    assert all(getattr(imported, field) == value for field, value in about(name).items())


def test_controls_and_names_do_not_load_torch() -> None:
    code = (
        "import sys; from explorer import samplers; from explorer.analysis.arena import entry;"
        "[samplers.knobs(n) for n in samplers.names()];"
        "entry.parse('heun@karras(s_churn=40);rtk-mala@ou(segments=5)');"
        "from explorer.analysis.arena import contest, score, setting, trail;"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_an_unknown_sampler_is_refused_with_its_name() -> None:
    with pytest.raises(InputError, match="no sampler called 'hoin'"):
        samplers.knobs("hoin")


@pytest.mark.parametrize(
    ("build", "words"),
    [
        ("def build(a: list = 1) -> X: ...", "type list"),
        ("def build(a: int) -> X: ...", "a has no default"),
        ("def build(a: Unknown = 1) -> X: ...", "Unknown"),
    ],
)
def test_a_parameter_that_cannot_be_read_says_so(
    build: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f'NAME = "new"\nABOUT = About(title="New", family="one-step")\n{build}\n'
    monkeypatch.setattr(type(REGISTRY), "source", lambda *_: text)
    with pytest.raises(ExplorerError, match=words):
        samplers.knobs("new")


def test_a_new_file_gets_a_range_and_help(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        'ABOUT = About(title="New", family="one-step")\n'
        'class New:\n    """One.\n\n    Parameters\n    ----------\n    a, b : float\n'
        '        What they\n        do.\n\n    Raises\n    ------\n    InputError\n    """\n'
        "def build(a: float = -2.0, b: float | None = None) -> New: ...\n"
    )
    monkeypatch.setattr(type(REGISTRY), "source", lambda *_: text)
    first, second = samplers.knobs("new")
    assert (first.low, first.high, first.help) == (-4.0, 8.0, "What they do.")
    assert (second.kind, second.help) == ("optional", "What they do.")
