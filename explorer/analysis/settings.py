r"""What each setting of the locality denoiser changes in one denoised picture, pixel by pixel.

With settings s the denoiser answers ``D_s(z)``. Compared are the answer with settings of choice,
the answer with plain ones, and the answers in which one setting alone differs from the plain ones:

    change(s) = D_s(z) - D_plain(z).

A change says nothing of right or wrong; next to it stands the distance of each answer to the clean
picture, root mean square over pixels of a range of 2.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.core.errors import InputError

if TYPE_CHECKING:
    from explorer.denoisers.statistics import Statistics

# A setting, and what else belongs to it: they change together.
LEVERS = {
    "threshold": ("threshold",),
    "temperature": ("temperature",),
    "cutoff": ("cutoff", "tail"),
    "softmax": ("softmax", "batch"),
    "mask": ("mask", "orientation"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of the locality denoiser, as ``denoisers.build("locality", ...)`` takes them.

    Examples
    --------
    >>> plain = Settings()
    >>> Settings(temperature=2.0, batch=64).changed(plain)  # no batch in an exact softmax
    ('temperature',)
    >>> Settings(temperature=2.0, mask="published").alone("mask", plain).temperature
    1.0
    """

    threshold: float = 0.05
    temperature: float = 1.0
    cutoff: float = 0.0
    tail: bool = False
    softmax: str = "exact"
    batch: int = 512
    mask: str = "symmetric"
    orientation: str = "neighbour"

    def key(self) -> str:
        """Return the canonical string of the settings that count."""
        values = {k: v.hex() if isinstance(v, float) else v for k, v in self.options().items()}
        return json.dumps(values, sort_keys=True)

    def options(self) -> dict[str, Any]:
        """Return the arguments of ``denoisers.build`` without those that have no say."""
        left_out = set()
        if self.cutoff == 0.0:
            left_out |= {"cutoff", "tail"}
        if self.softmax == "exact":
            left_out |= {"softmax", "batch"}
        if self.mask == "symmetric":
            left_out |= {"mask", "orientation"}
        return {name: value for name, value in asdict(self).items() if name not in left_out}

    def changed(self, plain: Settings) -> tuple[str, ...]:
        """Return the names out of `LEVERS` in which these settings differ from `plain`."""
        mine, theirs = self.options(), plain.options()
        return tuple(
            lever
            for lever, names in LEVERS.items()
            if any(mine.get(name) != theirs.get(name) for name in names)
        )

    def alone(self, lever: str, plain: Settings) -> Settings:
        """Return `plain` with one setting of these."""
        return replace(plain, **{name: getattr(self, name) for name in LEVERS[lever]})


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What the denoiser makes of one noisy picture.

    Attributes
    ----------
    settings : Settings
    image : numpy.ndarray, shape (C, H, W)
    error : float
        Root mean square distance to the clean picture.
    change : numpy.ndarray, shape (C, H, W)
        Against the plain settings.
    """

    settings: Settings
    image: np.ndarray
    error: float
    change: np.ndarray

    @property
    def largest(self) -> float:
        """The largest size of the change of any pixel."""
        return float(np.abs(self.change).max())

    @property
    def typical(self) -> float:
        """Root mean square of the change."""
        return float(np.sqrt(np.mean(self.change**2)))


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Plain settings, settings of choice, and each setting of choice on its own.

    Attributes
    ----------
    sigma : float
    n : int
        Images that were averaged over.
    plain, chosen : Answer
    alone : dict of str to Answer
        For each name out of `LEVERS` that differs.
    """

    sigma: float
    n: int
    plain: Answer
    chosen: Answer
    alone: Mapping[str, Answer]


def variants(settings: Settings, plain: Settings) -> tuple[Settings, ...]:
    """Return the settings that `joined` compares: plain, chosen, and each change alone.

    Examples
    --------
    >>> [s.temperature for s in variants(Settings(temperature=2.0), Settings())]
    [1.0, 2.0]
    """
    levers = settings.changed(plain)
    alone = [settings.alone(lever, plain) for lever in levers] if len(levers) > 1 else []
    return (plain, *([settings] if levers else []), *alone)


def denoised(
    images: np.ndarray,
    statistics: Statistics,
    settings: Settings,
    *,
    noisy: np.ndarray,
    sigma: float,
) -> np.ndarray:
    """Return the answer with some settings to one noisy picture, float64 (C, H, W)."""
    import torch

    from explorer import denoisers

    built = denoisers.build(
        "locality", images, statistics=statistics, cache=None, **settings.options()
    )
    batch = torch.from_numpy(np.asarray(noisy, dtype=np.float64)[None])
    return built(batch, sigma)[0].numpy()


def joined(
    compared: Sequence[Settings],
    answers: Sequence[np.ndarray],
    *,
    clean: np.ndarray,
    sigma: float,
    n: int,
) -> Comparison:
    """Return the comparison of `variants` from their answers, in the same order."""
    reference = answers[0]

    def answer(k: int) -> Answer:
        error = float(np.sqrt(np.mean((answers[k] - clean) ** 2)))
        return Answer(compared[k], answers[k], error, answers[k] - reference)

    chosen = min(1, len(compared) - 1)
    levers = compared[chosen].changed(compared[0])
    alone = {lever: answer(k if len(levers) > 1 else 1) for k, lever in enumerate(levers, start=2)}
    return Comparison(float(sigma), n, answer(0), answer(chosen), alone)


def compare(
    images: np.ndarray,
    statistics: Statistics,
    settings: Settings,
    *,
    clean: np.ndarray,
    noisy: np.ndarray,
    sigma: float,
    plain: Settings | None = None,
) -> Comparison:
    """Denoise one picture with settings of choice, with plain ones, and with each in turn.

    Parameters
    ----------
    images : numpy.ndarray, uint8, shape (N, C, H, W)
        The images that are averaged over.
    statistics : Statistics
        They decide on the masks; of these images or of more of their kind.
    settings : Settings
    clean, noisy : numpy.ndarray, shape (C, H, W)
        On the scale [-1, 1].
    sigma : float
        Noise level > 0.
    plain : Settings, optional

    Raises
    ------
    InputError
        For settings the denoiser refuses, or pictures of another shape.

    Examples
    --------
    >>> from explorer import datasets, denoisers
    >>> data = datasets.load("digits")
    >>> statistics = denoisers.Statistics.fit(data)
    >>> clean = data.as_float(0)
    >>> found = compare(
    ...     data.images, statistics, Settings(temperature=2.0), clean=clean, noisy=clean, sigma=0.5
    ... )
    >>> list(found.alone)
    ['temperature']
    """
    shape = images.shape[1:]
    if clean.shape != shape or noisy.shape != shape:
        problem = f"The pictures are {clean.shape} and {noisy.shape}, the data are {shape}."
        raise InputError("noisy", problem, "Give one picture of the data's shape.")
    compared = variants(settings, plain or Settings())
    answers = [denoised(images, statistics, s, noisy=noisy, sigma=sigma) for s in compared]
    return joined(compared, answers, clean=clean, sigma=sigma, n=len(images))
