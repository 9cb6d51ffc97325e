"""The table of held-out errors: every denoiser, a real data set, the published noise levels.

    python -m explorer.analysis.held_out_table --data mnist --path FOLDER --output FILE

What is in FILE already is kept, so a run that was stopped goes on; FILE is written after every
noise level. The table in Markdown is printed at the end.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.analysis import held_out_file as file
from explorer.analysis.held_out import STREAM, Table, checked_levels, drawn, duplicates, errors
from explorer.core import rng

if TYPE_CHECKING:
    from explorer.core.sets import ImageSet
    from explorer.core.types import Denoiser

MOST = {"cifar10": (24, 4)}  # test images of slow and of very slow methods; else:
USUAL = (64, 8)
CALIBRATION = "patch sizes calibrated by the authors for CIFAR-10"
PUBLISHED_TAU = {"mnist": 0.005, "fashion-mnist": 0.005, "cifar10": 0.05}


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One row of the table.

    Attributes
    ----------
    name : str
        Of the denoiser, as registered.
    options : dict
        Of its `build`.
    most : int or None
        The first so many test images only, where the method is slow.
    words : str
        What is said of it beside the numbers.
    """

    name: str
    options: dict[str, Any]
    most: int | None = None
    words: str = ""


def methods(data: str) -> dict[str, Method]:
    """Return the rows for a data set: label -> method, quick ones first."""
    tau = PUBLISHED_TAU.get(data, 0.02)
    many, few = MOST.get(data, USUAL)
    released = {"threshold": tau, "mask": "published", "softmax": "published"}
    return {
        "wiener": Method(name="wiener", options={}, words="all images"),
        "optimal": Method(name="optimal", options={}, words="all images"),
        "nearest": Method(name="nearest", options={}, words="all images"),
        "shrunk-kernel": Method(
            name="shrunk-kernel",
            options={"width": "held-out"},
            words="h per noise level by held-out error, all images",
        ),
        "windowed-mixture": Method(
            name="windowed-mixture",
            options={"window": "held-out"},
            words="window size per noise level by held-out error, 20,000 images",
        ),
        "locality[held-out]": Method(
            name="locality",
            options={"threshold": "held-out"},
            most=many,
            words="threshold per noise level by held-out error, symmetric rule, all images",
        ),
        "gaussian-mixture": Method(
            name="gaussian-mixture", options={}, words="10 components, all images"
        ),
        "kamb-ls": Method(
            name="kamb-ls", options={}, most=many, words=f"{CALIBRATION}, all images"
        ),
        "niedoba": Method(
            name="niedoba",
            options={},
            most=many,
            words="patch sizes published for CIFAR-10, all images",
        ),
        "locality[published]": Method(
            name="locality",
            options=released,
            most=many,
            words=f"as released: threshold {tau:g}, published rule, softmax per batch, all images",
        ),
        f"locality[{tau:g}]": Method(
            name="locality",
            options={"threshold": tau},
            most=many,
            words=f"threshold {tau:g}, symmetric rule, exact softmax, all images",
        ),
        "golddiff": Method(
            name="golddiff", options={}, most=many, words="approximate by design, from all images"
        ),
        "kamb-bbels": Method(
            name="kamb-bbels", options={}, most=few, words=f"{CALIBRATION}, 1,000 images only"
        ),
        "kamb-els": Method(
            name="kamb-els", options={}, most=few, words=f"{CALIBRATION}, 1,000 images only"
        ),
    }


def begun(path: Path, data: str, train: ImageSet, test: ImageSet, *, n: int, seed: int) -> Table:
    """Return the table in a file if it is of the same images, else an empty one."""
    import torch

    origin = {
        "training_digest": train.digest(),
        "training_images": train.n,
        "measured_digest": test.digest(),
        "measured_images": n,
        "numpy": np.__version__,
        "torch": str(torch.__version__),
    }
    if path.is_file():
        found = file.read(path.read_text(encoding="utf-8"))
        same = [found.origin.get(k) == origin[k] for k in ("training_digest", "measured_digest")]
        if all(same) and found.seed == seed and found.mse.shape[2] == n:
            return found
    again = duplicates(test.images[drawn(test.n, n, seed)], train)
    return Table(data, (), checked_levels(None), np.empty((0, 10, n)), seed, again, origin=origin)


def with_row(table: Table, label: str, method: Method) -> Table:
    """Return the table with an empty row for a method, if it has none."""
    if label in table.names:
        return table
    empty = np.full((1, *table.mse.shape[1:]), np.nan)
    about = {"denoiser": method.name, "options": method.options, "words": method.words}
    return replace(
        table,
        names=(*table.names, label),
        mse=np.concatenate([table.mse, empty]),
        about={**table.about, label: about},
    )


def described(table: Table, label: str, denoise: Denoiser) -> Table:
    """Return the table with the settings that a denoiser chose on its own."""
    choice = getattr(denoise, "choice", None)
    if choice is None:
        return table
    about = {**table.about[label], "chosen": [choice.at(float(s)) for s in table.sigmas]}
    return replace(table, about={**table.about, label: about})


def run(
    table: Table, label: str, method: Method, *, train: ImageSet, test: ImageSet, path: Path
) -> Table:
    """Return the table with a method's missing numbers; the file is written as they come."""
    from explorer import denoisers

    table = with_row(table, label, method)
    m, n = table.row(label), table.mse.shape[2]
    n = min(n, method.most or n)
    left = [k for k in range(len(table.sigmas)) if np.isnan(table.mse[m, k, :n]).any()]
    if not left:
        return table
    denoise = denoisers.build(method.name, train, **method.options)
    table = described(table, label, denoise)
    chosen = drawn(test.n, n, table.seed)
    clean = test.as_float(chosen)
    noise = rng.normal(table.seed, [int(i) for i in chosen], test.shape, stream=STREAM)
    for k in left:
        start = time.perf_counter()
        table.mse[m, k, :n] = errors(denoise, clean, noise, sigma=float(table.sigmas[k]))
        path.write_text(file.write(table), encoding="utf-8")
        seconds = time.perf_counter() - start
        _say(f"{label} σ = {table.sigmas[k]:.3g}: {table.means()[m, k]:.5f} ({seconds:.1f} s)")
    return table


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is missing of the table and print it."""
    from explorer import datasets, denoisers

    options = _options(arguments)
    train = datasets.load(options.data, path=options.path)
    test = train if options.seen else datasets.held_out(options.data, path=options.path)
    path = Path(options.output)
    path.parent.mkdir(parents=True, exist_ok=True)
    table = begun(path, options.data, train, test, n=options.n, seed=options.seed)
    known = methods(options.data)
    for label in options.methods or known:
        if known[label].name not in denoisers.names():
            _say(f"{label}: there is no denoiser of that name")
            continue
        table = run(table, label, known[label], train=train, test=test, path=path)
    sys.stdout.write(file.markdown(table) + "\n")
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m explorer.analysis.held_out_table")
    parser.add_argument("--data", default="mnist", choices=sorted(PUBLISHED_TAU))
    parser.add_argument("--path", help="folder of the data; default $EXPLORER_DATA")
    parser.add_argument("--output", required=True, help="JSON, gone on with if it is there")
    parser.add_argument("--n", type=int, default=64, help="test images")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seen", action="store_true", help="noise training images instead")
    parser.add_argument("--methods", nargs="*", help="rows; default all")
    return parser.parse_args(arguments)


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
