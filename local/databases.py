"""The three databases with their roles, on whatever server, brought to the newest schema."""

import secrets
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, make_url

from local.settings import ROOT, inherited

ROLES = ("owner", "app", "relay")
_PREFIX = {"owner": "OWNER_", "app": "", "relay": "RELAY_"}


class DatabaseError(Exception):
    """The text says which service's database could not be made ready, and what psql or Alembic said."""


@dataclass(frozen=True)
class ServiceDatabase:
    """One service's database: `urls` by role (owner, app, relay)."""

    service: str
    urls: dict[str, str]

    def environment(self, *roles: str) -> dict[str, str]:
        """The variables by which a process of the service finds its database in these roles."""
        return {f"{_PREFIX[role]}DATABASE_URL_{self.service.upper()}": self.urls[role] for role in roles}


def create(service: str, server: str, passwords: Path, psql: Path) -> ServiceDatabase:
    """Create the service's database and roles on `server` (a URL with the right to do so), or find them there.

    The roles' passwords are kept in the folder `passwords`, one file each, and set again every time.
    """
    chosen = {role: password_in(passwords / f"{service}_{role}") for role in ROLES}
    bootstrap = make_url(server).set(drivername="postgresql")
    environment = inherited(SERVICE=service, PGPASSWORD=bootstrap.password or "", PGCONNECT_TIMEOUT="10")
    environment |= {f"{role.upper()}_PASSWORD": password for role, password in chosen.items()}
    address = bootstrap._replace(password=None, database=bootstrap.database or "postgres").render_as_string()
    command = [str(psql), "--no-psqlrc", "--quiet", "--no-password", "-f", "infra/postgres/roles.sql", "-d", address]
    _run(command, environment, f"The database of {service} cannot be created")
    return ServiceDatabase(service, {role: _as(bootstrap, service, role, chosen[role]) for role in ROLES})


def migrate(databases: Iterable[ServiceDatabase]) -> None:
    """Bring all databases to the newest schema, or raise with the end of what Alembic said."""
    environment, services = inherited(), []
    for database in databases:
        environment |= database.environment("owner")
        services.append(database.service)
    _run([sys.executable, "-m", "local.migrations", *services], environment, "A migration failed")


def alembic(database: ServiceDatabase, *arguments: str) -> subprocess.Popen[str]:
    """Alembic at work on this database as its owner; stdout and stderr are pipes."""
    return subprocess.Popen(
        [sys.executable, "-m", "alembic", "-n", database.service, *arguments],
        cwd=ROOT,
        env=inherited(**(database.environment("owner") if database.urls else {})),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def password_in(path: Path) -> str:
    """The password in this file, made up when there is none yet."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(24) + "\n")
    return path.read_text().strip()


def _as(server: URL, service: str, role: str, password: str) -> str:
    url = server.set(username=f"{service}_{role}", password=password, database=service)
    return url.render_as_string(hide_password=False)


def _run(command: list[str], environment: dict[str, str], failure: str) -> None:
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False, text=True)
    if done.returncode:
        said = "\n".join((done.stdout + done.stderr).splitlines()[-15:])
        raise DatabaseError(f"{failure}: {said}")
