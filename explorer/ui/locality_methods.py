"""Which denoisers the Locality Lab offers, and with which settings: all that are registered.

The settings are the page's: the threshold of its slider, the statistics that it has already, and a
limit on the images of those methods whose cost grows with the square of the pixels.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from explorer.figures import numbers

if TYPE_CHECKING:
    from explorer.core.sets import ImageSet
    from explorer.ui.locality_state import State

# Patches at every position against patches at every position: pairs that are compared per picture.
PAIRS = 60_000_000  # about half a second of one core (measured, 28 x 28)
FEWEST = 50  # images
EVERYWHERE = frozenset({"kamb-els", "kamb-bbels"})
FITTED = {"windowed-mixture": 20_000}  # images that a fit looks at: more take minutes


@dataclass(frozen=True, slots=True)
class Method:
    """A denoiser as the page builds it.

    Attributes
    ----------
    name : str
        Its registered name.
    options : tuple of (str, value)
        What the page sets; the rest are the denoiser's defaults.
    subset : int
        Number of images that it is limited to; 0 for all.
    """

    name: str
    options: tuple[tuple[str, Any], ...] = ()
    subset: int = 0

    def key(self) -> str:
        """Return the canonical string of name and settings."""
        return json.dumps([self.name, [[o, _exact(v)] for o, v in self.options]])

    @property
    def settings(self) -> str:
        """What the page sets, or that the method is approximate; empty if there is nothing to say.

        Examples
        --------
        >>> Method("locality", (("threshold", 0.05),)).settings
        'τ = 0.05'
        """
        if self.subset:
            return f"subset of {numbers.whole(self.subset)} images"
        said = [f"{_SYMBOLS[o]} = {_written(v)}" for o, v in self.options if o in _SYMBOLS]
        if self.name not in EVERYWHERE and _is_approximate(self.name):
            said.append("approximate")
        return ", ".join(said)

    def call(self, data: str = "data") -> str:
        """Return the line that builds it in a notebook.

        Examples
        --------
        >>> Method("locality", (("threshold", 0.05),)).call()
        'denoisers.build("locality", data, threshold=0.05)'
        """
        options = "".join(f", {option}={value!r}" for option, value in self.options)
        return f'denoisers.build("{self.name}", {data}{options})'


_SYMBOLS = {"threshold": "τ", "width": "h", "temperature": "T"}


def title(name: str) -> str:
    """Return what a person reads for a registered denoiser."""
    from explorer import denoisers

    return denoisers.describe(name).title


def method(name: str, images: ImageSet, threshold: float) -> Method:
    """Return a registered denoiser with the page's settings for these images."""
    if name == "locality":
        return Method(name, (("threshold", threshold),))
    if name in EVERYWHERE or images.n > FITTED.get(name, images.n):
        limit = FITTED.get(name) or _limit(images)
        return Method(name, (("images", limit),), limit if limit < images.n else 0)
    return Method(name)


def every(shown: State, images: ImageSet) -> tuple[Method, ...]:
    """Return all registered denoisers with the page's settings, in alphabetic order."""
    from explorer import denoisers

    return tuple(method(name, images, shown.threshold) for name in denoisers.names())


def _limit(images: ImageSet) -> int:
    channels, height, width = images.shape
    return min(images.n, max(FEWEST, PAIRS // (channels * (height * width) ** 2)))


def _is_approximate(name: str) -> bool:
    from explorer import denoisers

    return bool(denoisers.describe(name).approximate)


def _exact(value: Any) -> Any:
    return value.hex() if isinstance(value, float) else value


def _written(value: Any) -> str:
    return numbers.number(value) if isinstance(value, float) else str(value)
