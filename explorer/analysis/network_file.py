"""A network from a file: what may be opened, and what is refused before anything in it can run.

Most files of weights are pickles, and a pickle is a program: opening it may do anything. Here only
tensors are read from pickles, and TorchScript programs are opened only when they are trusted. What
is read only to say what it is may not be larger than `LARGEST`, unpacked.
"""

from __future__ import annotations

import pickle
import warnings
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.core.errors import InputError

if TYPE_CHECKING:
    import torch

LARGEST = 2**30  # bytes; InceptionV3 has about 100 MB
WANTED = "Give a TorchScript file with the whole network, or build the module and use inception.of."


def read(path: str | Path, *, trusted: bool, device: torch.device | str = "cpu") -> Any:
    """Return the network of a TorchScript file, in evaluation mode.

    Parameters
    ----------
    path : str or Path
    trusted : bool
        Whether the file may be run as the program that it is.
    device : torch.device or str

    Raises
    ------
    InputError
        With field ``"path"`` or ``"trusted"``, for every other file.
    """
    place = Path(path)
    if not place.is_file():
        raise InputError("path", f"There is no file {place.name}.", "Give the path of a file.")
    if not _is_script(place):
        raise _refusal(place)
    if not trusted:
        problem = f"{place.name} is a TorchScript file, a program that would run on this machine."
        raise InputError("trusted", problem, "If you trust its source, say trusted=True.")
    return _script(place, device)


def _is_script(place: Path) -> bool:
    """Return whether the table of contents is that of a TorchScript file; nothing is opened."""
    if not zipfile.is_zipfile(place):
        return False
    try:
        with zipfile.ZipFile(place) as archive:
            return any(name.endswith("/constants.pkl") for name in archive.namelist())
    except (zipfile.BadZipFile, OSError):
        return False


def _script(place: Path, device: torch.device | str) -> Any:
    import torch

    try:
        with warnings.catch_warnings():
            # Its successor writes other files; the published ones are these.
            warnings.simplefilter("ignore", DeprecationWarning)
            return torch.jit.load(str(place), map_location=device).eval()
    except RuntimeError as error:
        problem = f"{place.name} looks like a TorchScript file, and torch cannot open it."
        raise InputError("path", problem, "Fetch it again; it may be cut off.") from error


def _refusal(place: Path) -> InputError:
    """Return why a file that is no TorchScript is of no use; only its tensors are read."""
    import torch

    size = _unpacked(place)
    if size > LARGEST:
        problem = f"{place.name} is no TorchScript file and takes {size / 1e9:.3g} GB, unpacked."
        return InputError("path", problem, WANTED)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # on old forms of pickle
            content = torch.load(place, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError:
        problem = f"{place.name} holds more than tensors: opened, it could run a program."
        return InputError("path", problem, WANTED)
    except Exception:  # noqa: BLE001  (torch has many errors for files that are not its own)
        return InputError("path", f"{place.name} is no file that torch has written.", WANTED)
    tensors = _tensors(content)
    if tensors:
        problem = (
            f"{place.name} holds the weights of a network (tensors: {tensors}) but not the "
            "network: InceptionV3 is not defined in this project."
        )
        remedy = (
            "Build it where it is defined (torch-fidelity or pytorch-fid), load these weights into "
            "it, and give the module to inception.of; or give a TorchScript file."
        )
        return InputError("path", problem, remedy)
    return InputError("path", f"{place.name} holds no network.", WANTED)


def _unpacked(place: Path) -> int:
    """Return how many bytes a file has, or what is packed in it if that is more."""
    size = place.stat().st_size
    if not zipfile.is_zipfile(place):
        return size
    try:
        with zipfile.ZipFile(place) as archive:
            return max(size, sum(part.file_size for part in archive.infolist()))
    except (zipfile.BadZipFile, OSError):
        return size


def _tensors(content: Any) -> int:
    import torch

    values = content.values() if isinstance(content, dict) else [content]
    return sum(isinstance(value, torch.Tensor) for value in values)
