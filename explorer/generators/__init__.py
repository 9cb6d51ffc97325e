"""One-dimensional diffusions ``L = a(x) d2/dx2 + b(x) d/dx`` with polynomial a, b.

No factor 1/2: the process solves ``dX = b dt + sqrt(2 a) dW``, and the Ornstein-Uhlenbeck
generator ``a = 1, b = -x`` has spectral gap 1.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from explorer.generators.catalogue import CATALOGUE as CATALOGUE
from explorer.generators.catalogue import Reference as Reference
from explorer.generators.classify import Classification as Classification
from explorer.generators.classify import classify as classify
from explorer.generators.ends import EndReport as EndReport
from explorer.generators.generator import Generator as Generator
from explorer.generators.gradient import GapGradient as GapGradient
from explorer.generators.gradient import gap_gradient as gap_gradient
from explorer.generators.initial import Gaussian as Gaussian
from explorer.generators.initial import InitialLaw as InitialLaw
from explorer.generators.initial import Points as Points
from explorer.generators.initial import Uniform as Uniform
from explorer.generators.inverse import from_law as from_law
from explorer.generators.landscape import Landscape as Landscape
from explorer.generators.landscape import landscape as landscape
from explorer.generators.normalise import normalise as normalise
from explorer.generators.normalise import rescale as rescale
from explorer.generators.normalise import shift as shift
from explorer.generators.normalise import time_change as time_change
from explorer.generators.relax import Relaxation as Relaxation
from explorer.generators.relax import relax as relax
from explorer.generators.sequence import ChenSequence as ChenSequence
from explorer.generators.sequence import chen_sequence as chen_sequence
from explorer.generators.spectrum import Spectrum as Spectrum
from explorer.generators.spectrum import spectrum as spectrum
from explorer.generators.tune import Tuning as Tuning
from explorer.generators.tune import tune as tune

if TYPE_CHECKING:
    from explorer.generators.degree import DegreeStudy as DegreeStudy
    from explorer.generators.degree import degree_study as degree_study
    from explorer.generators.horizon import ConvergenceTime as ConvergenceTime
    from explorer.generators.horizon import time_to as time_to
    from explorer.generators.horizon import wrong_rate as wrong_rate
    from explorer.generators.montecarlo import MonteCarloVariation as MonteCarloVariation
    from explorer.generators.montecarlo import monte_carlo_tv as monte_carlo_tv

# Imported when first asked for, so that the first page is drawn sooner. Only names that are not
# those of a module: a module would take the place of the name once it is imported.
_LATER = {
    "DegreeStudy": "degree",
    "degree_study": "degree",
    "ConvergenceTime": "horizon",
    "time_to": "horizon",
    "wrong_rate": "horizon",
    "MonteCarloVariation": "montecarlo",
    "monte_carlo_tv": "montecarlo",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER})
