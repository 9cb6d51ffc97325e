"""Folder: any folder or zip of pictures, or a file of arrays (npy, npz, idx), of the user's own.

PNG, JPEG, WebP, BMP, GIF, TIFF and PPM are cropped to the square in their middle and resized, grey
or colour, once, into the cache folder. Size, source and licence are the user's.
"""

from __future__ import annotations

from pathlib import Path

from explorer.core.errors import InputError
from explorer.core.sets import ImageSet
from explorer.datasets import own
from explorer.datasets.checks import existing, flag, shown, whole
from explorer.datasets.source import OWN, UPLOAD, Limits, from_bytes, from_path

NAME = "folder"
TITLE = "Own pictures"
SOURCE = "the user's own"
LICENCE = "the user's own"
LARGEST = 256


def load(
    n: int | None = None,
    path: str | Path | None = None,
    *,
    size: int | None = 32,
    colour: bool = True,
) -> ImageSet:
    """Return the pictures under a path, uint8 (N, C, size, size), memory-mapped, in order of name.

    Parameters
    ----------
    n : int or None
        Number of pictures, evenly spaced in the order of names; of a file of arrays the first n;
        None for all.
    path : str or pathlib.Path
        Folder, zip, npy, npz or idx file. Links in a folder are not followed.
    size : int or None
        Side of the square, 4 to 256; None keeps pictures that all have the same size.
    colour : bool
        Three channels, or one.

    Raises
    ------
    InputError
        If nothing is there, or a file cannot be used; the message names it.
    """
    if path is None:
        problem = "No folder of pictures was named."
        raise InputError("path", problem, "Give a folder or a zip of pictures with path.")
    place, side, tint = existing(path), _side(size), flag(colour, "colour")
    if place.is_dir():
        images = own.from_folder(place, OWN, n=n, size=side, colour=tint)
    else:
        images = own.from_file(from_path(place), OWN, n=n, size=side, colour=tint)
    return ImageSet(images, NAME, source=shown(place), licence=LICENCE)


def from_upload(
    data: bytes,
    filename: str = "upload",
    n: int | None = None,
    *,
    size: int | None = 32,
    colour: bool = True,
    limits: Limits = UPLOAD,
) -> ImageSet:
    """Return the images of an uploaded zip of pictures, or file of arrays (npy, npz, idx).

    Everything stays in memory; nothing of it is written to disk, and nothing is executed.

    Parameters
    ----------
    data : bytes
        The file.
    filename : str
        For messages only.
    n, size, colour
        As in ``load``.
    limits : Limits
        What is refused for its size.

    Raises
    ------
    InputError
        If the file is too large, hostile, damaged or empty; the message names what is wrong.

    Examples
    --------
    >>> from_upload(b"PK", "pictures.zip")
    Traceback (most recent call last):
    ...
    explorer.core.errors.InputError: pictures.zip is neither a zip of pictures nor a file of \
arrays (npy, npz, idx). Pack the pictures into a zip.
    """
    if not isinstance(data, (bytes, bytearray)):
        problem = f"An upload is bytes, not {type(data).__name__}."
        raise InputError("file", problem, "Give what the file contains.")
    source = from_bytes(bytes(data), filename)
    images = own.from_file(source, limits, n=n, size=_side(size), colour=flag(colour, "colour"))
    return ImageSet(images, NAME, source=source.name, licence=LICENCE)


def _side(size: int | None) -> int | None:
    return None if size is None else whole(size, "size", 4, LARGEST)
