"""The rules of the house that import-linter cannot say: read from the source, or seen in a process.

Each reader of source has a control: a piece of bad source that it must catch.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "explorer"
PAGES = ROOT / "pages"
UI = PACKAGE / "ui"

HEAVY = {"torch", "scipy", "pandas", "altair", "sympy"}
LIGHT_ROOMS = ("core", "generators", "figures")  # everything that a live page opens
TENSOR_ROOMS = ("denoisers", "samplers", "models")  # made of torch; loaded when first asked for
CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())


def sources(*folders: Path) -> list[Path]:
    """All Python files under `folders`."""
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imported(nodes: Iterator[ast.AST]) -> set[str]:
    """Full names of the modules that these nodes import."""
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def top(names: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}


def run_at_import(node: ast.AST) -> Iterator[ast.AST]:
    """Nodes that run when the module is opened: no function bodies, no `if TYPE_CHECKING`."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from run_at_import(child)


def opened_by(source: str) -> set[str]:
    return imported(run_at_import(ast.parse(source)))


def used_by(source: str) -> set[str]:
    return imported(ast.walk(ast.parse(source)))


def cached(source: str) -> Iterator[tuple[ast.FunctionDef, ast.expr]]:
    """Functions under st.cache_data or st.cache_resource, each with that decorator."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                call = decorator.func if isinstance(decorator, ast.Call) else decorator
                if ast.unparse(call).rpartition(".")[2] in {"cache_data", "cache_resource"}:
                    yield node, decorator


def hashed(function: ast.FunctionDef) -> set[str]:
    """Parameters that Streamlit hashes into the cache key: those without a leading underscore."""
    arguments = function.args
    parameters = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    parameters += [extra for extra in (arguments.vararg, arguments.kwarg) if extra]
    return {parameter.arg for parameter in parameters if not parameter.arg.startswith("_")}


# --- controls: the readers catch what they are for -------------------------------------------


def test_readers_catch_what_they_are_for() -> None:
    bad = (
        "from typing import TYPE_CHECKING\n"
        "try:\n    from scipy.linalg import eigh\nexcept ImportError:\n    pass\n"
        "if TYPE_CHECKING:\n    import torch\n"
        "def f():\n    import pandas\n"
    )
    assert top(opened_by(bad)) & HEAVY == {"scipy"}
    assert top(used_by(bad)) & HEAVY == {"scipy", "torch", "pandas"}
    [(function, _)] = cached("@st.cache_data(max_entries=1)\ndef f(key, spec, _g, *more): ...")
    assert hashed(function) == {"key", "spec", "more"}


# --- who imports what ------------------------------------------------------------------------


@pytest.mark.parametrize("path", sources(PACKAGE), ids=named)
def test_streamlit_stays_upstairs(path: Path) -> None:
    if UI not in path.parents:
        assert "streamlit" not in top(used_by(path.read_text()))
    assert not top(used_by(path.read_text())) & {"pages", "app"}


@pytest.mark.parametrize("path", sources(PACKAGE, PAGES), ids=named)
def test_heavy_libraries_are_imported_where_used(path: Path) -> None:
    names = opened_by(path.read_text())
    in_tensors = any(PACKAGE / room in path.parents for room in TENSOR_ROOMS)
    assert not top(names) & (HEAVY - {"torch"} if in_tensors else HEAVY)
    assert not {name for name in names if name.startswith("plotly.express")}
    if any(PACKAGE / room in path.parents for room in LIGHT_ROOMS):
        assert "numba" not in top(names)


@pytest.mark.parametrize("path", sources(PAGES), ids=named)
def test_pages_are_thin(path: Path) -> None:
    source = path.read_text()
    assert len(source.splitlines()) <= 150
    foreign = top(used_by(source)) - sys.stdlib_module_names - {"explorer", "streamlit"}
    assert not foreign, f"{named(path)} computes: it imports {foreign}"


def test_opening_the_numerics_and_figures_loads_nothing_heavy() -> None:
    """Also the first answer, as the first view of a page needs it."""
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in sources(PACKAGE / "figures")
        if path.name != "__init__.py"
    ]
    script = (
        "import importlib, sys\n"
        "from explorer import figures, generators\n"
        f"for name in {modules}: importlib.import_module(name)\n"
        "generators.spectrum(generators.Generator(a='1', b='-x-x**3'))\n"
        "print(' '.join(sorted(sys.modules)))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert "explorer.generators" in loaded
    assert not top(set(loaded.split())) & (HEAVY | {"numba", "streamlit", "pyarrow"})


# --- Streamlit's traps -----------------------------------------------------------------------


def test_ui_modules_hide_no_other_module() -> None:
    """Streamlit puts the entry script's folder in front of sys.path."""
    own = {path.stem for path in UI.iterdir() if path.name != "__pycache__"} - {"__init__"}
    others = set(sys.stdlib_module_names) | set(packages_distributions()) | {"explorer", "tests"}
    assert "entry" in own
    assert not own & others


def test_no_pages_folder_beside_the_entry_script() -> None:
    """Streamlit would take it for its old multipage mode, and deep links would lose their frame."""
    assert not (UI / "pages").exists()


@pytest.mark.parametrize("path", sources(PACKAGE, PAGES), ids=named)
def test_caches_are_keyed_by_canonical_strings(path: Path) -> None:
    for function, decorator in cached(path.read_text()):
        assert UI in path.parents, f"{function.name}: caches live in explorer/ui"
        assert hashed(function) <= {"key"}, f"{function.name} hashes {hashed(function)}"
        limits = {keyword.arg for keyword in getattr(decorator, "keywords", [])}
        needed = {"max_entries"}
        if "cache_data" in ast.unparse(decorator):
            needed |= {"max_size"}
        assert needed <= limits, f"{function.name} has no {needed - limits}"


# --- settings --------------------------------------------------------------------------------


def test_server_settings_are_safe() -> None:
    server, client = CONFIG["server"], CONFIG["client"]
    assert server["address"] == "127.0.0.1"
    assert set(server["allowedHosts"]) == {"localhost", "127.0.0.1"}
    assert server["maxUploadSize"] <= 10
    assert server["enableCORS"]
    assert server["enableXsrfProtection"]
    assert not server.get("enableStaticServing", False)
    assert "maxCacheDataSize" in server
    assert client["showErrorDetails"] == "type"
    assert client["toolbarMode"] == "viewer"
    assert CONFIG["browser"]["gatherUsageStats"] is False
