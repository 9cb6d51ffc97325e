"""How much memory a heat takes, before it is run: an estimate that is right within a factor of 3.

    states      n d s t        t the sampler's states that live at once (x, estimates, history)
    denoiser    m (a d + b N)  of a chunk of m samples; a, b by denoiser, N images; 48 K + 48 for a
                               mixture of K components
    scoring     n (4096 + 32 d) bytes, after the run; for images the table of nearest ones beside it

with s bytes a number. The factors were measured by the peak of a process (resident memory, one
thread); what a denoiser holds between its calls (masks, axes) is there already and not counted.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.analysis.arena.distances import CHUNK, COMPARED
from explorer.core.errors import InputError

if TYPE_CHECKING:
    from explorer.analysis.arena.entry import Entry
    from explorer.analysis.arena.setting import Setting
    from explorer.analysis.arena.target import Target

SHARE = 0.8  # of the free memory that a heat may take
# Denoiser -> bytes for each sample: by value of it, and by image of the data.
DENOISERS: Mapping[str, tuple[float, float]] = {
    "wiener": (24, 0),
    "optimal": (100, 24),
    "nearest": (80, 13),
    "shrunk-kernel": (100, 17),
    "golddiff": (70, 0),
    "locality": (400, 1),
    "kamb-ls": (360, 1),
    "kamb-els": (360, 1),
    "kamb-bbels": (340, 1),
    "niedoba": (310, 0),
    "windowed-mixture": (160, 8),
}
UNKNOWN = (800, 24)  # a network, for instance: a guess on the safe side for small ones
STATES: Mapping[str, int] = {"one-step": 9, "multistep": 18, "evodiff": 28, "rtk": 16}


def need(target: Target, entry: Entry, setting: Setting, *, chunk: int | None = None) -> int:
    """Return the bytes that a heat takes at its peak, estimated.

    Parameters
    ----------
    target : Target
    entry : Entry
    setting : Setting
    chunk : int, optional
        Largest number of samples that the denoiser gets at once; all by default.

    Examples
    --------
    >>> from explorer.analysis.arena.entry import Entry
    >>> from explorer.analysis.arena.setting import Setting
    >>> from explorer.analysis.arena.target import nine_modes
    >>> need(nine_modes(), Entry("euler"), Setting(n=40_000)) // 10**6  # megabytes
    220
    """
    from explorer.samplers.knobs import about

    n, d = setting.n, target.size
    number = 8 if target.dtype == "float64" else 4
    states = n * d * number * STATES.get(about(entry.sampler)["family"], 16)
    together = n if chunk is None else min(chunk, n)
    asked = together * _denoiser(target)
    if entry.sampler == "rtk-exact":  # its own posterior, with the axes of each sample's component
        asked = together * 8 * d * (6 * _components(target) + d)
    return int(max(states + asked, n * d * number + scoring(target, n)))


def scoring(target: Target, n: int) -> int:
    """Return the bytes that the scores of n samples take, estimated; always on the CPU."""
    found = n * (4096 + 32 * target.size)
    if target.images is not None:
        found += 16 * min(n, COMPARED) * min(CHUNK, target.images.n)
    return found


def chunk(target: Target, entry: Entry, setting: Setting, limit: float) -> int | None:
    """Return the largest chunk of whole blocks with which a heat stays below a limit.

    Parameters
    ----------
    target, entry, setting
        As in `need`.
    limit : float
        Bytes.

    Returns
    -------
    int or None
        All samples, rounded up to blocks, where they fit; None if not even one block does.
    """
    from explorer.samplers.noise import BLOCK

    blocks = -(-setting.n // BLOCK)
    low, high = 0, blocks + 1  # low fits, high does not
    while high - low > 1:
        middle = (low + high) // 2
        fits = need(target, entry, setting, chunk=middle * BLOCK) <= limit
        low, high = (middle, high) if fits else (low, middle)
    return low * BLOCK or None


def room(device: str = "cpu") -> int | None:
    """Return the free bytes of a device; None where the system does not say.

    Examples
    --------
    >>> free = room("cpu")
    >>> free is None or free > 0
    True
    """
    if device.startswith("cuda"):
        import torch

        return int(torch.cuda.mem_get_info(device)[0])
    found = [value for value in (_available(), _group()) if value is not None]
    return min(found) if found else None


def fit(target: Target, entry: Entry, setting: Setting, *, free: int | None = None) -> int | None:
    """Return the chunk with which a heat fits into the free memory: what `heat.begin` is given.

    Parameters
    ----------
    target, entry, setting
        As in `need`.
    free : int, optional
        Bytes; those of the target's device by default.

    Returns
    -------
    int or None
        None if all samples fit at once, or nothing is known.

    Raises
    ------
    InputError
        With field ``"n"``, if no chunk fits: what it needs, what there is, what to reduce.
    """
    free = room(target.device) if free is None else free
    if free is None or need(target, entry, setting) <= SHARE * free:
        return None
    found = chunk(target, entry, setting, SHARE * free)
    if found is None:
        least = need(target, entry, setting, chunk=64)
        n = max(int(0.9 * setting.n * SHARE * free / least), 0)
        problem = (
            f"{entry.sampler} with {setting.n:,} samples needs about {_words(least)} (estimated), "
            f"and of the {_words(free)} free on {target.device} it may take {_words(SHARE * free)}."
        )
        fewer = f"Take about {n:,} samples" if n >= 64 else "Take fewer samples"
        raise InputError("n", problem, f"{fewer}, a smaller target, or another device.")
    return found


def _denoiser(target: Target) -> float:
    """Return bytes of the denoiser's temporary arrays for each sample."""
    if hasattr(target.denoiser, "covariances"):
        return 48.0 * target.size * (_components(target) + 1)
    name = type(target.denoiser).__module__.rpartition(".")[2].replace("_", "-")
    by_value, by_image = DENOISERS.get(name, UNKNOWN)
    images = 0 if target.images is None else target.images.n
    return by_value * target.size + by_image * images


def _components(target: Target) -> int:
    return len(getattr(target.denoiser, "weights", ()))


def _available() -> int | None:
    """Return the memory that programs can get, in bytes, as far as the system tells."""
    table = Path("/proc/meminfo")
    if table.exists():  # counts what the system would give back; sysconf leaves that out
        for line in table.read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None


def _group() -> int | None:
    """Return what the process's own group of the system still may take, where it has a limit."""
    try:
        limit, used = (
            Path(f"/sys/fs/cgroup/memory.{name}").read_text(encoding="ascii").strip()
            for name in ("max", "current")
        )
        return max(int(limit) - int(used), 0) if limit != "max" else None
    except (OSError, ValueError):
        return None


def _words(count: float) -> str:
    return f"{count / 1e9:.2g} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
