"""What a contest gives away: its table, and one file with samples, ways and scores."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from explorer.ui import frame, share
from explorer.ui.arena import link, notebook
from explorer.ui.arena.shown import give

if TYPE_CHECKING:
    from explorer.analysis.arena.contest import Contest
    from explorer.ui.arena.shown import Shown


def draw(shown: Shown) -> None:
    """Draw the panel with the files, the notebook lines and the link."""
    with frame.panel("All of it is yours", name="all") as panel:
        st.download_button(
            "Samples, ways and scores (npz)",
            lambda: as_npz(shown, share.link(link.FIELDS)),
            file_name="arena.npz",
            mime="application/octet-stream",
            key="sa_npz",
            on_click="ignore",
            icon=":material/download:",
        )
        st.markdown("**In a notebook**, in the folder of the project:")
        st.code(notebook.contest(shown.wish), language="python", wrap_lines=True)
        panel.caption(
            "The file holds the link to this state. The table of all scores is in *Take it*, as "
            "CSV and JSON."
        )
        give(panel, lambda: columns(shown.contest), shown.wish)


def columns(contest: Contest) -> dict[str, Any]:
    """Return one line per entry, budget and seed that is known."""
    known = np.argwhere(np.isfinite(contest.seconds))
    e, b, s = known.T
    found: dict[str, Any] = {
        "sampler": [contest.entries[k].text() for k in e],
        "budget": [contest.budgets[k] for k in b],
        "seed": [contest.seeds[k] for k in s],
        "nfe": contest.nfe[e, b],
        "log_densities": contest.energy[e, b],
        "seconds": contest.seconds[e, b, s],
        "acceptance": contest.acceptance[e, b, s],
        "rmse_to_ode_end": contest.ode[e, b, s],
    }
    return found | {
        name.replace("-", "_"): values[e, b, s] for name, values in contest.distances.items()
    }


def as_npz(shown: Shown, address: str) -> bytes:
    """Return a compressed npz file; `numpy.load` reads it without pickle.

    Entry k of ``entries`` has the samples ``final_k``, the states ``x_k`` and estimates ``x0_k`` of
    the first samples, and the noise levels ``sigmas_k``. Scores are (entries, budgets, seeds).
    """
    wish, contest = shown.wish, shown.contest
    about = {
        "link": address,
        "target": asdict(wish.target),
        "setting": asdict(wish.setting),
        "refused": {f"{e} {b}": words for (e, b), words in contest.refused.items()},
        "code": notebook.contest(wish),
    }
    arrays: dict[str, np.ndarray] = {
        "about": np.array(json.dumps(about)),
        "entries": np.array([entry.text() for entry in wish.entries]),
        "budgets": np.array(contest.budgets),
        "seeds": np.array(contest.seeds),
        "nfe": contest.nfe,
        "energy": contest.energy,
        "seconds": contest.seconds,
        "acceptance": contest.acceptance,
        "ode": contest.ode,
    }
    arrays |= _by_name("distance", contest.distances) | _by_name("floor", contest.floors)
    for k, entry in enumerate(wish.entries):
        trail = shown.trails.get(entry)
        if trail is not None:
            for name in ("sigmas", "x", "x0", "final"):
                arrays[f"{name}_{k}"] = getattr(trail, name)
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)  # pyright: ignore[reportArgumentType]
    return file.getvalue()


def _by_name(kind: str, values: Mapping[str, Any]) -> dict[str, np.ndarray]:
    return {f"{kind}_{name.replace('-', '_')}": np.array(value) for name, value in values.items()}
