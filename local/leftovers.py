"""What a killed process leaves behind, and how not to leave it: servers without a master, stale pid files, orphans."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from local.settings import ROOT

STOP_SECONDS = 20


def warden(pids: list[int], with_signal: str) -> subprocess.Popen[bytes]:
    """A process that does nothing until we die, however we die: then its pipe closes and it signals `pids`.

    A negative pid means a process group, as with kill(2). Kill the warden after an orderly stop.
    """
    script = f'while read -r _; do :; done; for pid in "$@"; do kill -s {with_signal} -- "$pid" 2>/dev/null; done'
    return subprocess.Popen(
        ["/bin/sh", "-c", script, "warden", *map(str, pids)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        start_new_session=True,
    )


def clear(data: Path) -> None:
    """Stop a server that still runs on this data folder without its master, and remove a pid file that lies.

    postgres itself only asks whether the pid exists, and after a restart of the machine some other process has it.
    """
    pid = _pid_in(data)
    if pid is None:
        return
    if _serves(pid, data):
        _stop(pid, data)
    (data / "postmaster.pid").unlink(missing_ok=True)


def runs(pid: int) -> bool:
    """Whether a process with this id exists; an ended one that nobody has buried still does."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def told_ready(data: Path, pid: int) -> bool:
    """Whether the postmaster `pid` has written "ready" in the eighth line of its pid file."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        lines = (data / "postmaster.pid").read_text().splitlines()
        return int(lines[0]) == pid and len(lines) > 7 and lines[7].strip() == "ready"  # noqa: PLR2004
    return False


def discard(data: Path) -> None:
    """Remove a data folder that initdb did not finish."""
    if data.exists() and not (data / "PG_VERSION").exists():
        shutil.rmtree(data)


def hand_over(path: Path, owner: int) -> None:
    """Make `owner` the owner, keeping the group."""
    os.chown(path, owner, -1)


def _pid_in(data: Path) -> int | None:
    try:
        return int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def _serves(pid: int, data: Path) -> bool:
    command = _command_of(pid)
    return "postgres" in command and str(data) in command


def _command_of(pid: int) -> str:
    process = Path("/proc") / str(pid) / "cmdline"
    if Path("/proc/self/cmdline").exists():
        try:
            return process.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    asked = subprocess.run(["ps", "-p", str(pid), "-o", "command="], capture_output=True, check=False, text=True)
    return asked.stdout


def _stop(pid: int, data: Path) -> None:
    for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, how)
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline:
            if not _serves(pid, data):
                return
            time.sleep(0.05)
