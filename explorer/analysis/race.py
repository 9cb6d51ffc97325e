r"""Denoisers from the same noise, side by side, and how far each ends from a reference.

Two questions can be asked of a method and a reference:

- *trajectory*: each walks its own path from the same noise; compared are their x0 at each step, and
  above all the last one, the picture;
- *single*: only the method walks; at each of its latents the reference is asked too, so that errors
  of earlier steps do not count. Compared is the mean over the steps.

Agreement with a reference is not quality: a reference may be wrong itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from explorer import schedules
from explorer.analysis import metrics, paths
from explorer.analysis.paths import Path
from explorer.analysis.spread import paired
from explorer.core.errors import InputError

if TYPE_CHECKING:
    from explorer.core.types import Denoiser

Protocol = Literal["trajectory", "single"]
PROTOCOLS = ("trajectory", "single")
Methods = Mapping[str, "Denoiser"] | Sequence["str | Denoiser"]


@dataclass(frozen=True, slots=True, eq=False)
class Race:
    """What M methods made of n noises in S steps.

    Attributes
    ----------
    names : tuple of str
        Of the methods.
    reference : str
        What they are compared with.
    protocol : "trajectory" or "single"
    sigmas : numpy.ndarray, shape (S,)
        Noise levels, falling.
    x0, latents : numpy.ndarray, float32, shape (M, S, n, C, H, W)
        Answers of the methods, and what they were asked.
    asked : numpy.ndarray, float32, shape (M, S, n, C, H, W)
        The reference's pictures that each answer is compared with.
    r2, mse : numpy.ndarray, shape (M, S, n)
        Agreement of each answer with the reference.
    nearest : numpy.ndarray of int, shape (M, n)
        Number of the training image nearest to the final picture.
    distance : numpy.ndarray, shape (M, n)
        Root mean square difference to it, on the scale [-1, 1].
    seconds : numpy.ndarray, shape (M,)
        CPU time of the method's calls, summed over threads.
    """

    names: tuple[str, ...]
    reference: str
    protocol: str
    sigmas: np.ndarray
    x0: np.ndarray
    latents: np.ndarray
    asked: np.ndarray
    r2: np.ndarray
    mse: np.ndarray
    nearest: np.ndarray
    distance: np.ndarray
    seconds: np.ndarray

    @property
    def final(self) -> np.ndarray:
        """The pictures, (M, n, C, H, W)."""
        return self.x0[:, -1]

    def agreement(self, quantity: Literal["r2", "mse"] = "r2") -> np.ndarray:
        """Return one number per method and image, (M, n): of the last step, or the steps' mean."""
        values = self.r2 if quantity == "r2" else self.mse
        return values[:, -1] if self.protocol == "trajectory" else values.mean(axis=1)

    def p_values(self) -> np.ndarray:
        """Return the p-values (M, M) of paired t-tests, two-sided, on the images' r^2."""
        values = self.agreement()
        return np.array([[paired(a, b).p for b in values] for a in values])


def compare(
    methods: Methods,
    *,
    reference: str | Denoiser,
    data: Any,
    nfe: int = 10,
    seed: int = 0,
    n: int = 8,
    protocol: Protocol = "trajectory",
) -> Race:
    """Race denoisers against a reference.

    Parameters
    ----------
    methods : sequence of str or Denoiser, or mapping of str to Denoiser
        Registered names are built with their defaults.
    reference : str or Denoiser
        A trained network, or any denoiser; it need not race.
    data : ImageSet or numpy.ndarray, uint8 (N, C, H, W)
        Training images.
    nfe : int
        Calls per sample; it divides 1000.
    seed : int
    n : int
        Number of samples.
    protocol : "trajectory" or "single"

    Raises
    ------
    InputError
        For unknown names, no method, or no sample.

    References
    ----------
    Lukoianov et al., Locality in image diffusion models emerges from data statistics (2025)

    Examples
    --------
    >>> from explorer import datasets
    >>> race = compare(
    ...     ["optimal", "nearest"], reference="wiener", data=datasets.load("digits"), n=2
    ... )
    >>> race.x0.shape, race.r2.shape
    ((2, 10, 2, 1, 8, 8), (2, 10, 2))
    """
    check_protocol(protocol)
    known, judge, name = built(methods, reference, data)
    steps = schedules.published(nfe)
    first = paths.start(_images(data).shape[1:], _count(n), seed)
    done = {key: path for key, path in run(known, first, steps) if len(path.x0) == nfe}
    if protocol == "trajectory":
        racing = [done[key] for key, method in known.items() if method is judge]
        *_, own = racing or paths.walk(first, judge, steps)
        answers = dict.fromkeys(known, own.x0)
    else:
        answers = {key: tuple(echo(path, judge, steps)) for key, path in done.items()}
    return measure(done, answers, data=data, reference=name, steps=steps, protocol=protocol)


def run(
    methods: Mapping[str, Denoiser], first: Path, steps: schedules.Steps
) -> Iterator[tuple[str, Path]]:
    """Yield name and path after each call of each method, one method after the other."""
    for name, denoiser in methods.items():
        for path in paths.walk(first, denoiser, steps):
            yield name, path


def echo(path: Path, reference: Denoiser, steps: schedules.Steps) -> Iterator[np.ndarray]:
    """Yield the reference's answers at the latents of a finished path, step by step."""
    for k in range(len(path.x0)):
        yield paths.answer(reference, path.latents[k], k, steps)


def measure(
    done: Mapping[str, Path],
    answers: Mapping[str, Sequence[np.ndarray]],
    *,
    data: Any,
    reference: str,
    steps: schedules.Steps,
    protocol: str,
) -> Race:
    """Return the race of finished paths, each with the reference's answers at its steps.

    Raises
    ------
    InputError
        If there is no path, one has not come to its end, or the protocol is unknown.
    """
    check_protocol(protocol)
    count = len(steps.sigmas)
    if not done or any(len(path.x0) != count for path in done.values()):
        problem = "There is nothing to compare: no path has come to its end."
        raise InputError("methods", problem, "Give at least one method and walk all its steps.")
    x0 = np.stack([np.stack(path.x0) for path in done.values()])
    asked = np.stack([np.stack(list(answers[name])) for name in done])
    shape = x0.shape[:3]
    flat = (x0.reshape(-1, *x0.shape[3:]), asked.reshape(-1, *x0.shape[3:]))
    nearest, distance = _nearest(_images(data), x0[:, -1])
    return Race(
        names=tuple(done),
        reference=reference,
        protocol=protocol,
        sigmas=steps.sigmas,
        x0=x0,
        latents=np.stack([np.stack(path.latents[:count]) for path in done.values()]),
        asked=asked,
        r2=metrics.r2(*flat).reshape(shape),
        mse=metrics.mse(*flat).reshape(shape),
        nearest=nearest,
        distance=distance,
        seconds=np.array([path.seconds for path in done.values()]),
    )


def check_protocol(protocol: str) -> None:
    """Raise InputError unless the protocol is one of `PROTOCOLS`."""
    if protocol not in PROTOCOLS:
        problem = f"There is no protocol {protocol!r}."
        raise InputError("protocol", problem, f"Use one of {', '.join(PROTOCOLS)}.")


def built(
    methods: Methods, reference: str | Denoiser, data: Any
) -> tuple[dict[str, Denoiser], Denoiser, str]:
    """Return the methods by name, the reference, and its name."""
    from explorer import denoisers

    given = methods.items() if isinstance(methods, Mapping) else ((_name(m), m) for m in methods)
    known: dict[str, Denoiser] = {}
    for name, method in given:
        label = name if name not in known else f"{name} {len(known) + 1}"
        known[label] = denoisers.build(method, data) if isinstance(method, str) else method
    if not known:
        raise InputError("methods", "No method was named.", "Give at least one.")
    name = _name(reference)
    if isinstance(reference, str):
        judge = known[name] if name in known else denoisers.build(reference, data)
        return known, judge, name
    return known, reference, name


def _name(method: str | Denoiser) -> str:
    return method if isinstance(method, str) else type(method).__name__


def _count(n: int) -> int:
    if n < 1:
        raise InputError("n", f"n = {n} samples cannot race.", "Give a whole number >= 1.")
    return n


def _images(data: Any) -> np.ndarray:
    return np.asarray(getattr(data, "images", data))


def _nearest(images: np.ndarray, pictures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return number of and root mean square difference to the nearest image, (M, n) each."""
    import torch

    from explorer.denoisers.nearest import Nearest

    flat = pictures.reshape(-1, *images.shape[1:]).astype(np.float64)
    index = Nearest(images).index(torch.from_numpy(flat), 0.0).numpy()
    distance = np.sqrt(metrics.mse(flat, images[index] / 127.5 - 1.0))
    return index.reshape(pictures.shape[:2]), distance.reshape(pictures.shape[:2])
