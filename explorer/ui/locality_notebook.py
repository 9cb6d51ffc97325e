"""The notebook lines behind the Locality Lab's panels: plain calls of the public names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.ui.locality_fields import PUBLISHED

if TYPE_CHECKING:
    from explorer.ui.locality_state import DataSpec, State

IMPORT = "from explorer import datasets, denoisers\nfrom explorer.analysis import locality"


def filter_of(data: DataSpec) -> str:
    """Return the lines that make the data set and its Wiener filter.

    Examples
    --------
    >>> from explorer.ui.locality_state import DataSpec
    >>> print(filter_of(DataSpec("digits", 0, False)).splitlines()[-2])
    data = datasets.load("digits")
    """
    return f'{IMPORT}\n\ndata = {data.call()}\nwiener = denoisers.build("wiener", data)'


def picture(state: State) -> str:
    """Return the lines for the noisy and the filtered image."""
    return (
        f"import torch\nfrom explorer.core import rng\n{filter_of(state.data)}\n"
        f"clean = data.as_float({state.index})\n"
        f"noise = rng.normal({state.seed}, [{state.index}], data.shape)[0]\n"
        f"noisy = torch.from_numpy(clean + {state.sigma!r} * noise).double()\n"
        f"filtered = wiener(noisy[None], {state.sigma!r})[0]\n"
        "print(((filtered.numpy() - clean) ** 2).mean() ** 0.5)"
    )


def look(state: State) -> str:
    """Return the lines for sensitivity, covariance and mask."""
    return (
        f"{filter_of(state.data)}\n"
        f"look = locality.look(wiener, {state.pixel}, {state.sigma!r}, "
        f"threshold={state.threshold!r})\n"
        "print(look.size, look.own, look.radius, look.freedom)"
    )


def scan(state: State) -> str:
    """Return the lines for the curves over noise levels."""
    return (
        f"import numpy as np\n{filter_of(state.data)}\n"
        "sigmas = np.geomspace(60.8, 0.01, 41)\n"
        f"scan = locality.scan(wiener, {state.pixel}, sigmas, threshold={state.threshold!r})\n"
        "print(scan.sizes, scan.freedom)"
    )


def frames(state: State) -> str:
    """Return the lines for fields and masks at the published noise levels."""
    return (
        f"import numpy as np\n{filter_of(state.data)}\n"
        f"sigmas = np.array({list(PUBLISHED)})\n"
        f"frames = locality.frames(wiener, {state.pixel}, sigmas, threshold={state.threshold!r})\n"
        "print(frames.masks.sum(axis=(1, 2, 3)))"
    )
