"""`make run`: the whole system on this machine, from nothing to an address, until Ctrl-C."""

import asyncio
import fcntl
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import IO

import typer
from rich.console import Console
from rich.markup import escape

from local import welcome
from local.databases import DatabaseError, ServiceDatabase, create, migrate, password_in
from local.demo.doors import Credentials, Refused
from local.demo.load import load
from local.demo.school_year import TIME_ZONE, school_day_on_or_before
from local.postgres import Postgres, PostgresError, programs
from local.processes import ProcessError, Processes
from local.registered import Registration
from local.settings import ROOT, SERVICES, LocalSettings, inherited
from local.system import System, chosen_ports, is_free
from local.tokens import Running, TokenError, registration_file, running_file
from local.unprivileged import UnreachableError
from services.learner_profile.identity.domain.keys import first_keys

_EXPECTED = (PostgresError, DatabaseError, ProcessError, TokenError, UnreachableError, Refused)


class BusyError(Exception):
    """Something else stands where the system wants to be."""


@dataclass
class Stage:
    """The run as a person watches it, and what has to be undone at its end."""

    settings: LocalSettings
    console: Console
    undo: ExitStack
    processes: Processes
    server: Postgres | None = None

    @contextmanager
    def step(self, text: str) -> Iterator[Callable[[str], None]]:
        """Show what is going on, and how long it took; what is given takes news on the way."""
        started = time.monotonic()
        with self.console.status(f"{text} ...") as status:
            yield lambda news: status.update(f"{text}: {news}")
        self.console.print(f"[green]ok[/] {text} [dim]{time.monotonic() - started:.1f} s[/]")


cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@cli.command()
def main(*, demo: bool = True) -> None:
    """Start everything, say how to use it, and wait; `--no-demo` loads nothing."""
    console, settings = Console(soft_wrap=True), LocalSettings()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)  # also where a shell in the background had it ignored
    try:
        with ExitStack() as undo:
            _run(Stage(settings, console, undo, Processes()), demo=demo)
    except KeyboardInterrupt:
        console.print("Stopped.")
    except (*_EXPECTED, BusyError) as error:
        console.print(f"[red]Trellis did not start, or had to stop:[/] {escape(str(error))}")
        sys.exit(1)


def _run(stage: Stage, *, demo: bool) -> None:
    settings = stage.settings
    _claim(stage)
    stage.undo.enter_context(stage.processes)
    databases = _databases(stage)
    stage.undo.callback(stage.processes.stop)  # before the databases
    system = _system(settings, databases)
    with stage.step("Services, workers and gateway"):
        stage.processes.start(system.issuer(), *system.backends())
        stage.processes.start(system.front())
    running = Running(settings.origin, system.address("issuer"))
    registration, is_new = _registration(stage, databases["learner_profile"], running)
    if demo:
        _load_demo(stage, system, registration, anew=is_new)
    running.write(running_file(settings.state))
    stage.undo.callback(running_file(settings.state).unlink, missing_ok=True)
    welcome.show(stage.console, running, registration.secrets)
    stage.undo.callback(_stopping, stage.console)
    _wait(stage)


def _claim(stage: Stage) -> None:
    """Make this folder and the port ours, or raise `BusyError`."""
    state, port = stage.settings.state, stage.settings.port
    (state / "logs").mkdir(parents=True, exist_ok=True, mode=0o700)
    stage.undo.enter_context(_held(state / "lock"))
    if not is_free(stage.settings.host, port):
        raise BusyError(f"port {port} is in use. Choose another: make run PORT=8080")


def _databases(stage: Stage) -> dict[str, ServiceDatabase]:
    settings = stage.settings
    servers = {service: settings.given_server(service) for service in SERVICES}
    if not all(servers.values()):
        with stage.step(f"PostgreSQL ({settings.pg})"):
            own = Postgres(settings.state / f"postgres-{settings.pg}", version=settings.pg)
            stage.server = stage.undo.enter_context(own)
        servers = {service: given or own.url() for service, given in servers.items()}
    with stage.step("Databases, roles and migrations"):
        psql, passwords = programs(settings.pg) / "psql", settings.state / "secrets"
        made = {service: create(service, str(server), passwords, psql) for service, server in servers.items()}
        migrate(made.values())
    return made


def _system(settings: LocalSettings, databases: dict[str, ServiceDatabase]) -> System:
    secrets = settings.state / "secrets"
    signing_keys = secrets / "signing_keys"
    if not signing_keys.exists():
        signing_keys.touch(mode=0o600)
        signing_keys.write_text(json.dumps(first_keys()))
    password_in(secrets / "events")
    ports = chosen_ports(settings.state / "issuer_port")
    return System(settings, databases, ports, signing_keys, secrets / "events")


def _registration(stage: Stage, database: ServiceDatabase, running: Running) -> tuple[Registration, bool]:
    """What is registered, and whether that had to be done now."""
    file = registration_file(stage.settings.state)
    if (known := Registration.read(file)).holds(running.origin, running.issuer):
        return known, False
    with stage.step("Demo districts, their clients and their OpenID provider"):
        command = [sys.executable, "-m", "local.registration", str(file), running.origin, running.issuer]
        told = inherited(**database.environment("app", "relay"))
        done = subprocess.run(command, cwd=ROOT, env=told, capture_output=True, check=False, text=True)
        if done.returncode:
            raise DatabaseError(f"The demo districts cannot be registered:\n{done.stderr[-2000:]}")
    return Registration.read(file), True


def _load_demo(stage: Stage, system: System, registration: Registration, *, anew: bool) -> None:
    """Load through the public doors, once; a load that was cut off is taken up again."""
    marker = stage.settings.state / "demo.json"
    if marker.exists() and not anew:
        return
    anchor = school_day_on_or_before(datetime.now(TIME_ZONE).date())
    credentials = {name: Credentials(name, secret) for name, secret in registration.secrets.items()}
    with stage.step("Demo data through the public doors") as tell:
        work = load(
            system.settings.origin,
            credentials,
            anchor=anchor,
            issuer=system.address("issuer"),
            clocks=system.clocks(),
            progress=tell,
        )
        asyncio.run(work)
        stage.processes.refuse_ended()
    marker.write_text(json.dumps({"anchor": anchor.isoformat()}))


def _wait(stage: Stage) -> None:
    while True:
        stage.processes.refuse_ended()
        if stage.server and stage.server.pid is None:
            raise PostgresError(f"PostgreSQL has ended. It last said:\n{stage.server.last_words()}")
        time.sleep(0.2)


def _stopping(console: Console) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    console.print("Stopping ...")


@contextmanager
def _held(path: Path) -> Iterator[IO[bytes]]:
    with path.open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise BusyError(f"it already runs from this folder ({path} is held).") from error
        yield lock


def _interrupt(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    cli()
