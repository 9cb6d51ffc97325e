"""What the Locality Lab's fields say: which data, image, pixel, noise and threshold."""

from __future__ import annotations

import json
from dataclasses import dataclass

from explorer.core.errors import InputError
from explorer.ui import inputs, own_images
from explorer.ui import locality_fields as f
from explorer.ui.fields import Number
from explorer.ui.locality_data import SIZED, DataSpec

BOXES = own_images.Boxes(f.DATA, f.PATH, f.FILE)


@dataclass(frozen=True, slots=True)
class State:
    """Everything that the pictures depend on."""

    data: DataSpec
    index: int
    seed: int
    pixel: tuple[int, int, int]
    sigma: float
    threshold: float

    def picture_key(self) -> str:
        """Return the canonical string of image, noise and noise level."""
        return json.dumps([self.data.key(), self.index, self.seed, self.sigma.hex()])

    def look_key(self) -> str:
        """Return the canonical string of pixel, noise level and threshold."""
        return json.dumps([self.data.key(), self.pixel, self.sigma.hex(), self.threshold.hex()])

    def scan_key(self) -> str:
        """Return the canonical string of pixel and threshold."""
        return json.dumps([self.data.key(), self.pixel, self.threshold.hex()])


def data_spec() -> tuple[DataSpec, InputError | None]:
    """Return the data set that is asked for, and what had to be left of the wish.

    Raises
    ------
    InputError
        If a path may not be read, or no file has been uploaded.
    """
    name, count = str(inputs.value(f.DATA)), str(inputs.value(f.COUNT))
    n = None if count == f.COUNT.default else int(count)
    if name not in SIZED:
        return DataSpec(name, n=n), None
    size, colour = int(inputs.value(f.SIZE)), bool(inputs.value(f.COLOUR))
    error = None
    if colour and size > f.MOST_COLOUR:
        most = f"{f.MOST_COLOUR} × {f.MOST_COLOUR}"
        problem = f"In colour the page takes images up to {most}; grey is shown."
        colour, error = False, InputError(f.COLOUR.key, problem, f"Choose {most}.")
    place, stamp = own_images.place(name, BOXES)
    return DataSpec(name, size, colour, n, place, stamp), error


def read(
    data: DataSpec, count: int, shape: tuple[int, int, int]
) -> tuple[State, dict[str, InputError]]:
    """Return the state for a data set of `count` images of `shape`, with an error per bad field.

    A number beyond the data is replaced by the nearest one that exists, and said to be wrong.
    """
    channels, height, width = shape
    found = [
        _within(f.INDEX, count, f"{data.name} has {count:,} images"),
        _within(f.ROW, height, f"these images have {height} rows"),
        _within(f.COLUMN, width, f"these images have {width} columns"),
    ]
    (index, _), (row, _), (column, _) = found
    errors = {error.field: error for _, error in found if error is not None}
    channel = f.CHANNELS.index(inputs.value(f.CHANNEL)) if channels == len(f.CHANNELS) else 0
    state = State(
        data=data,
        index=index,
        seed=int(inputs.value(f.SEED)),
        pixel=(channel, row, column),
        sigma=float(inputs.value(f.SIGMA)),
        threshold=float(inputs.value(f.TAU)),
    )
    return state, errors


def viewed(shape: tuple[int, int, int]) -> int | None:
    """Return the input channel to look at; None for all."""
    view = str(inputs.value(f.VIEW))
    return None if shape[0] == 1 or view == "all" else f.CHANNELS.index(view)


def take_pixel(row: int, column: int) -> None:
    """Choose a pixel; for a callback."""
    inputs.assign({f.ROW: row, f.COLUMN: column})


def _within(field: Number, count: int, fact: str) -> tuple[int, InputError | None]:
    wanted = int(inputs.value(field))
    if wanted < count:
        return wanted, None
    problem = f"{field.label} {wanted:,}: {fact}, counted from 0."
    remedy = f"Shown is {count - 1:,}, the last one."
    return count - 1, InputError(field.key, problem, remedy)
