"""The notebook lines behind the race."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from explorer.ui.locality_race_state import Wish


def race(wish: Wish) -> str:
    """Return the lines that run the race and print its table."""
    racing = [method.name for method in wish.methods]
    built = "".join(f'    "{method.name}": {method.call()},\n' for method in wish.methods)
    judge = wish.judge.name
    reference = f'methods["{judge}"]' if judge in racing else wish.judge.call()
    return (
        "from explorer import analysis, datasets, denoisers\n\n"
        f"data = {wish.data.call()}\n"
        f"methods = {{\n{built}}}\n"
        "race = analysis.compare(\n"
        f"    methods, reference={reference}, data=data,\n"
        f'    nfe=10, seed={wish.seed}, n={wish.samples}, protocol="{wish.protocol}",\n'
        ")\n"
        'for name, r2, mse in zip(race.names, race.agreement("r2"), race.agreement("mse")):\n'
        "    print(name, r2.mean(), r2.std(ddof=1), mse.mean(), mse.std(ddof=1))\n"
        "print(race.p_values())"
    )


def published(data: str) -> str:
    """Return the lines that print a published table."""
    return (
        "from explorer.analysis import published\n\n"
        "print(published.SOURCE)\n"
        f'for name, row in published.AGREEMENT["{data}"].items():\n'
        "    print(published.METHODS[name], row)"
    )
