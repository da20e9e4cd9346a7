import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest

from local.leftovers import runs, told_ready
from local.postgres import Postgres, PostgresError, programs
from local.settings import ROOT, inherited

DEAD_PID = 4_000_000


@pytest.fixture
def server(tmp_path: Path) -> Postgres:
    """Not started, in a private folder with a blank in its name."""
    folder = tmp_path / "private folder"
    folder.mkdir(mode=0o700)
    return Postgres(folder, throwaway=True)


async def version_of(server: Postgres) -> str:
    connection = await asyncpg.connect(server.url())
    try:
        version: str = await connection.fetchval("show server_version")
    finally:
        await connection.close()
    return version


def until(condition: Callable[[], bool], seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


async def test_data_is_kept_between_runs_whoever_runs_it(server: Postgres) -> None:
    with server:
        connection = await asyncpg.connect(server.url())
        await connection.execute("create table kept (n int); insert into kept values (1)")
        await connection.close()
    assert server.pid is None
    with server:
        connection = await asyncpg.connect(server.url())
        assert await connection.fetchval("select n from kept") == 1
        await connection.close()


async def test_a_killed_server_and_a_pid_file_that_lies_do_not_prevent_a_start(server: Postgres) -> None:
    with server:
        assert server.pid
        os.kill(server.pid, signal.SIGKILL)
        assert until(lambda: server.pid is None)
    pid_file = server.folder / "data" / "postmaster.pid"
    pid_file.write_text(pid_file.read_text().replace(pid_file.read_text().split("\n", 1)[0], str(os.getpid()), 1))
    with server:
        assert (await version_of(server)).startswith("18.")


def test_a_folder_serves_one_process_at_a_time(server: Postgres) -> None:
    with server:
        with pytest.raises(PostgresError, match="Another process"):
            Postgres(server.folder, throwaway=True).start()
        assert server.pid


def test_a_server_whose_master_was_killed_is_stopped_and_can_be_started_again(server: Postgres) -> None:
    program = (
        "import sys, time; from pathlib import Path; from local.postgres import Postgres\n"
        "print(Postgres(Path(sys.argv[1]), throwaway=True).start().pid, flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", program, str(server.folder)]
    with subprocess.Popen(command, cwd=ROOT, env=inherited(), stdout=subprocess.PIPE, text=True) as master:
        assert master.stdout
        orphan = int(master.stdout.readline())
        master.kill()
    with server:
        assert server.pid
    assert until(lambda: not runs(orphan))


def test_a_data_folder_that_initdb_did_not_finish_is_made_anew(server: Postgres) -> None:
    (server.folder / "data" / "base").mkdir(parents=True)
    with server:
        assert told_ready(server.folder / "data", server.pid or DEAD_PID)


def test_a_version_that_is_not_installed_is_named() -> None:
    with pytest.raises(PostgresError, match="PostgreSQL 9 is not installed"):
        programs("9")
