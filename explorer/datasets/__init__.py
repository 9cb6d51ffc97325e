"""Data sets: built in, made by formula, fetched by the user, or the user's own.

``load(name)`` returns an ``ImageSet`` of uint8 images (N, C, H, W), or a ``PointSet``. Nothing is
downloaded: where files are missing, the error says which, whence, and where to put them.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, overload

import numpy as np

from explorer.core import rng
from explorer.core.errors import InputError
from explorer.core.registry import Registry
from explorer.core.sets import ImageSet, PointSet
from explorer.datasets.checks import shown, whole
from explorer.datasets.folder import from_upload as from_upload
from explorer.datasets.source import UPLOAD as UPLOAD
from explorer.datasets.source import Limits as Limits

DEFAULT = "digits"
_REGISTRY = Registry("explorer.datasets", "data set", entry="load")


@dataclass(frozen=True, slots=True)
class Description:
    """What a menu says of a data set.

    Attributes
    ----------
    name, title : str
        As registered, and for people.
    source, licence, text : str
        Where it comes from, on which terms, and the file's own words on contents and size.
    options : dict
        Name of each option of ``load``, beside n and path, and its default.
    takes_path, has_held_out, is_points : bool
        Whether it reads the user's files; has a test split; is a ``PointSet``.
    """

    name: str
    title: str
    source: str
    licence: str
    text: str
    options: dict[str, Any]
    takes_path: bool
    has_held_out: bool
    is_points: bool


def names() -> tuple[str, ...]:
    """Return the names of all data sets.

    Examples
    --------
    >>> "digits" in names()
    True
    """
    return _REGISTRY.names()


def describe(name: str) -> Description:
    """Return what a menu says of a data set; nothing is loaded.

    Raises
    ------
    InputError
        If the name is not known.

    Examples
    --------
    >>> describe("textures").options["size"]
    16
    """
    module = _REGISTRY.get(name)
    known = inspect.signature(module.load).parameters
    return Description(
        name=name,
        title=module.TITLE,
        source=module.SOURCE,
        licence=module.LICENCE,
        text=inspect.getdoc(module) or "",
        options={key: p.default for key, p in known.items() if key not in {"n", "path"}},
        takes_path="path" in known,
        has_held_out=hasattr(module, "held_out"),
        is_points="PointSet" in str(inspect.signature(module.load).return_annotation),
    )


@overload
def load(name: Literal["points"], n: int | None = None, **options: Any) -> PointSet: ...
@overload
def load(
    name: str = DEFAULT, n: int | None = None, path: str | Path | None = None, **options: Any
) -> ImageSet: ...
def load(
    name: str = DEFAULT, n: int | None = None, path: str | Path | None = None, **options: Any
) -> Any:
    """Return a data set.

    Parameters
    ----------
    name : str
        One of ``names()``.
    n : int or None
        Number of images; None for all, or for the default of a set made by formula.
    path : str, pathlib.Path or None
        Folder or file, for sets that read the user's files.
    **options
        As in ``describe(name).options``.

    Returns
    -------
    ImageSet
        ``images`` uint8 (N, C, H, W); a ``PointSet`` for ``"points"``.

    Raises
    ------
    InputError
        If the name or an option is not known or out of range, or a file is missing or broken.

    Examples
    --------
    >>> load("digits").images.shape
    (1797, 1, 8, 8)
    """
    return _call(name, _REGISTRY.get(name).load, n, path, options)


@overload
def held_out(name: Literal["points"], n: int | None = None, **options: Any) -> PointSet: ...
@overload
def held_out(
    name: str, n: int | None = None, path: str | Path | None = None, **options: Any
) -> ImageSet: ...
def held_out(
    name: str, n: int | None = None, path: str | Path | None = None, **options: Any
) -> Any:
    """Return images of the same kind that ``load`` never returns: the test split, or fresh draws.

    Raises
    ------
    InputError
        As ``load``; also where there is no such split (see ``split``).

    Examples
    --------
    >>> held_out("textures", n=4).n
    4
    """
    module = _REGISTRY.get(name)
    if not hasattr(module, "held_out"):
        problem = f"{module.TITLE} has no test split."
        raise InputError("name", problem, "Set images aside with datasets.split.")
    return _call(name, module.held_out, n, path, options)


def split(data: ImageSet, n_held_out: int, *, seed: int = 0) -> tuple[ImageSet, ImageSet]:
    """Return two sets, in memory: the rest, and ``n_held_out`` images drawn without repetition.

    Raises
    ------
    InputError
        If ``n_held_out`` is not from 1 to N - 1.

    Examples
    --------
    >>> train, test = split(load("digits"), 297)
    >>> train.n, test.n
    (1500, 297)
    """
    if data.n < 2:
        raise InputError("n_held_out", f"{data.name} has one image.", "Use a larger set.")
    aside = whole(n_held_out, "n_held_out", 1, data.n - 1)
    order = rng.numpy_generator(seed).permutation(data.n)
    chosen = np.sort(order[aside:]), np.sort(order[:aside])
    rest, held = (
        ImageSet(
            data.images[rows],
            data.name,
            None if data.labels is None else data.labels[rows],
            source=data.source,
            licence=data.licence,
        )
        for rows in chosen
    )
    return rest, held


def _call(
    name: str,
    function: Callable[..., Any],
    n: int | None,
    path: str | Path | None,
    options: dict[str, Any],
) -> Any:
    """Call a set's function with the options it knows; others are refused with those it has."""
    known = inspect.signature(function).parameters
    if path is not None and "path" not in known:
        problem = f"{name} is made by the explorer and reads no file."
        raise InputError("path", problem, "Leave path out, or load 'folder'.")
    unknown = next((key for key in options if key not in known), None)
    if unknown is not None:
        has = ", ".join(key for key in known if key not in {"n", "path"}) or "no options"
        problem = f"{name} has no option {shown(unknown)!r}."
        raise InputError(unknown, problem, f"It has {has}.")
    place = {"path": path} if "path" in known else {}
    return function(n=n, **place, **options)
