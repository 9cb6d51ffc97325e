"""The notebook lines behind the tab *Every denoiser*."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.ui.locality_methods import Method
    from explorer.ui.locality_state import State


def answers(state: State, methods: Sequence[Method]) -> str:
    """Return the lines for the answers of several denoisers to the page's noisy picture."""
    built = "".join(f'    "{method.name}": {method.call()},\n' for method in methods)
    return (
        "import torch\nfrom explorer import datasets, denoisers\nfrom explorer.core import rng\n\n"
        f"data = {state.data.call()}\n"
        f"clean = data.as_float({state.index})\n"
        f"noise = rng.normal({state.seed}, [{state.index}], data.shape)[0]\n"
        f"noisy = torch.from_numpy(clean + {state.sigma!r} * noise).double()\n"
        f"methods = {{\n{built}}}\n"
        f"answers = {{n: d(noisy[None], {state.sigma!r})[0] for n, d in methods.items()}}\n"
        "for name, answer in answers.items():\n"
        "    print(name, float(((answer.numpy() - clean) ** 2).mean() ** 0.5))"
    )
