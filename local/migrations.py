"""Brings the named services' databases to the newest schema, one after the other in one process.

`python -m local.migrations cohort …` with the owners' addresses in the environment; what all need is imported once.
"""

import asyncio
import sys

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from kit.settings import owner_url
from local.settings import ROOT


def main(services: list[str]) -> None:
    """Stops at the first migration that fails, with Alembic's own exception."""
    for service in services:
        config = Config(ROOT / "alembic.ini", ini_section=service)
        if asyncio.run(_version(service)) == ScriptDirectory.from_config(config).get_current_head():
            continue  # running Alembic's environment would import every model for nothing
        print(f"migrating {service}")
        command.upgrade(config, "head")


async def _version(service: str) -> str | None:
    connection = await asyncpg.connect(owner_url(service))
    try:
        version: str = await connection.fetchval("select version_num from alembic_version")
    except asyncpg.UndefinedTableError:
        return None
    finally:
        await connection.close()
    return version


if __name__ == "__main__":
    main(sys.argv[1:])
