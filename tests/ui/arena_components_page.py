"""A small page with the two components of the Sampler Arena: what their tests run."""

import numpy as np
import streamlit as st

from explorer.figures import theme
from explorer.ui.arena import flight, plane

STD = 0.3
NAMES = ("euler", "heun", "ddpm", "dpmpp-2m", "evodiff", "rtk-mala")
RING = [(2.0, 0.0, 1.0), (-1.0, 1.732, 1.0), (-1.0, -1.732, 1.0)]


def read(text: str) -> list[tuple[float, ...]]:
    """Return the modes in `text`."""
    return [tuple(float(part) for part in mode.split(",")) for mode in text.split(";")]


def write(modes: list[tuple[float, ...]]) -> str:
    """Return the text that `read` reads."""
    return "; ".join(",".join(f"{number:.4g}" for number in mode) for mode in modes)


def take(text: str) -> None:
    """Keep what was drawn."""
    st.session_state["zz_modes"] = text
    st.session_state["zz_calls"] = st.session_state.get("zz_calls", 0) + 1


def reset() -> None:
    """Put the ring back."""
    st.session_state.pop("zz_modes", None)


@st.fragment
def board() -> None:
    """Draw the board and what it said."""
    text = st.session_state.get("zz_modes", write(RING))
    colours = theme.get(st.context.theme.type)
    plane.board(read(text), STD, colours, label="A board of modes", take=take, key="zz_plane")
    st.text(f"modes: {text}")
    st.text(f"calls: {st.session_state.get('zz_calls', 0)}")
    st.button("Ring", key="zz_ring", on_click=reset)
    st.button("Again", key="zz_again")


@st.cache_data(max_entries=2)
def paths(number: int, steps: int = 20) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return real trajectories: the ring, from the same noise, by six samplers."""
    import torch

    from explorer import samplers, schedules
    from explorer.denoisers.gaussian_mixture import GaussianMixture

    means = np.array([mode[:2] for mode in RING])
    covariances = np.tile(STD**2 * np.eye(2), (len(RING), 1, 1))
    law = GaussianMixture(np.full(len(RING), 1 / 3), means, covariances, (1, 1, 2))
    noise = torch.from_numpy(np.random.default_rng(0).normal(size=(number, 1, 1, 2)))
    found = {}
    for name in NAMES:
        of = steps if name != "heun" else steps // 2
        sigmas = schedules.grid("karras", n=of, sigma_min=0.02, sigma_max=80.0, end="zero")
        run = samplers.sample(name, law, sigmas[0] * noise, sigmas, keep="all")
        found[name] = (sigmas, run.states.numpy().reshape(len(sigmas), number, 2))
    return found


@st.fragment
def flights() -> None:
    """Draw the flights."""
    number = int(st.query_params.get("points", 200))
    shown = int(st.query_params.get("flights", 6))
    kind = st.query_params.get("density", "mixture")
    grid = np.linspace(-3.0, 3.0, 48)
    bells = [np.exp(-((grid - x) ** 2 + (grid[:, None] - y) ** 2) / 0.18) for x, y, _ in RING]
    density = {"mixture": flight.Mixture(tuple(RING), STD), "array": sum(bells), "none": None}[kind]
    flight.play(
        [
            flight.Flight(name, theme.CATEGORIES[k].colour, *path)
            for k, (name, path) in enumerate(list(paths(number).items())[:shown])
        ],
        theme.get(st.context.theme.type),
        words="Six samplers on their way from noise to a ring of three modes.",
        density=density,
        key="zz_flight",
    )
    st.button("Again", key="zz_more")


def draw() -> None:
    """Draw the page."""
    st.set_page_config(page_title="Components", layout="wide")
    if st.button("Take it away", key="zz_away"):
        st.text("Gone.")
    elif st.query_params.get("part") == "flight":
        flights()
    else:
        board()


if __name__ == "__main__":
    draw()
