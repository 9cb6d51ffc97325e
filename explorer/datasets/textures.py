r"""Textures: Gaussian random fields of a chosen spectrum, made by formula, public domain.

A field on the torus of H x H pixels is ``x = s F^{-1}[sqrt(P(k)) F[w]]`` with white noise w and a
spectrum P of mean 1, hence variance ``s^2`` at every pixel; its covariance is circulant with
eigenvalues ``s^2 P(k)``. Stored is ``u = round(127.5 + 127.5 x)``, cut to 0 ... 255: with the
default ``s = 1/4``, at 4 standard deviations. 2,000 fields of 16 x 16 are 0.5 MB.

Spectra of the frequency ``f`` in cycles per pixel: power-law ``f^-e`` (natural images have e near
2; the mean, f = 0, counts as f = 1/H), smooth ``exp(-(2 pi f l)^2 / 2)``, band (around ``1/l``,
one octave wide), white 1.
"""

from __future__ import annotations

import math

import numpy as np

from explorer.core import rng
from explorer.core.sets import CHUNK, ImageSet
from explorer.datasets.checks import choice, flag, number, whole

NAME = "textures"
TITLE = "Textures"
SOURCE = "made by formula"
LICENCE = "public domain"
FIELDS = 2_000
MOST = 200_000
SPECTRA = ("power-law", "smooth", "band", "white")


def spectrum(
    size: int, kind: str = "power-law", *, exponent: float = 2.0, length: float = 4.0
) -> np.ndarray:
    """Return P(k) with mean 1, float64 (size, size), in the order of ``numpy.fft``.

    Parameters
    ----------
    size : int
        Side, 4 to 64 pixels.
    kind : "power-law", "smooth", "band" or "white"
    exponent : float
        Of the power law, 0 to 6.
    length : float
        Correlation length of smooth, wave length of band, 1 to 64 pixels.

    Raises
    ------
    InputError
        If an option is out of range.

    Examples
    --------
    >>> round(float(spectrum(8, "smooth").mean()), 12)
    1.0
    """
    side = whole(size, "size", 4, 64)
    e, wave = number(exponent, "exponent", 0.0, 6.0), number(length, "length", 1.0, 64.0)
    axis = np.fft.fftfreq(side)
    f = np.hypot(axis[:, None], axis)
    f_low = np.where(f == 0.0, 1.0 / side, f)
    power = {
        "power-law": f_low**-e,
        "smooth": np.exp(-0.5 * (2.0 * math.pi * f * wave) ** 2),
        "band": np.exp2(-((2.0 * np.log2(f_low * wave)) ** 2)),  # a half at half an octave
        "white": np.ones_like(f),
    }[choice(kind, "kind", SPECTRA)]
    return power / power.mean()


def load(
    n: int | None = None,
    *,
    size: int = 16,
    kind: str = "power-law",
    exponent: float = 2.0,
    length: float = 4.0,
    deviation: float = 0.25,
    colour: bool = False,
    seed: int = 0,
) -> ImageSet:
    """Return Gaussian random fields, uint8 (N, C, size, size).

    Parameters
    ----------
    n : int or None
        Number of fields, 2,000 if None. Field i does not depend on n.
    size, kind, exponent, length
        As in ``spectrum``.
    deviation : float
        Standard deviation s of a pixel on the scale [-1, 1], 0.01 to 0.5.
    colour : bool
        Three channels, any two with correlation 3/4; or one.
    seed : int

    Raises
    ------
    InputError
        If an option is out of range.

    Examples
    --------
    >>> load(n=3, size=8).images.shape
    (3, 1, 8, 8)
    """
    power = spectrum(size, kind, exponent=exponent, length=length)
    return _fields(n, power, deviation, colour=colour, seed=seed, stream=0)


def held_out(
    n: int | None = None,
    *,
    size: int = 16,
    kind: str = "power-law",
    exponent: float = 2.0,
    length: float = 4.0,
    deviation: float = 0.25,
    colour: bool = False,
    seed: int = 0,
) -> ImageSet:
    """Return fresh fields of the same law."""
    power = spectrum(size, kind, exponent=exponent, length=length)
    return _fields(n, power, deviation, colour=colour, seed=seed, stream=1)


def _fields(
    n: int | None, power: np.ndarray, deviation: float, *, colour: bool, seed: int, stream: int
) -> ImageSet:
    wanted = FIELDS if n is None else whole(n, "n", 1, MOST)
    s, channels = number(deviation, "deviation", 0.01, 0.5), 3 if flag(colour, "colour") else 1
    generator = rng.numpy_generator(seed, stream)
    images = np.empty((wanted, channels, *power.shape), np.uint8)
    for start in range(0, wanted, CHUNK):
        part = images[start : start + CHUNK]
        shape = (len(part), channels if channels == 1 else 4, *power.shape)
        white = generator.standard_normal(shape)
        if channels == 3:  # what the channels share, and what each has of its own
            white = math.sqrt(0.75) * white[:, :1] + 0.5 * white[:, 1:]
        half = np.fft.rfft2(white) * np.sqrt(power[:, : power.shape[1] // 2 + 1])
        x = s * np.fft.irfft2(half, s=power.shape)
        part[...] = np.clip(np.rint(127.5 + 127.5 * x), 0, 255)
    return ImageSet(images, NAME, source=SOURCE, licence=LICENCE)
