"""A registry of a package: one file, one name.

A file ``fashion_mnist.py`` is registered by a line ``NAME = "fashion-mnist"`` and a function,
class or assignment called as the registry's ``entry``. The files are read, not imported, so a
menu of names costs nothing; only the file that is asked for is imported.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from inspect import signature
from pathlib import Path
from types import ModuleType

from explorer.core.errors import ExplorerError, InputError


@dataclass(frozen=True, slots=True)
class Registry:
    """The registered files of a package.

    Parameters
    ----------
    package : str
        For instance ``"explorer.datasets"``.
    kind : str
        What a name stands for, in words, for messages: ``"data set"``.
    entry : str
        What a registered file defines: ``"load"``, ``"build"``.
    own : tuple of str
        Arguments of the entry that the registry's room gives itself: they are no options.
    word : str
        What an option is called in messages.

    Examples
    --------
    >>> registry = Registry("explorer.core", "word", entry="say")
    >>> registry.names()
    ()
    """

    package: str
    kind: str
    entry: str = "build"
    own: tuple[str, ...] = ()
    word: str = "option"
    _found: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)

    def names(self) -> tuple[str, ...]:
        """Return the registered names in alphabetic order.

        Raises
        ------
        ExplorerError
            If a file's ``NAME`` is not its file name in kebab-case.
        """
        if not self._found:
            self._found.update(self._scan())
        return tuple(sorted(self._found))

    def get(self, name: str) -> ModuleType:
        """Return the module of that name; no other file of the package is imported for it.

        Raises
        ------
        InputError
            If the name is not registered.
        """
        return import_module(self._module(name))

    def source(self, name: str) -> str:
        """Return the text of the file of that name, which is not imported.

        Raises
        ------
        InputError
            If the name is not registered.
        """
        spec = find_spec(self._module(name))
        if spec is None or spec.origin is None:
            raise ExplorerError(f"There is no file of {name}.")
        return Path(spec.origin).read_text(encoding="utf-8")

    def options(self, name: str) -> tuple[str, ...]:
        """Return the names of the options of a file's entry.

        Raises
        ------
        InputError
            If the name is not registered.
        """
        known = signature(getattr(self.get(name), self.entry)).parameters
        return tuple(option for option in known if option not in self.own)

    def check_options(self, name: str, given: Iterable[str]) -> None:
        """Refuse an option that a file's entry does not have.

        Raises
        ------
        InputError
            With the option as its field; also if the name is not registered.
        """
        known = self.options(name)
        for option in given:
            if option not in known:
                problem = f"The {self.kind} {name} has no {self.word} {str(option)[:40]!r}."
                remedy = f"Use one of {', '.join(known)}." if known else "Give none: it has none."
                raise InputError(option, problem, remedy)

    def _module(self, name: str) -> str:
        if not isinstance(name, str) or name not in self.names():
            raise self._unknown(name)
        return f"{self.package}.{self._found[name]}"

    def _scan(self) -> dict[str, str]:
        spec = find_spec(self.package)
        folders = spec.submodule_search_locations if spec else None
        found: dict[str, str] = {}
        for path in sorted(p for folder in folders or () for p in Path(folder).glob("*.py")):
            defined = _defined(ast.parse(path.read_text(encoding="utf-8")))
            name = defined.get("NAME")
            if name is None or self.entry not in defined:
                continue
            if name != path.stem.replace("_", "-"):
                kebab = path.stem.replace("_", "-")
                raise ExplorerError(f"{path.name} has NAME = {name!r}. Write NAME = {kebab!r}.")
            found[name] = path.stem
        return found

    def _unknown(self, name: object) -> InputError:
        known = self.names()
        near = difflib.get_close_matches(str(name)[:40].lower().replace("_", "-"), known, n=1)
        problem = f"There is no {self.kind} called {str(name)[:40]!r}."
        meant = f"Did you mean {near[0]}? " if near else ""
        return InputError("name", problem, f"{meant}Use one of {', '.join(known)}.")


def _defined(tree: ast.Module) -> dict[str, str | None]:
    """Return the names defined at the top of a file, with their text where they are strings."""
    defined: dict[str, str | None] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            defined[node.name] = None
        if isinstance(node, ast.Assign | ast.AnnAssign):
            is_text = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
            text = ast.literal_eval(node.value) if node.value and is_text else None
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            defined.update({t.id: text for t in targets if isinstance(t, ast.Name)})
    return defined
