"""Pictures to pixels: Pillow decodes, after the header has been checked and the file verified.

A picture is turned as its camera held it, laid on white where it is transparent, cropped to the
square in its middle and resized with Lanczos' filter. The first frame counts.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from explorer.core.errors import InputError
from explorer.datasets.source import Limits, refuse

if TYPE_CHECKING:
    from PIL import Image

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "PPM", "TIFF")
SUFFIXES = frozenset(
    {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".ppm", ".pgm", ".pbm", ".tif", ".tiff"}
)
RESAVE = "Save it again as PNG or JPEG, or leave it out."


@dataclass(slots=True)
class Budget:
    """Pixels that may still be decoded; a thousand small files can hide as much as one large."""

    limits: Limits
    spent: int = 0

    def spend(self, pixels: int, name: str) -> None:
        """Count the pixels of a picture before they are decoded."""
        if pixels > self.limits.pixels:
            rule = f"has {pixels:,} pixels, more than the {self.limits.pixels:,} allowed"
            raise refuse(name, rule, "Make it smaller.")
        self.spent += pixels
        if self.spent > self.limits.all_pixels:
            rule = f"brings the pictures to more than {self.limits.all_pixels:,} pixels"
            raise refuse(name, rule, "Take fewer or smaller images.")


def decode(data: bytes, name: str, *, size: int | None, colour: bool, budget: Budget) -> np.ndarray:
    """Return the pixels of one picture.

    Parameters
    ----------
    data : bytes
        The file.
    name : str
        For messages.
    size : int or None
        Side of the square; None keeps the picture as it is.
    colour : bool
        Three channels, or one: grey is 0.299 R + 0.587 G + 0.114 B.
    budget : Budget

    Returns
    -------
    numpy.ndarray
        uint8, (C, H, W).

    Raises
    ------
    InputError
        If Pillow cannot read it, or it is too large.
    """
    from PIL import Image

    if not data:
        raise refuse(name, "is empty", RESAVE)
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as first:
            budget.spend(first.width * first.height, name)
            first.verify()
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:  # verify() uses it up
            return _pixels(picture, size, "RGB" if colour else "L", name)
    except InputError:
        raise
    except Image.DecompressionBombError as error:
        raise refuse(name, "has too many pixels", "Make it smaller.") from error
    except Exception as error:  # hostile bytes make Pillow's readers raise anything
        raise refuse(name, "is not a picture that can be read", RESAVE) from error


def _pixels(picture: Image.Image, size: int | None, mode: str, name: str) -> np.ndarray:
    from PIL import Image, ImageOps

    flat = _eight_bits(ImageOps.exif_transpose(picture), name)
    if flat.has_transparency_data:
        flat = flat.convert("RGBA")
        flat = Image.alpha_composite(Image.new("RGBA", flat.size, "white"), flat)
    flat = flat.convert(mode)
    if size is not None:
        side = min(flat.size)
        left, upper = (flat.width - side) // 2, (flat.height - side) // 2
        # Cropped first: a box given to resize would let the filter look beyond its edges.
        square = flat.crop((left, upper, left + side, upper + side))
        flat = square.resize((size, size), Image.Resampling.LANCZOS)
    pixels = np.asarray(flat)
    return pixels[None] if mode == "L" else pixels.transpose(2, 0, 1)


def _eight_bits(picture: Image.Image, name: str) -> Image.Image:
    """Return a picture of 8 bits per channel; 16 bits lose the lower half, others are refused."""
    from PIL import Image

    if picture.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(picture) >> 8).astype(np.uint8))
    if picture.mode in {"I", "F"}:
        rule = "has 32 bits per pixel, and nothing says which value is white"
        raise refuse(name, rule, "Save it with 8 bits per channel.")
    return picture
