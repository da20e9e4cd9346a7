"""The whole system as `make run` starts it, on a folder and with processes of the benchmark's own."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from bench.settings import BenchSettings
from local.databases import ServiceDatabase, create, migrate, password_in
from local.postgres import Postgres, programs
from local.processes import Process, Processes
from local.registered import Registration
from local.settings import ROOT, SERVICES, LocalSettings, inherited
from local.system import System, chosen_ports, free_ports
from local.tokens import Running, registration_file
from services.learner_profile.identity.domain.keys import first_keys

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Stack:
    """The running system."""

    settings: LocalSettings
    system: System
    processes: Processes
    registration: Registration

    @property
    def running(self) -> Running:
        return Running(self.settings.origin, self.system.address("issuer"))

    @property
    def gateway(self) -> str:
        return self.system.address("gateway")

    def database(self, service: str) -> ServiceDatabase:
        return self.system.databases[service]

    def resident_mb(self, *names: str) -> float:
        """What these processes hold in memory together, by their own metrics."""
        return round(sum(_resident_bytes(self.system.address(name)) for name in names) / MEBIBYTE, 1)

    def start_bare(self) -> str:
        """Start the bare application beside the system; returns its address."""
        (port,) = free_ports(1)
        told = {"BARE_PORT": str(port), "BARE_DATABASE": self.database("learner_profile").urls["owner"]}
        address, log = f"http://127.0.0.1:{port}", self.settings.state / "logs" / "bare.log"
        self.processes.start(Process("bare", "bench.bare", (), inherited(**told), f"{address}/ready", log))
        return address


@contextmanager
def started(settings: BenchSettings) -> Iterator[Stack]:
    """PostgreSQL with the settings of `make run` (every commit reaches the disk), the services, workers, gateway and origin."""
    if not settings.keep:
        shutil.rmtree(settings.state, ignore_errors=True)
    (settings.state / "logs").mkdir(parents=True, exist_ok=True, mode=0o700)
    (port,) = free_ports(1)
    local = LocalSettings.model_validate({"TRELLIS_STATE": settings.state, "port": port, "pg": settings.pg})
    with Postgres(local.state / f"postgres-{local.pg}", version=local.pg) as server, Processes() as processes:
        system = _system(local, _databases(local, server))
        processes.start(system.issuer(), *system.backends())
        processes.start(system.front())
        yield Stack(local, system, processes, _registered(local, system))


def _databases(local: LocalSettings, server: Postgres) -> dict[str, ServiceDatabase]:
    psql, passwords = programs(local.pg) / "psql", local.state / "secrets"
    made = {service: create(service, server.url(), passwords, psql) for service in SERVICES}
    migrate(made.values())
    return made


def _system(local: LocalSettings, databases: dict[str, ServiceDatabase]) -> System:
    keys = local.state / "secrets" / "signing_keys"
    if not keys.exists():
        keys.touch(mode=0o600)
        keys.write_text(json.dumps(first_keys()))
    password_in(keys.with_name("events"))
    return System(local, databases, chosen_ports(local.state / "issuer_port"), keys, keys.with_name("events"))


def _registered(local: LocalSettings, system: System) -> Registration:
    file = registration_file(local.state)
    if not Registration.read(file).holds(local.origin, system.address("issuer")):
        command = [sys.executable, "-m", "local.registration", str(file), local.origin, system.address("issuer")]
        told = inherited(**system.databases["learner_profile"].environment("app", "relay"))
        subprocess.run(command, cwd=ROOT, env=told, check=True)  # noqa: S603 - a program of ours
    return Registration.read(file)


def _resident_bytes(address: str) -> float:
    said = httpx.get(f"{address}/metrics", trust_env=False).raise_for_status().text
    return next(
        float(line.split()[1]) for line in said.splitlines() if line.startswith("process_resident_memory_bytes")
    )
