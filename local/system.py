"""Which processes make up the system, and what each is told."""

import json
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from local.databases import ServiceDatabase
from local.processes import Process
from local.settings import SERVICES, LocalSettings, inherited

KEEP_ALIVE_SECONDS = 75
HEARS_FROM = {"learner_profile": (), "cohort": ("learner_profile",), "marketplace": ("learner_profile", "cohort")}
"""Whose events a service takes."""


@dataclass(frozen=True)
class System:
    """The processes' addresses and secrets on this machine."""

    settings: LocalSettings
    databases: Mapping[str, ServiceDatabase]
    ports: Mapping[str, int]
    """By process: the services, their workers, the gateway and the issuer."""
    signing_keys: Path
    event_secret: Path

    def issuer(self) -> Process:
        told = {
            "ISSUER_PORT": str(self.ports["issuer"]),
            "ISSUER_KEYS_FILE": str(self.signing_keys.with_name("issuer")),
        }
        ready = f"{self.address('issuer')}/any/.well-known/openid-configuration"
        return self._process("issuer", "local.issuer", told, ready)

    def backends(self) -> list[Process]:
        """The services, their workers and the gateway."""
        services = [self._served(name, f"services.{name}.app:create_app", self._service(name)) for name in SERVICES]
        workers = [self._worker(name) for name in SERVICES]
        return [*services, *workers, self._served("gateway", "gateway.app:create_app", self._gateway())]

    def front(self) -> Process:
        upstreams = {name: self.address(name) for name in (*SERVICES, "gateway")}
        told = {"HOST": self.settings.host, "PORT": str(self.settings.port), "UPSTREAMS": json.dumps(upstreams)}
        ready = f"http://127.0.0.1:{self.settings.port}/.well-known/jwks.json"
        return self._process("origin", "local.origin", told, ready)

    def clocks(self) -> list[str]:
        """Where each process that keeps time takes another one; development's doors, not routed by the origin."""
        return [f"{self.address(name)}/dev/clock" for name in self.ports if name != "issuer"]

    def address(self, process: str) -> str:
        return f"http://127.0.0.1:{self.ports[process]}"

    def _served(self, name: str, factory: str, told: dict[str, str]) -> Process:
        options = ["--factory", factory, "--host", "127.0.0.1", "--port", str(self.ports[name])]
        options += ["--no-access-log", "--log-level", "warning", "--ws", "websockets-sansio"]
        options += ["--timeout-keep-alive", str(KEEP_ALIVE_SECONDS), "--timeout-graceful-shutdown", "5"]
        return self._process(name, "uvicorn", told, f"{self.address(name)}/readyz", *options)

    def _worker(self, service: str) -> Process:
        name = f"{service}_worker"
        told = self._service(service) | {"WORKER_PORT": str(self.ports[name])}
        return self._process(name, f"services.{service}.worker", told, f"{self.address(name)}/livez")

    def _service(self, service: str) -> dict[str, str]:
        consumers = {name: f"{self.address(name)}/events" for name, heard in HEARS_FROM.items() if service in heard}
        told = {"EVENT_SECRET_FILE": str(self.event_secret), "CONSUMERS": json.dumps(consumers)}
        told |= {"SIGNING_KEYS_FILE": str(self.signing_keys)} if service == "learner_profile" else {}
        return told | self.databases[service].environment("app", "relay")

    def _gateway(self) -> dict[str, str]:
        return {f"{name.upper()}_URL": self.address(name) for name in SERVICES}

    def _process(self, name: str, module: str, told: dict[str, str], ready_url: str, *arguments: str) -> Process:
        environment = inherited(
            ENVIRONMENT="development",
            ORIGIN=self.settings.origin,
            JWKS_URL=f"{self.address('learner_profile')}/.well-known/jwks.json",
            PYTHONUNBUFFERED="1",
        )
        log = self.settings.state / "logs" / f"{name}.log"
        return Process(name, module, arguments, environment | told, ready_url, log)


def chosen_ports(kept: Path) -> dict[str, int]:
    """A free loopback port for each process; the issuer keeps its own, because districts have it in their books."""
    names = [*SERVICES, *(f"{name}_worker" for name in SERVICES), "gateway", "issuer"]
    ports = dict(zip(names, free_ports(len(names)), strict=True))
    if kept.exists() and is_free("127.0.0.1", int(kept.read_text())):
        ports["issuer"] = int(kept.read_text())
    kept.write_text(str(ports["issuer"]))
    return ports


def free_ports(count: int) -> Iterable[int]:
    """Ports that nobody uses; all are held until all are chosen, so that they differ."""
    held = [socket.socket() for _ in range(count)]
    try:
        for each in held:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in held]
    finally:
        for each in held:
            each.close()


def is_free(host: str, port: int) -> bool:
    """Whether somebody could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True
