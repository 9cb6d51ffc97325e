"""Names are found by reading, and only what is asked for is imported."""

import sys

import pytest

from explorer.core.errors import ExplorerError, InputError
from explorer.core.registry import Registry


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """A package whose file `broken` must never be imported."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    for name, text in {
        "__init__": "",
        "big_cat": "NAME = 'big-cat'\ndef build(): return 'roar'\n",
        "dog": "NAME: str = 'dog'\nbuild = print\n",
        "broken": "NAME = 'broken'\nclass build: pass\nraise RuntimeError\n",
        "helper": "def build(): ...\n",
        "nameless": "NAME = 'nameless'\n",
    }.items():
        (folder / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    yield folder
    for name in [name for name in sys.modules if name.split(".")[0] == "shelf"]:
        del sys.modules[name]


def test_finds_names_and_imports_one_file(shelf):
    registry = Registry("shelf", "animal")
    assert registry.names() == ("big-cat", "broken", "dog")
    assert registry.get("big-cat").build() == "roar"
    assert {name for name in sys.modules if name.startswith("shelf.")} == {"shelf.big_cat"}


@pytest.mark.parametrize("name", ["cat", "big_cat", "", "../dog", "helper", 3, None, ["dog"]])
def test_unknown_names_are_told_the_known_ones(shelf, name):
    with pytest.raises(InputError, match="Use one of big-cat, broken, dog") as error:
        Registry("shelf", "animal").get(name)
    assert error.value.field == "name"
    if name == "big_cat":
        assert "Did you mean big-cat?" in str(error.value)


def test_a_file_is_named_as_its_name(shelf):
    (shelf / "lion.py").write_text("NAME = 'tiger'\ndef build(): ...\n")
    with pytest.raises(ExplorerError, match=r"lion\.py has NAME = 'tiger'. Write NAME = 'lion'"):
        Registry("shelf", "animal").names()


@pytest.mark.parametrize(
    ("registry", "name", "known"),
    [
        (Registry("explorer.denoisers", "denoiser", own=("data",)), "optimal", "temperature"),
        (Registry("explorer.schedules", "noise grid", entry="nodes"), "karras", "rho"),
    ],
)
def test_options_are_those_of_the_entry(registry: Registry, name: str, known: str) -> None:
    assert known in registry.options(name)
    assert not set(registry.options(name)) & set(registry.own)
    registry.check_options(name, [known])
    with pytest.raises(InputError, match=rf"The {registry.kind} {name} has no option 'wrong'"):
        registry.check_options(name, ["wrong"])


def test_without_options_none_are_to_be_given() -> None:
    registry = Registry("explorer.samplers", "sampler", word="parameter")
    with pytest.raises(InputError, match=r"has no parameter 'eta'\. Give none: it has none"):
        registry.check_options("euler", ["eta"])
