"""The notebook lines behind the panels of the tab *Memory*."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.ui.locality_settings_notebook import begin, picture

if TYPE_CHECKING:
    from explorer.ui.cached_memory import CopyWish, StudyWish


def copies(wish: CopyWish) -> str:
    """Return the lines for the weights of one picture."""
    state = wish.state
    without = f", leave_out={state.index}" if wish.without else ""
    return (
        f"{begin(state.data, 'copying')}{picture(state.index, state.seed)}"
        f"sigma = {state.sigma!r}\n"
        f"found = copying.copying(\n    data.images[:{wish.n}], statistics,\n"
        "    noisy=clean + sigma * noise, sigma=sigma, "
        f"threshold={state.threshold!r}{without},\n)\n"
        "print(found.locality.effective, found.optimal.largest)"
    )


def study(wish: StudyWish, *, n: int, count: int, fresh: bool, aside: int) -> str:
    """Return the lines for training against held-out pictures.

    Parameters
    ----------
    wish : StudyWish
    n, aside : int
        Images averaged over, and set aside of them.
    count : int
        Pictures per group.
    fresh : bool
        Whether the held-out ones are of a split of their own.
    """
    data = wish.data
    lines = begin(data, "memorisation")
    if fresh:
        options = {name: v for name, v in data.options.items() if name != "n"}
        more = "".join(f", {name}={value!r}" for name, value in options.items())
        lines += (
            f'held = datasets.held_out("{data.name}", n=640{more})\ntraining = data.images[:{n}]\n'
        )
    else:
        lines = lines.replace("statistics = denoisers.Statistics.fit(data)\n", "")
        lines += (
            "from explorer.core.sets import ImageSet\n\n"
            f'first = ImageSet(data.images[:{n}], "{data.name}")\n'
            f"rest, held = datasets.split(first, {aside})\n"
            "training, statistics = rest.images, denoisers.Statistics.fit(rest)\n"
        )
    return (
        f"{lines}study = memorisation.study(\n    training, held.images, statistics, "
        f"threshold={wish.threshold!r}, count={count}, seed={wish.seed},\n)\n"
        "for sigma in (3.44, 1.24, 0.342):\n"
        "    found = study.at(sigma)\n"
        "    print(sigma, found.mean, found.effective)"
    )


def table(name: str) -> str:
    """Return the lines for the held-out errors that come with the explorer."""
    return (
        "from explorer.analysis import held_out, held_out_file\n\n"
        f'table = held_out.shipped("{name}")\n'
        "print(held_out_file.markdown(table))"
    )
