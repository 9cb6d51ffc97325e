"""Which target the Sampler Arena samples from, by name and numbers."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Literal

from explorer.ui.locality_data import DataSpec

Kind = Literal["nine-modes", "modes", "gaussian", "data"]


@dataclass(frozen=True, slots=True)
class TargetSpec:
    """A target.

    Attributes
    ----------
    kind : {"nine-modes", "modes", "gaussian", "data"}
    std : float
        Width of each mode.
    dimension : int
        Of nine modes and of the Gaussian.
    decay : float
        Of the Gaussian's spectrum: eigenvalue k is proportional to k^-decay.
    modes : tuple of (x, y, weight)
        The modes of a drawn mixture.
    data, denoiser : str
        Registered names.
    n : int or None
        Images used; None for all.
    size, colour, place, stamp
        Of data that have a choice, or lie in a folder or were uploaded; as in `DataSpec`.
    """

    kind: Kind = "modes"
    std: float = 0.15
    dimension: int = 2
    decay: float = 1.0
    modes: tuple[tuple[float, float, float], ...] = ()
    data: str = "digits"
    denoiser: str = "optimal"
    n: int | None = None
    size: int = 0
    colour: bool = False
    place: str = ""
    stamp: str = ""

    @property
    def is_image(self) -> bool:
        """Whether samples are pictures."""
        return self.kind == "data"

    @property
    def source(self) -> DataSpec:
        """The data set, for the caches of images."""
        return DataSpec(self.data, self.size, self.colour, self.n, self.place, self.stamp)

    def key(self) -> str:
        """Return its canonical string."""
        return json.dumps(asdict(self), sort_keys=True)
