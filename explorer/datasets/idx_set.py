"""Sets published as four idx files, as MNIST is: images and labels, to train and to test."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from explorer.core.sets import ImageSet
from explorer.datasets import idx, places
from explorer.datasets.checks import choice, count
from explorer.datasets.source import OWN, from_path, refuse

PREFIX = {"train": "train", "test": "t10k"}


def load(
    name: str,
    title: str,
    n: int | None,
    path: str | Path | None,
    *,
    split: str,
    inside: tuple[str, ...],
    origin: str,
    licence: str,
) -> ImageSet:
    """Return one split of such a set.

    Parameters
    ----------
    name, title : str
        As registered, and in words.
    n : int or None
        The first n images; None for all.
    path : str, pathlib.Path or None
        Folder of the files.
    split : "train" or "test"
    inside : tuple of str
        Folders in which other tools put the files.
    origin, licence : str

    Raises
    ------
    InputError
        If files are missing or not whole, or do not belong together.
    """
    prefix = PREFIX[choice(split, "split", tuple(PREFIX))]
    folders = places.folders(name, path, inside)
    pictures = places.first(folders, _names(prefix, "images", 3))
    if pictures is None:
        files = f"{prefix}-images-idx3-ubyte and {prefix}-labels-idx1-ubyte (or .gz)"
        raise places.missing(title, name, path, files=files, origin=origin)
    images = idx.images(from_path(pictures), OWN)
    labels = _labels(places.first([pictures.parent], _names(prefix, "labels", 1)), len(images))
    wanted = count(n, len(images), title)
    chosen = None if labels is None else labels[:wanted]
    return ImageSet(images[:wanted], name, chosen, source=origin, licence=licence)


def _labels(path: Path | None, n: int) -> np.ndarray | None:
    if path is None:
        return None
    source = from_path(path)
    labels = idx.labels(source, OWN)
    if len(labels) != n:
        rule = f"holds {len(labels)} labels for {n} images"
        raise refuse(source.name, rule, "Put the files of one download together.")
    return labels


def _names(prefix: str, what: str, dimensions: int) -> tuple[str, ...]:
    kinds = (f"{prefix}-{what}-idx{dimensions}-ubyte", f"{prefix}-{what}.idx{dimensions}-ubyte")
    return tuple(f"{kind}{packed}" for kind in kinds for packed in ("", ".gz"))
