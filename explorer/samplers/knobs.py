"""The parameters of a sampler as controls: kind, default, range and help, read from its file.

The file is read, not imported, so that a page can draw its controls without loading torch. Kind
and default come from the signature of ``build``, the help from the "Parameters" of the class that
it returns, and the range from ``ABOUT``'s ``ranges``.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from explorer.core.errors import ExplorerError
from explorer.samplers.registered import REGISTRY

_SECTION = re.compile(r"^Parameters\n-+\n(.*?)(?=^\S[^\n]*\n-{3,}$|\Z)", re.MULTILINE | re.DOTALL)
_ENTRY = re.compile(r"^(\S[^\n]*?) : [^\n]*\n((?:[ ]+[^\n]*\n?)*)", re.MULTILINE)

Kind = Literal["switch", "whole", "number", "choice", "optional"]


@dataclass(frozen=True, slots=True)
class Knob:
    """One parameter of a sampler.

    Attributes
    ----------
    name : str
    kind : {"switch", "whole", "number", "choice", "optional"}
        An optional one is a number or is left out.
    default : bool, int, float, str or None
        None or inf for an optional one that is left out.
    low, high : float or None
        What a control offers, of numbers; `build` may take more.
    options : tuple of str
        Of a choice.
    help : str
        What the sampler's docstring says of it.
    """

    name: str
    kind: Kind
    default: bool | int | float | str | None
    low: float | None = None
    high: float | None = None
    options: tuple[str, ...] = ()
    help: str = ""


def knobs(name: str) -> tuple[Knob, ...]:
    """Return the parameters of a sampler, in the order of its `build`.

    Raises
    ------
    InputError
        For an unknown name.
    ExplorerError
        If the file writes a parameter in a way that cannot be read without running it.

    Examples
    --------
    >>> knobs("ddim")[0].kind, knobs("ddim")[0].default, knobs("ddim")[0].high
    ('number', 0.0, 1.0)
    >>> knobs("euler")
    ()
    """
    tree = _parsed(REGISTRY.source(name))
    build = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "build")
    ranges = about(name).get("ranges", {})
    texts = _helps(tree, build)
    found = []
    for argument, given in _arguments(build):
        kind, options = _kind(argument.annotation, tree)
        default = _number(given)
        if isinstance(default, float) and math.isinf(default):
            kind = "optional"
        low, high = ranges.get(argument.arg) or _usual(kind, default)
        found.append(
            Knob(argument.arg, kind, default, low, high, options, texts.get(argument.arg, ""))
        )
    return tuple(found)


def about(name: str) -> dict[str, Any]:
    """Return what the sampler's ``ABOUT`` says, by field, without importing the file.

    Raises
    ------
    InputError
        For an unknown name.

    Examples
    --------
    >>> about("euler")["family"]
    'one-step'
    """
    for node in _parsed(REGISTRY.source(name)).body:
        call = node.value if isinstance(node, ast.Assign) else None
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "About":
            return {word.arg: ast.literal_eval(word.value) for word in call.keywords if word.arg}
    raise ExplorerError(f"The file of {name} has no ABOUT = About(...).")


@lru_cache(maxsize=64)  # a page asks for the same files at every edit
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


def _arguments(build: ast.FunctionDef) -> Iterator[tuple[ast.arg, ast.expr]]:
    """Yield the arguments of `build` with their defaults; all have one."""
    both = [*build.args.args, *build.args.kwonlyargs]
    without: list[ast.expr | None] = [None] * (len(build.args.args) - len(build.args.defaults))
    defaults = [*without, *build.args.defaults, *build.args.kw_defaults]
    for argument, given in zip(both, defaults, strict=True):
        if given is None:
            raise ExplorerError(f"build: {argument.arg} has no default. Give it one.")
        yield argument, given


def _number(node: ast.expr) -> Any:
    return math.inf if ast.unparse(node) == "math.inf" else ast.literal_eval(node)


def _kind(hint: ast.expr | None, tree: ast.Module) -> tuple[Kind, tuple[str, ...]]:
    """Return kind and options of a type hint."""
    kinds: dict[str, Kind] = {
        "bool": "switch",
        "int": "whole",
        "float": "number",
        "float | None": "optional",
    }
    if hint is not None and ast.unparse(hint) in kinds:
        return kinds[ast.unparse(hint)], ()
    if isinstance(hint, ast.Subscript) and ast.unparse(hint.value) == "Literal":
        return "choice", tuple(ast.literal_eval(hint.slice))
    if isinstance(hint, ast.Name):
        return _kind(*_meaning(hint.id, tree))
    written = "nothing" if hint is None else ast.unparse(hint)
    raise ExplorerError(f"build: the type {written} has no control. Use bool, int, float, Literal.")


def _meaning(alias: str, tree: ast.Module) -> tuple[ast.expr | None, ast.Module]:
    """Return what a name for a type stands for, here or in the file that it comes from."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == alias:
            return node.value, tree
        if isinstance(node, ast.ImportFrom) and alias in {name.name for name in node.names}:
            spec = find_spec(str(node.module))
            if spec and spec.origin:
                text = Path(spec.origin).read_text(encoding="utf-8")
                return _meaning(alias, ast.parse(text))
    raise ExplorerError(f"build: nothing says what the type {alias} is. Define it in a file.")


def _usual(kind: Kind, default: Any) -> tuple[float | None, float | None]:
    """Return a range for a number that has none of its own."""
    if kind not in {"whole", "number", "optional"}:
        return None, None
    size = abs(default) if default is not None and math.isfinite(default) else 1.0
    return (min(0.0, 2.0 * (default or 0.0)) if size else 0.0), max(4.0 * size, 1.0)


def _helps(tree: ast.Module, build: ast.FunctionDef) -> dict[str, str]:
    """Return parameter -> its words, from the docstring of the class that `build` returns."""
    title = ast.unparse(build.returns) if build.returns else ""
    classes = (n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == title)
    text = next((ast.get_docstring(node) or "" for node in classes), "")
    section = _SECTION.search(text)
    found: dict[str, str] = {}
    for head, body in _ENTRY.findall(section[1] if section else ""):
        words = " ".join(line.strip() for line in body.splitlines())
        found.update(dict.fromkeys(head.split(", "), words.strip()))
    return found
