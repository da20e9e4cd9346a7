"""Whether models and migrations agree, and whether each migration is safe to run beside the code that is serving.

The first is Alembic's question, asked on a server of our own; the second is squawk's, asked of the SQL that would run.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from local.databases import DatabaseError, ServiceDatabase, alembic, create, migrate
from local.postgres import Postgres, programs
from local.settings import ROOT, SERVICES, LocalSettings, inherited


def main() -> int:
    """The exit code; what is wrong is printed."""
    with tempfile.TemporaryDirectory(prefix="trellis-schemas-") as folder:
        try:
            complaints = _drift(Path(folder)) + _hazards(Path(folder))
        except DatabaseError as error:
            complaints = [str(error)]
    print("\n".join(complaints), end="\n" if complaints else "")
    return 1 if complaints else 0


def _drift(folder: Path) -> list[str]:
    version = LocalSettings().pg
    with Postgres(folder / "server", version=version, throwaway=True) as server:
        psql = programs(version) / "psql"
        databases = [create(service, server.url(), folder / "passwords", psql) for service in SERVICES]
        migrate(databases)
        asked = [(database.service, alembic(database, "check")) for database in databases]
        return [f"{service}: {said}" for service, process in asked if (said := _complaint(process))]


def _hazards(folder: Path) -> list[str]:
    files = [folder / f"{service}.sql" for service in SERVICES]
    rendering = [(file, alembic(ServiceDatabase(file.stem, {}), "upgrade", "head", "--sql")) for file in files]
    for file, process in rendering:
        sql, log = process.communicate()
        if process.returncode:
            return [f"{file.stem}: the migrations cannot be written as SQL:\n{log}"]
        file.write_text(sql)
    squawk = Path(sys.executable).with_name("squawk")
    asked = subprocess.run(
        [squawk, "--reporter", "gcc", *files], cwd=ROOT, env=inherited(), capture_output=True, check=False, text=True
    )
    return [asked.stdout + asked.stderr] if asked.returncode else []


def _complaint(process: subprocess.Popen[str]) -> str:
    said, log = process.communicate()
    return (said + log).strip() if process.returncode else ""


if __name__ == "__main__":
    sys.exit(main())
