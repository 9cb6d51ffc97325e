"""`python -m tests.harness.inspected run app.py ...`: Streamlit that tells what it has imported.

On SIGUSR1 it writes the names in `sys.modules` to the file named by $EXPLORER_MODULES.
"""

import os
import signal
import sys
from pathlib import Path


def tell(*_: object) -> None:
    """Write the names of all modules that are loaded now; atomically, for a reader who waits."""
    target = Path(os.environ["EXPLORER_MODULES"])
    draft = target.with_suffix(".draft")
    draft.write_text("\n".join(sys.modules))
    draft.replace(target)


if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, tell)
    from streamlit.web.cli import main

    main()
