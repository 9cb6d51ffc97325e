r"""Numbers that were published about the locality denoiser: cited facts, never mixed with ours.

All r^2 compare with a trained network (DDPM). They are means of ratios per image, so r^2 and mean
squared error may rank methods differently: on CIFAR-10 the Wiener filter has the smaller error and
the lower r^2 than Niedoba et al.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

SOURCE: Final = "authors' replies on the paper's public review page"
PAPER: Final = "Lukoianov et al. 2025, arXiv:2509.09672"
LABEL: Final = "published"

# Names of the project where it has the method; the other two are the paper's own words.
METHODS: Final = MappingProxyType(
    {
        "optimal": "Optimal",
        "wiener": "Wiener",
        "kamb": "Kamb & Ganguli",
        "niedoba": "Niedoba et al.",
        "locality": "Paper's model",
        "another-network": "Another DDPM",
    }
)
DATASETS: Final = MappingProxyType(
    {
        "cifar10": "CIFAR-10",
        "celeba-hq": "CelebA-HQ",
        "mnist": "MNIST",
        "afhqv2": "AFHQv2",
        "fashion-mnist": "Fashion-MNIST",
    }
)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of a method with the trained network: mean and standard deviation over samples."""

    r2: float
    r2_std: float
    mse: float
    mse_std: float


# data set -> method -> agreement: Table 1
AGREEMENT: Final = MappingProxyType(
    {
        "cifar10": MappingProxyType(
            {
                "optimal": Agreement(-0.549, 0.774, 0.191, 0.044),
                "wiener": Agreement(0.408, 0.092, 0.032, 0.004),
                "kamb": Agreement(0.303, 0.126, 0.065, 0.017),
                "niedoba": Agreement(0.523, 0.137, 0.049, 0.004),
                "locality": Agreement(0.589, 0.078, 0.028, 0.008),
                "another-network": Agreement(0.852, 0.113, 0.023, 0.002),
            }
        ),
        "celeba-hq": MappingProxyType(
            {
                "optimal": Agreement(0.400, 0.298, 0.101, 0.023),
                "wiener": Agreement(0.818, 0.039, 0.031, 0.004),
                "kamb": Agreement(0.795, 0.081, 0.033, 0.006),
                "niedoba": Agreement(0.733, 0.092, 0.043, 0.005),
                "locality": Agreement(0.902, 0.032, 0.016, 0.006),
                "another-network": Agreement(0.981, 0.007, 0.004, 0.001),
            }
        ),
        "mnist": MappingProxyType(
            {
                "optimal": Agreement(0.187, 0.204, 0.231, 0.036),
                "wiener": Agreement(0.469, 0.066, 0.161, 0.014),
                "kamb": Agreement(0.283, 0.110, 0.227, 0.045),
                "niedoba": Agreement(0.301, 0.077, 0.214, 0.022),
                "locality": Agreement(0.491, 0.051, 0.153, 0.015),
                "another-network": Agreement(0.969, 0.082, 0.007, 0.019),
            }
        ),
    }
)

# data set -> method -> p of "the paper's model is better", two-sample t-test on r^2
P_VALUES: Final = MappingProxyType(
    {
        "cifar10": MappingProxyType({"wiener": 3.4e-8, "kamb": 8.0e-10, "niedoba": 0.0351}),
        "celeba-hq": MappingProxyType({"wiener": 1.9e-5, "kamb": 6.8e-5, "niedoba": 2.9e-9}),
        "afhqv2": MappingProxyType({"wiener": 5.0e-4, "kamb": 1.1e-6, "niedoba": 2.2e-8}),
        "mnist": MappingProxyType({"wiener": 0.0016, "kamb": 8.9e-9, "niedoba": 8.0e-4}),
        "fashion-mnist": MappingProxyType({"wiener": 2.1e-6, "kamb": 9.3e-8, "niedoba": 2.6e-8}),
    }
)

# Percentage of the covariance's energy (sum of eigenvalues) that is removed, smallest first
ENERGY_REMOVED: Final = (0.0, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 50.0)
ENERGY_SAMPLES: Final = 16  # generations: the first column differs slightly from `AGREEMENT`

# (method, data set) -> r^2 at each of `ENERGY_REMOVED`
ENERGY: Final = MappingProxyType(
    {
        ("locality", "cifar10"): (0.588, 0.501, 0.312, 0.245, 0.176, 0.176, 0.192, 0.194, -0.248),
        ("locality", "celeba-hq"): (0.897, 0.759, 0.702, 0.695, 0.685, 0.668, 0.652, 0.650, 0.607),
        ("locality", "mnist"): (0.492, 0.197, 0.156, 0.158, 0.351, 0.341, 0.361, 0.384, 0.368),
        ("wiener", "cifar10"): (0.410, 0.408, 0.409, 0.382, 0.338, 0.260, 0.223, 0.168, -0.048),
        ("wiener", "celeba-hq"): (0.818, 0.817, 0.805, 0.797, 0.766, 0.739, 0.649, 0.625, 0.548),
        ("wiener", "mnist"): (0.469, 0.468, 0.468, 0.467, 0.453, 0.445, 0.421, 0.394, 0.292),
    }
)

# Arithmetic per step: n images, m pixels, p pixels of a mask or patch, k clusters
COMPLEXITY: Final = MappingProxyType(
    {
        "wiener": r"O(m^2)",
        "kamb": r"O(n p m^2)",
        "kamb, approximate": r"O(n p m^2 / k)",
        "locality": r"O(n p m)",
        "locality, approximate": r"O(n p m / k)",
    }
)
COMPLEXITY_NOTE: Final = (
    "A product with a dense matrix of zeros and ones costs O(n m²); only a sparse form attains "
    "O(n p m). The approximate form of the paper's model was not implemented."
)
