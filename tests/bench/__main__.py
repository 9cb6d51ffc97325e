"""`python -m tests.bench`: the targets of the specification beside what this machine does.

CPU times and ratios are comparable between runs on one machine, wall times hardly. Nothing else
should run meanwhile. The exit status is 1 if a figure is over its limit.
"""

from __future__ import annotations

import argparse
import platform
import sys

from tests.bench import locality, numerics, samplers, server
from tests.bench.table import print_section

SECTIONS = {
    "numerics": ("Numerics: CPU time per edit, one thread", numerics.rows),
    "locality": ("Locality masks on whole data sets: ten published steps", locality.rows),
    "samplers": ("Samplers beside their denoiser", samplers.rows),
    "edit": ("An edit in the Generator Studio", server.edit_rows),
    "pixel": ("A new pixel in the Locality Lab", server.pixel_rows),
    "memory": ("First view: memory and libraries", server.memory_rows),
    "start": ("Cold start", server.start_rows),
}


def main() -> int:
    """Print the sections asked for; all by default."""
    parser = argparse.ArgumentParser(description="Measure what the project promises.")
    parser.add_argument("sections", nargs="*", choices=[*SECTIONS, []], default=[])
    chosen = parser.parse_args().sections or list(SECTIONS)
    print(f"Python {platform.python_version()}, {platform.machine()}, {platform.system()}")
    good = [print_section(SECTIONS[name][0], SECTIONS[name][1]()) for name in chosen]
    print("\nAll within their limits." if all(good) else "\nSome figures are OVER their limits.")
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
