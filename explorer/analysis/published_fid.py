"""Published FID at few evaluations: cited facts, never mixed with numbers computed here.

FID depends on network, number of samples, statistics of the data and details of the code. Rows of
different sources do not rank methods; the same method appears more than once for that reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

Tag = Literal["published", "secondary transcription"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where rows come from.

    Attributes
    ----------
    title : str
    where : str
        arXiv number or address.
    tag : {"published", "secondary transcription"}
        Read in the source itself (its abstract, or its authors' own page of results), or in
        somebody's summary of it.
    """

    title: str
    where: str
    tag: Tag


@dataclass(frozen=True, slots=True)
class Row:
    """One method of one source on one data set.

    Attributes
    ----------
    source : str
        Key of `SOURCES`.
    method : str
        As the source calls it.
    sampler : str
        The method of this project that is nearest to it; "" where there is none.
    fid : mapping of int to float
        NFE -> FID; smaller is better.
    note : str
        What sets the row apart; may be empty.
    """

    source: str
    method: str
    sampler: str
    fid: Mapping[int, float]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """All rows of one data set.

    Attributes
    ----------
    title, protocol : str
    rows : tuple of Row
    """

    title: str
    protocol: str
    rows: tuple[Row, ...]

    @property
    def budgets(self) -> tuple[int, ...]:
        """The NFE of any row, increasing."""
        return tuple(sorted({nfe for row in self.rows for nfe in row.fid}))


SOURCES: Final[Mapping[str, Source]] = MappingProxyType(
    {
        "evodiff": Source("EVODiff paper", "arXiv:2509.26096", "secondary transcription"),
        "diff-sampler": Source(
            "diff-sampler",
            "github.com/zju-pi/diff-sampler, diff-solvers-main/README.md",
            "published",
        ),
        "dpm-v3": Source("DPM-Solver-v3, abstract", "arXiv:2310.13268", "published"),
        "dpm": Source("DPM-Solver, abstract", "arXiv:2206.00927", "published"),
    }
)


def _row(source: str, method: str, sampler: str, note: str = "", **fid: float) -> Row:
    """Return a row from ``n5=27.96, n10=5.10``."""
    values = {int(nfe[1:]): value for nfe, value in fid.items()}
    return Row(source, method, sampler, MappingProxyType(values), note)


THRESHOLD: Final = "its solvers that predict x0 threshold the estimate silently"
TABLES: Final[Mapping[str, Table]] = MappingProxyType(
    {
        "cifar10": Table(
            "CIFAR-10",
            "unconditional, EDM network, 50 000 samples unless said",
            (
                _row("evodiff", "DPM-Solver++", "dpmpp-2m", n5=27.96, n8=8.40, n10=5.10, n12=3.70),
                _row("evodiff", "UniPC", "unipc", n5=27.03, n8=7.67, n10=3.98, n12=2.76),
                _row("evodiff", "EVODiff", "evodiff", n5=17.84, n8=3.98, n10=2.78, n12=2.30),
                _row(
                    "diff-sampler", "DPM-Solver++ (3M), logSNR", "dpmpp-3m", THRESHOLD,
                    n5=24.97, n6=11.99, n8=4.54, n10=3.00,
                ),
                _row(
                    "diff-sampler", "UniPC-3 bh2, logSNR", "unipc", THRESHOLD,
                    n5=23.98, n6=11.14, n8=3.99, n10=2.89,
                ),
                _row(
                    "diff-sampler", "iPNDM-4, karras", "ipndm",
                    n5=13.59, n6=7.05, n8=3.69, n10=2.77,
                ),
                _row("diff-sampler", "DEIS-tAB3", "deis", n5=14.39, n6=9.40, n8=5.55, n10=4.09),
                _row("diff-sampler", "DDIM/Euler", "ddim", n5=49.66, n6=35.62, n8=22.32, n10=15.69),
                _row("diff-sampler", "Heun", "heun", n6=99.74, n8=38.06, n10=15.93),
                _row("diff-sampler", "DPM-Solver-2", "dpm-2", n6=60.00, n8=10.30, n10=5.01),
                _row("dpm-v3", "DPM-Solver-v3", "", n5=12.21, n10=2.51),
                _row("dpm", "DPM-Solver", "dpm-3", "older VP network", n10=4.70, n20=2.87),
            ),
        ),
        "ffhq64": Table(
            "FFHQ 64 × 64",
            "unconditional; networks and numbers of samples as in each source",
            (
                _row("evodiff", "DPM-Solver++", "dpmpp-2m", n5=25.08, n10=6.81, n15=3.80, n20=3.00),
                _row("evodiff", "UniPC", "unipc", n5=28.87, n10=6.65, n15=3.40, n20=2.69),
                _row("evodiff", "EVODiff", "evodiff", n5=19.65, n10=5.31, n15=3.04, n20=2.66),
                _row(
                    "diff-sampler", "DPM-Solver++ (3M), logSNR", "dpmpp-3m", THRESHOLD,
                    n5=22.51, n10=4.12,
                ),
                _row(
                    "diff-sampler", "UniPC-3 bh2, logSNR", "unipc", THRESHOLD, n5=21.40, n10=3.84
                ),
                _row("diff-sampler", "iPNDM-4, karras", "ipndm", n5=17.17, n10=3.98),
            ),
        ),
        "imagenet256": Table(
            "ImageNet 256 × 256",
            "ADM network, 10 000 samples",
            (
                _row("evodiff", "DPM-Solver++", "dpmpp-2m", n5=16.62, n10=8.68, n15=7.80, n20=7.51),
                _row("evodiff", "DPM-Solver-v3", "", n5=14.92, n10=8.14, n15=7.70, n20=7.42),
                _row("evodiff", "EVODiff", "evodiff", n5=13.98, n10=8.14, n15=7.48, n20=7.25),
            ),
        ),
    }
)  # fmt: skip


def find(data: str, source: str, method: str) -> Row:
    """Return a row by its source and method.

    Raises
    ------
    KeyError
        If there is none: what the sentences below cite must be in the table.

    Examples
    --------
    >>> find("cifar10", "dpm-v3", "DPM-Solver-v3").fid[10]
    2.51
    """
    for row in TABLES[data].rows:
        if (row.source, row.method) == (source, method):
            return row
    raise KeyError((data, source, method))


def warning() -> str:
    """Return what must be read beside "EVODiff improves DPM-Solver++ by so many percent".

    Examples
    --------
    >>> warning()[:70]
    'At NFE 10 on CIFAR-10 the EVODiff paper compares its 2.78 with 5.10 fo'
    """
    own = find("cifar10", "evodiff", "EVODiff").fid[10]
    base = find("cifar10", "evodiff", "DPM-Solver++").fid[10]
    other = find("cifar10", "diff-sampler", "DPM-Solver++ (3M), logSNR").fid[10]
    ipndm = find("cifar10", "diff-sampler", "iPNDM-4, karras").fid[10]
    v3 = find("cifar10", "dpm-v3", "DPM-Solver-v3").fid[10]
    return (
        f"At NFE 10 on CIFAR-10 the EVODiff paper compares its {own:.2f} with {base:.2f} for "
        f"DPM-Solver++, {100 * (1 - own / base):.1f} % less. Others report {other:.2f} for "
        f"DPM-Solver++ (3M) on the same kind of network, {ipndm:.2f} for plain iPNDM-4, and "
        f"{v3:.2f} for DPM-Solver-v3: against those, {own:.2f} is as good as iPNDM-4 and behind "
        "DPM-Solver-v3."
    )
