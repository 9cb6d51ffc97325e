"""Where files that a user has fetched are looked for. Nothing is ever downloaded.

In this order: the path that was given; the folder ``$EXPLORER_DATA``; the cache folder. A folder
may hold the files itself, or in a folder called as the set, or as its publisher calls it.
"""

from __future__ import annotations

import os
from pathlib import Path

from explorer.core.errors import InputError
from explorer.core.folders import cache_folder
from explorer.datasets.checks import existing, shown


def folders(name: str, path: str | Path | None, inside: tuple[str, ...]) -> list[Path]:
    """Return the existing folders to look into.

    Parameters
    ----------
    name : str
        Of the data set.
    path : str, pathlib.Path or None
        What the user named; nothing else is looked into then.
    inside : tuple of str
        Folders that may hold the files, relative to these.
    """
    if path is None:
        chosen = os.environ.get("EXPLORER_DATA")
        roots = [Path(chosen) / name, Path(chosen)] if chosen else []
        roots.append(home(name))
    else:
        given = existing(path)
        roots = [given if given.is_dir() else given.parent]
    candidates = [root / part for root in roots for part in ("", name, *inside)]
    return [folder for folder in candidates if folder.is_dir()]


def home(name: str) -> Path:
    """Return the folder in which the files of a set are put for good."""
    return cache_folder() / "datasets" / name


def first(places: list[Path], names: tuple[str, ...]) -> Path | None:
    """Return the first file of these names, or None."""
    return next((f / name for f in places for name in names if (f / name).is_file()), None)


def missing(
    title: str, name: str, path: str | Path | None, *, files: str, origin: str
) -> InputError:
    """Return the sentence that says which files are missing, where to put them, whence to get them.

    Parameters
    ----------
    title, name : str
        Of the data set, in words and as registered.
    path : str, pathlib.Path or None
        Where the user said they are.
    files : str
        What is missing, in words.
    origin : str
        Web address.
    """
    looked = home(name) if path is None else path
    problem = f"{title} needs {files}, not found in {shown(looked, most=1000)}."
    remedy = f"Get them from {origin} and put them into that folder, or name theirs with path."
    return InputError("path", problem, remedy)
