"""The small pictures of the Locality Lab on Home, as a file: numbers without a tensor library.

``python -m explorer.analysis.postcard`` makes the file again; a test compares it with the live
computation. Opening this module loads numpy only.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from explorer.analysis.locality import Look

SHIPPED = Path(__file__).resolve().parents[2] / "assets" / "locality" / "postcards.json"
DATA, SIZE = "natural-patches", 16
PIXEL = (0, 8, 7)
THRESHOLD = 0.05
SIGMAS = (6.17, 0.724, 0.1)  # of the first picture: the field closes in
SHAPE, GAIN, SIGMA = "w", 1.0, 1.24  # of the second: a pattern planted into all images
STEPS = 100  # a field is kept in hundredths of its largest size


@dataclass(frozen=True, slots=True, eq=False)
class Postcard:
    """Sensitivity field and mask of one pixel, in a few cases.

    Attributes
    ----------
    fields : numpy.ndarray of int8, shape (K, H, W)
        In hundredths of the largest size of each.
    masks : numpy.ndarray of bool, shape (K, H, W)
    """

    fields: np.ndarray
    masks: np.ndarray


def compute() -> dict[str, Postcard]:
    """Return both pictures, computed from the images: ``"looking"`` and ``"planted"``."""
    from explorer import datasets, denoisers
    from explorer.analysis import locality, patterns
    from explorer.denoisers.wiener import Pattern, Wiener

    data = datasets.load(DATA, size=SIZE)
    plain = denoisers.build("wiener", data)
    assert isinstance(plain, Wiener)
    cells = patterns.ready(SHAPE, data.shape[1:], PIXEL[1:])
    drawn = Wiener(plain.statistics, Pattern(patterns.weights(cells, 1), GAIN))
    cases = {
        "looking": [(plain, sigma) for sigma in SIGMAS],
        "planted": [(plain, SIGMA), (drawn, SIGMA)],
    }
    return {
        name: _postcard([locality.look(w, PIXEL, sigma, threshold=THRESHOLD) for w, sigma in many])
        for name, many in cases.items()
    }


def write(cards: dict[str, Postcard], place: Path = SHIPPED) -> None:
    """Write postcards as JSON."""
    content = {
        "what": "rows of the Wiener filter and masks; python -m explorer.analysis.postcard",
        "data": f"{DATA}, {SIZE} x {SIZE}, grey; pixel {PIXEL}, threshold {THRESHOLD}",
        "cards": {
            name: {"fields": card.fields.tolist(), "masks": card.masks.astype(int).tolist()}
            for name, card in cards.items()
        },
    }
    place.write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="utf-8")


def read(place: Path = SHIPPED) -> dict[str, Postcard]:
    """Return the postcards that are shipped.

    Examples
    --------
    >>> read()["looking"].fields.shape
    (3, 16, 16)
    """
    cards = json.loads(place.read_text(encoding="utf-8"))["cards"]
    return {
        name: Postcard(np.array(card["fields"], np.int8), np.array(card["masks"], bool))
        for name, card in cards.items()
    }


def _postcard(looks: list[Look]) -> Postcard:
    fields = np.stack([look.sensitivity[0] / np.abs(look.sensitivity).max() for look in looks])
    masks = np.stack([look.mask[0] for look in looks])
    return Postcard(np.rint(STEPS * fields).astype(np.int8), masks)


if __name__ == "__main__":
    write(compute())
