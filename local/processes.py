"""The system's processes: started each in a session of its own, watched, and stopped together."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from local.leftovers import runs, warden
from local.settings import ROOT, inherited

STOP_SECONDS = 15
READY_SECONDS = 60
SHARED = (
    "uvicorn.main",
    "uvicorn.protocols.http.httptools_impl",
    "uvicorn.protocols.websockets.websockets_sansio_impl",
    "uvloop",
    "sqlalchemy.dialects.postgresql.asyncpg",
    "kit.service",
    "kit.worker",
)
"""What most of the processes import, and none of them runs."""


class ProcessError(Exception):
    """A process ended or never became ready; the text quotes the end of its log."""


@dataclass(frozen=True)
class Process:
    """What `python -m <module> <arguments>` is told; `ready_url` answers 200 once it can do its work."""

    name: str
    module: str
    arguments: Sequence[str]
    environment: dict[str, str]
    ready_url: str
    log: Path

    def last_words(self, lines: int = 15) -> str:
        said = self.log.read_text(errors="replace").splitlines()[-lines:] if self.log.exists() else []
        return "\n".join(f"  {line}" for line in said) or "  (it said nothing)"


@dataclass
class Processes:
    """`with Processes() as processes:` runs what it is given until it is left, and not a moment longer."""

    shared: Sequence[str] = SHARED
    _nursery: subprocess.Popen[str] | None = None
    _running: dict[int, Process] = field(default_factory=dict)
    _wardens: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._nursery = subprocess.Popen(
            [sys.executable, "-m", "local.nursery", *self.shared],
            cwd=ROOT,
            env=inherited(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
        if self._nursery:
            self._nursery.communicate()

    def start(self, *processes: Process) -> None:
        """Start these side by side and return when all are ready."""
        for process in processes:
            pid = self._born(process)
            self._running[pid] = process
            self._wardens.append(warden([-pid], "TERM"))
        waiting, deadline = list(processes), time.monotonic() + READY_SECONDS
        with httpx.Client(timeout=2, trust_env=False) as client:
            while waiting := [process for process in waiting if not _is_ready(client, process.ready_url)]:
                self.refuse_ended()
                if time.monotonic() > deadline:
                    late = waiting[0]
                    raise ProcessError(f"{late.name} is not ready after {READY_SECONDS} s:\n{late.last_words()}")
                time.sleep(0.05)

    def refuse_ended(self) -> None:
        """Raise `ProcessError` if one of them has ended."""
        for pid, process in self._running.items():
            if not runs(pid):
                raise ProcessError(f"{process.name} has ended. It last said:\n{process.last_words()}")

    def stop(self) -> None:
        """Ask all at once, and kill what has not stopped in time."""
        for pid in self._running:
            _signal(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while any(runs(pid) for pid in self._running) and time.monotonic() < deadline:
            time.sleep(0.05)
        for pid in self._running:
            _signal(pid, signal.SIGKILL)
        for each in self._wardens:
            each.kill()
            each.communicate()
        self._running.clear()
        self._wardens.clear()

    def _born(self, process: Process) -> int:
        order = {
            "module": process.module,
            "arguments": list(process.arguments),
            "environment": process.environment,
            "log": str(process.log),
            "folder": str(ROOT),
        }
        if self._nursery and self._nursery.stdin and self._nursery.stdout:
            with contextlib.suppress(BrokenPipeError):
                self._nursery.stdin.write(json.dumps(order) + "\n")
                self._nursery.stdin.flush()
            if answer := self._nursery.stdout.readline():
                return int(answer)
        raise ProcessError(f"{process.name} cannot be started: the process that starts the others has ended")


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, number)


def _is_ready(client: httpx.Client, url: str) -> bool:
    try:
        return client.get(url).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False
