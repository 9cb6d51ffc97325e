"""Which images a page looks at: a data set by name, with what it may be asked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from explorer import datasets

FOLDER = "folder"  # a folder or file on the server, by its path
UPLOAD = "upload"  # a file that a visitor sent; not a registered set, read as FOLDER reads a file
SIZED = {"natural-patches", "textures", FOLDER, UPLOAD}  # with a choice of size and colour


def choices() -> tuple[str, ...]:
    """Return the names of the sets: those that need no file, those that do, the visitor's own."""
    known = [datasets.describe(name) for name in datasets.names()]
    images = [d for d in known if not d.is_points and d.name != FOLDER]
    images.sort(key=lambda d: (d.takes_path, d.name))
    return (*(d.name for d in images), FOLDER, UPLOAD)


def title(name: str) -> str:
    """Return what a choice is called in a menu."""
    own = {FOLDER: "A folder or zip, by its path", UPLOAD: "Your own images, uploaded"}
    return own.get(name) or datasets.describe(name).title


@dataclass(frozen=True, slots=True)
class DataSpec:
    """A data set by name, with side and colour where it has a choice.

    Attributes
    ----------
    name : str
        Registered name of the set, or ``UPLOAD``.
    size : int
        Pixels a side; only where the set has a choice.
    colour : bool
    n : int or None
        Number of images; None for all.
    place : str
        Path of a ``FOLDER``, or digest of an ``UPLOAD``.
    stamp : str
        Changes when what lies at `place` does.
    """

    name: str
    size: int = 0
    colour: bool = False
    n: int | None = None
    place: str = ""
    stamp: str = ""

    @property
    def options(self) -> dict[str, Any]:
        """The arguments of ``datasets.load`` beside the name; of an upload, but for the path."""
        found: dict[str, Any] = {}
        if self.name in SIZED:
            found |= {"size": self.size, "colour": self.colour}
        if self.n is not None:
            found["n"] = self.n
        if self.name == FOLDER:
            found["path"] = self.place
        return found

    def key(self) -> str:
        """Return the canonical string of the data set."""
        what = ["data", self.name, self.options, self.place, self.stamp]
        return json.dumps(what, sort_keys=True)

    def call(self) -> str:
        """Return the line that loads it in a notebook.

        Examples
        --------
        >>> DataSpec("textures", 8, True, n=500).call()
        'datasets.load("textures", size=8, colour=True, n=500)'
        """
        own = {"path": "your-file.zip"} if self.name == UPLOAD else {}
        options = "".join(f", {name}={value!r}" for name, value in (own | self.options).items())
        return f'datasets.load("{FOLDER if own else self.name}"{options})'
