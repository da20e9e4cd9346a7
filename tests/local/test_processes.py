import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from local.leftovers import runs
from local.processes import Process, ProcessError, Processes
from local.settings import ROOT, inherited
from local.system import free_ports


@pytest.fixture
def port() -> int:
    return next(iter(free_ports(1)))


@pytest.fixture
def processes() -> Iterator[Processes]:
    with Processes(shared=()) as started:
        yield started


def issuer(port: int, folder: Path, environment: str = "development") -> Process:
    """The smallest of the real processes."""
    told = {"ENVIRONMENT": environment, "ISSUER_PORT": str(port), "ISSUER_KEYS_FILE": str(folder / "key")}
    ready = f"http://127.0.0.1:{port}/fulton/.well-known/openid-configuration"
    return Process("issuer", "local.issuer", (), inherited(**told), ready, folder / "issuer.log")


def within(seconds: float, condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def answers(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def test_what_is_started_answers_and_is_gone_after_the_stop(processes: Processes, port: int, tmp_path: Path) -> None:
    processes.start(issuer(port, tmp_path))
    configuration = httpx.get(f"http://127.0.0.1:{port}/fulton/.well-known/openid-configuration").json()
    processes.stop()
    assert configuration["issuer"] == f"http://127.0.0.1:{port}/fulton"
    assert not answers(port)


def test_a_process_that_dies_is_named_with_what_it_last_said(processes: Processes, port: int, tmp_path: Path) -> None:
    with pytest.raises(ProcessError, match=r"(?s)issuer has ended.*production"):
        processes.start(issuer(port, tmp_path, environment="production"))
    assert not answers(port)


def test_processes_go_down_with_their_master_however_it_dies(port: int, tmp_path: Path) -> None:
    program = (
        "import sys, time; from local.processes import Process, Processes\n"
        "from local.settings import inherited; from pathlib import Path\n"
        "sleeper = Process('sleeper', 'http.server', [sys.argv[1], '--bind', '127.0.0.1'], inherited(),\n"
        "                  f'http://127.0.0.1:{sys.argv[1]}/', Path(sys.argv[2]) / 'log')\n"
        "processes = Processes(shared=()).__enter__(); processes.start(sleeper)\n"
        "print(*processes._running, flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", program, str(port), str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, env=inherited(), stdout=subprocess.PIPE, text=True) as master:
        assert master.stdout
        child = int(master.stdout.readline())
        os.kill(master.pid, signal.SIGKILL)
    assert within(10, lambda: not runs(child) or is_buried_late(child))


def is_buried_late(pid: int) -> bool:
    """A child of a process that is gone may stay in the table, ended, until somebody buries it."""
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] == "Z"
