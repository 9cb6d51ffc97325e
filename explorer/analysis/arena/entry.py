"""Who enters: a sampler, its grid and its parameters, as one short text.

    rtk-mala@ou(c=0.5,segments=5); ddpm@karras; dpmpp-2m

No tensor library is loaded here: a page reads its link with this.
"""

from __future__ import annotations

from dataclasses import dataclass

Value = bool | int | float | str


@dataclass(frozen=True, slots=True)
class Entry:
    """A sampler in the arena.

    Attributes
    ----------
    sampler : str
        Registered name.
    grid : str
        Registered name of the noise grid; "" for the sampler's own default.
    params : tuple of (str, value)
        What differs from the defaults, sorted by name.

    Examples
    --------
    >>> Entry("heun", "karras", (("churn", 40.0),)).text()
    'heun@karras(churn=40.0)'
    """

    sampler: str
    grid: str = ""
    params: tuple[tuple[str, Value], ...] = ()

    def text(self) -> str:
        """Return the text that `parse` reads back."""
        inside = ",".join(f"{name}={_written(value)}" for name, value in self.params)
        grid = f"@{self.grid}" if self.grid else ""
        return f"{self.sampler}{grid}" + (f"({inside})" if inside else "")


def _written(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
