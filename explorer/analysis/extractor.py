"""Images to features by a network: in batches, on its device, with every answer checked.

Images become whole numbers 0 ... 255 first, as saved pictures are, samples and data alike. Resizing
is the network's own affair.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from explorer.core.errors import Cancelled, InputError

if TYPE_CHECKING:
    import torch

Takes = Literal["bytes", "unit", "signed"]
GREY, COLOUR = 1, 3


@dataclass(frozen=True, slots=True, eq=False)
class Extractor:
    """Images to features, by a network in evaluation mode.

    Attributes
    ----------
    network : torch.nn.Module
        Answers (B, d), (B, d, 1, 1), or a tuple whose first part is that.
    takes : {"bytes", "unit", "signed"}
        Its pixels: uint8 0 ... 255, or float32 in [0, 1] or [-1, 1].
    channels : int
        That it takes; grey images are repeated.
    arguments : mapping
        More that it is called with, by name.
    """

    network: Any
    takes: Takes = "bytes"
    channels: int = COLOUR
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def __call__(
        self,
        images: Any,
        *,
        batch: int = 64,
        progress: Callable[[float], None] | None = None,
        cancel: Callable[[], bool] | None = None,
    ) -> np.ndarray:
        """Return the features, float64 (N, d).

        Parameters
        ----------
        images : array, shape (N, C, H, W)
            uint8, or floats that mean [-1, 1]; what lies outside is cut off, as in a picture.
        batch : int
            Images that the network gets at once.
        progress : callable, optional
            Gets the share that is done after each batch.
        cancel : callable, optional
            Asked before each batch; a true answer stops.

        Raises
        ------
        Cancelled
            When stopped.
        InputError
            If the images do not fit, or the network answers no features.
        """
        import torch

        count = _check_images(images, self.channels, batch)
        found: list[np.ndarray] = []
        for start in range(0, count, batch):
            if cancel is not None and cancel():
                raise Cancelled(f"Features were stopped after {start} of {count} images.")
            pixels = torch.from_numpy(_pixels(images[start : start + batch]))
            found.append(self._answer(pixels))
            if progress is not None:
                progress(min(start + batch, count) / count)
        return np.concatenate(found)

    def _answer(self, pixels: torch.Tensor) -> np.ndarray:
        import torch

        pixels = pixels.to(_device(self.network)).expand(-1, self.channels, -1, -1)
        if self.takes != "bytes":
            pixels = pixels.float() / 255.0
            pixels = pixels if self.takes == "unit" else 2.0 * pixels - 1.0
        with torch.no_grad():
            answer = self.network(pixels, **self.arguments)
        return _rows(answer, len(pixels), getattr(self.network, "num_features", None))


def _check_images(images: Any, channels: int, batch: int) -> int:
    """Return how many images there are."""
    shape = np.shape(images)
    if batch < 1:
        raise InputError("batch", f"batch = {batch} images.", "Give at least 1.")
    if len(shape) != 4 or 0 in shape:
        problem = f"The images are shaped {shape}."
        raise InputError("images", problem, "Give images (N, C, H, W), at least one.")
    if shape[1] not in {GREY, channels}:
        problem = f"The images have {shape[1]} channels; the network takes {channels}."
        raise InputError("images", problem, "Give grey images, or as many channels as it takes.")
    return shape[0]


def _pixels(images: Any) -> np.ndarray:
    """Return images as bytes, a fresh array."""
    if hasattr(images, "detach"):
        images = images.detach().cpu().numpy()
    array = np.asarray(images)
    if array.dtype == np.uint8:
        return np.array(array)
    if array.dtype.kind != "f":
        problem = f"The images are {array.dtype}."
        raise InputError("images", problem, "Give uint8, or floats in [-1, 1].")
    if not np.isfinite(array).all():
        problem = "Some images have a value that is not finite."
        raise InputError("images", problem, "Leave them out, and say how many there were.")
    return np.rint((np.clip(array, -1.0, 1.0) + 1.0) * 127.5).astype(np.uint8)


def _device(network: torch.nn.Module) -> torch.device | str:
    held = next(iter(network.parameters()), None)
    held = next(iter(network.buffers()), None) if held is None else held
    return "cpu" if held is None else held.device


def _rows(answer: Any, count: int, wanted: int | None) -> np.ndarray:
    """Return a network's answer as float64 (B, d)."""
    first: Any = answer[0] if isinstance(answer, tuple | list) and answer else answer
    shape: tuple[int, ...] = tuple(getattr(first, "shape", ()))
    if len(shape) < 2 or shape[0] != count or any(size != 1 for size in shape[2:]):
        found = f"shaped {shape}" if shape else type(first).__name__
        problem = f"The network answers {found} to {count} images, not a row of features for each."
        raise InputError("network", problem, "Give one that answers (B, d).")
    if wanted is not None and shape[1] != wanted:
        problem = f"The network says it has {wanted} features and answers {shape[1]}."
        raise InputError("network", problem, "Correct its num_features.")
    rows = first.detach().double().cpu().numpy().reshape(count, -1)
    if not np.isfinite(rows).all():
        problem = "The network's features are infinite or not a number."
        raise InputError("network", problem, "Look at `takes`: which pixels does it want?")
    return rows
