"""A Streamlit server of our own on a free loopback port, as a context manager."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its address, its process number and what it has printed."""

    url: str
    pid: int
    log_path: Path

    @property
    def log(self) -> str:
        """What the server has printed so far."""
        return self.log_path.read_text(errors="replace")

    @property
    def cpu_seconds(self) -> float:
        """CPU time of all its threads, also ended ones, in seconds (Linux)."""
        # A process's CPU clock has the number ((~pid) << 3) | 2: man 3 clock_getcpuclockid.
        return time.clock_gettime((~self.pid << 3) | 2)

    @property
    def resident_bytes(self) -> int:
        """Resident memory (Linux)."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def modules(self) -> set[str]:
        """Names in the server's `sys.modules`: what it has imported so far."""
        file = self.log_path.with_name("modules")
        file.unlink(missing_ok=True)
        os.kill(self.pid, signal.SIGUSR1)
        deadline = time.monotonic() + START_SECONDS
        while not file.exists():
            if time.monotonic() > deadline:
                raise RuntimeError("The server does not tell its modules.")
            time.sleep(0.02)
        return set(file.read_text().split())


def free_port() -> int:
    """Return a loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str) -> bool:
    """Say whether the server at `url` is ready for a browser."""
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2) as reply:
            return reply.status == 200
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def serve(app: Path = ROOT / "app.py") -> Iterator[Server]:
    """Start `streamlit run app` on a free port; stop it on leaving."""
    port = free_port()
    command = [sys.executable, "-m", "tests.harness.inspected", "run", str(app)]
    command += [f"--server.port={port}", "--server.address=127.0.0.1", "--server.headless=true"]
    command += ["--server.fileWatcherType=none", "--browser.gatherUsageStats=false"]
    command += ["--logger.enableRich=false"]  # a plain log, to be searched
    with tempfile.TemporaryDirectory() as folder:
        log_path = Path(folder) / "server.log"
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        environment["EXPLORER_MODULES"] = str(log_path.with_name("modules"))
        with log_path.open("wb") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
            )
        server = Server(f"http://127.0.0.1:{port}", process.pid, log_path)
        try:
            wait_until_ready(server, process)
            yield server
        finally:
            stop(process)


def wait_until_ready(server: Server, process: subprocess.Popen[bytes]) -> None:
    """Return when the server answers; say what it printed when it does not."""
    deadline = time.monotonic() + START_SECONDS
    while not answers(server.url):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"The server did not start:\n{server.log}")
        time.sleep(0.05)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the server, kindly first."""
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
