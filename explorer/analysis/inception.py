"""Features of images by a network of your own: Inception's, for FID and KID, or any other.

Nothing is fetched, and no network is defined here. Published FID uses InceptionV3 with the weights
of 2015, which exist as a TorchScript file; libraries such as torch-fidelity build the same network
as a module. Either serves: `load` for the file, `of` for the module. Then

    frechet(samples, data, features=extractor)    is the FID,
    kid(extractor(samples), extractor(data))      the KID.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.analysis import network_file
from explorer.analysis.extractor import COLOUR, Extractor, Takes
from explorer.core.errors import InputError

if TYPE_CHECKING:
    import torch


def load(
    path: str | Path,
    *,
    trusted: bool = False,
    takes: Takes = "bytes",
    channels: int = COLOUR,
    arguments: Mapping[str, Any] | None = None,
    device: torch.device | str = "cpu",
) -> Extractor:
    """Return the features of a TorchScript file, which holds a network and not only its weights.

    Parameters
    ----------
    path : str or Path
        Of a file on this machine.
    trusted : bool
        A TorchScript file is a program. Say True only for one whose source you trust.
    takes, channels, arguments
        Those of `Extractor`. The Inception file of the StyleGAN papers takes bytes and
        ``{"return_features": True}``.
    device : torch.device or str
        Where it runs.

    Raises
    ------
    InputError
        For a file that is missing, not trusted, or anything but a TorchScript network; nothing in
        such a file is run.
    """
    _check_takes(takes, channels)
    network = network_file.read(path, trusted=trusted, device=device)
    return Extractor(network, takes, channels, dict(arguments or {}))


def of(
    network: torch.nn.Module,
    *,
    takes: Takes = "bytes",
    channels: int = COLOUR,
    arguments: Mapping[str, Any] | None = None,
) -> Extractor:
    """Return the features of a module that you built; it stays on its device.

    Parameters
    ----------
    network : torch.nn.Module
        With ``num_features``, their number d, and in evaluation mode.
    takes, channels, arguments
        Those of `Extractor`.

    Raises
    ------
    InputError
        With field ``"network"``.

    Examples
    --------
    >>> import numpy as np, torch
    >>> mean = torch.nn.Sequential(torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten())
    >>> mean.num_features = 3
    >>> of(mean.eval(), takes="unit")(np.full((2, 1, 8, 8), 51, np.uint8)).round(6)
    array([[0.2, 0.2, 0.2],
           [0.2, 0.2, 0.2]])
    """
    import torch

    _check_takes(takes, channels)
    if not isinstance(network, torch.nn.Module):
        problem = f"The network is {type(network).__name__}, not a torch module."
        raise InputError("network", problem, "Give a torch.nn.Module, or a file to load.")
    if not isinstance(getattr(network, "num_features", None), int):
        problem = "The network does not say how many features it has."
        raise InputError("network", problem, "Set network.num_features to their number.")
    if any(part.training for part in network.modules()):
        problem = "The network is in training mode: features would depend on the batch."
        raise InputError("network", problem, "Call network.eval() first.")
    return Extractor(network, takes, channels, dict(arguments or {}))


def _check_takes(takes: str, channels: int) -> None:
    if takes not in {"bytes", "unit", "signed"}:
        raise InputError("takes", f"takes = {takes!r}.", 'Use "bytes", "unit" or "signed".')
    if channels < 1:
        raise InputError("channels", f"channels = {channels}.", "Give 3, or 1 for grey.")
