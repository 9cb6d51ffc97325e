"""Measurements of denoisers and samplers: frozen results of arrays, each with its formula."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from explorer.analysis.arena.contest import contest as contest
    from explorer.analysis.metrics import mse as mse
    from explorer.analysis.metrics import r2 as r2
    from explorer.analysis.race import compare as compare

# Imported when first asked for. Only names that are not those of a module: a module would take the
# place of the name once it is imported.
_LATER = {
    "compare": "race",
    "contest": "arena.contest",
    "mse": "metrics",
    "r2": "metrics",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER})
