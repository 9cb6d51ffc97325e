"""What the fields of the race say: who races, against whom, from which noise; and what it costs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer import schedules
from explorer.core.errors import InputError
from explorer.figures import method_style
from explorer.ui import inputs, kept, locality_methods
from explorer.ui import locality_race_fields as f
from explorer.ui.cached_methods import Course

if TYPE_CHECKING:
    from explorer.ui.locality_data import DataSpec
    from explorer.ui.locality_methods import Method
    from explorer.ui.locality_panels import Shown

STEPS = len(schedules.published().sigmas)
MOST_BYTES = kept.MOST // 2  # of one race: what it makes must stay on the shelf until it is drawn
FLOAT = 4  # bytes


@dataclass(frozen=True, slots=True)
class Wish:
    """A race that is asked for.

    Attributes
    ----------
    data : DataSpec
    methods : tuple of Method
    judge : Method
        The reference.
    protocol : str
        ``"trajectory"`` or ``"single"``.
    samples, seed : int
    """

    data: DataSpec
    methods: tuple[Method, ...]
    judge: Method
    protocol: str
    samples: int
    seed: int

    def key(self) -> str:
        """Return its canonical string."""
        known = [m.key() for m in (*self.methods, self.judge)]
        return json.dumps([self.data.key(), known, self.protocol, self.samples, self.seed])

    def course(self, method: Method) -> Course:
        """Return the path of a method in this race."""
        return Course(self.data, method, self.samples, self.seed)

    @property
    def single(self) -> bool:
        """Whether the reference is asked at the latents of the others."""
        return self.protocol == "single"

    def heard(self, method: Method) -> bool:
        """Return whether the reference has to be asked along this method's path."""
        return self.single and method.key() != self.judge.key()

    @property
    def walkers(self) -> tuple[Method, ...]:
        """Who walks a path, the reference first if it walks one."""
        if self.single:
            return self.methods
        rest = tuple(m for m in self.methods if m.key() != self.judge.key())
        return (self.judge, *rest)


def read(shown: Shown) -> tuple[Wish, tuple[InputError, ...]]:
    """Return the race of the present fields, and what could not be used of them."""
    chosen, wrong = racers(str(inputs.value(f.RACERS)))
    images, tau = shown.images, shown.state.threshold
    wish = Wish(
        data=shown.state.data,
        methods=tuple(locality_methods.method(name, images, tau) for name in chosen),
        judge=locality_methods.method(str(inputs.value(f.REFERENCE)), images, tau),
        protocol=str(inputs.value(f.PROTOCOL)),
        samples=int(inputs.value(f.SAMPLES)),
        seed=int(inputs.value(f.SEED)),
    )
    return wish, wrong


def racers(text: str) -> tuple[tuple[str, ...], tuple[InputError, ...]]:
    """Return the names in a text, each once and in the order of the menu, and the unknown ones.

    Examples
    --------
    >>> racers("wiener, optimal, wiener")[0]
    ('optimal', 'wiener')
    """
    asked = {name.strip() for name in text.split(",") if name.strip()}
    known = menu()
    wrong = []
    for name in sorted(asked - set(known)):
        problem = f"There is no denoiser called {name[:40]!r}."
        wrong.append(InputError(f.RACERS.key, problem, "It is left out of the race."))
    return tuple(name for name in known if name in asked), tuple(wrong)


def menu() -> tuple[str, ...]:
    """Return all registered denoisers: the known ones in their order, then the others."""
    from explorer import denoisers

    names = denoisers.names()
    first = [name for name in method_style.ORDER if name in names]
    return (*first, *(name for name in names if name not in first))


def too_much(wish: Wish, size: int) -> InputError | None:
    """Return why a race of images of `size` values cannot be kept in memory, if so."""
    walks = len(wish.walkers) + sum(wish.heard(m) for m in wish.methods)
    need = 2 * walks * STEPS * wish.samples * size * FLOAT
    if need <= MOST_BYTES:
        return None
    problem = f"This race needs {need >> 20:,} MB; the page keeps at most {MOST_BYTES >> 20} MB."
    return InputError(f.SAMPLES.key, problem, "Choose fewer samples or fewer denoisers.")
