"""Say it all again: every current state, for a consumer that is new, was restored or fell behind.

Versions stay as they are, so a consumer that has heard it all changes nothing. A producer restored from a backup begins a new
epoch first: its versions went back, and the epoch comes before the version.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from kit import database as databases
from kit import parking, relay
from kit.caller import system
from kit.clock import Clock
from kit.database import Database
from kit.settings import ServiceSettings

Emitter = Callable[[AsyncSession], Awaitable[int]]
"""Emits the current state of every subject of one type in the session's district; returns how many events that was."""
Emitters = Mapping[str, Emitter]


async def republish(
    database: Database,
    emitters: Emitters,
    *,
    new_epoch: bool = False,
    only: Iterable[str] = (),
    districts: Iterable[UUID] = (),
) -> dict[str, int]:
    """Emit again; returns the number of events by type. One transaction for each district and type."""
    if new_epoch:
        await database.pool.execute("select raise_epoch()")
    wanted = {kind: emitter for kind, emitter in emitters.items() if kind in (set(only) or emitters)}
    served = list(districts) or [row[0] for row in await database.pool.fetch("select trellis_districts()")]
    counts = dict.fromkeys(wanted, 0)
    for district_id in served:
        for kind, emitter in wanted.items():
            async with database.transaction(system(district_id)) as session:
                counts[kind] += await emitter(session)
    return counts


def commands(settings: Callable[[], ServiceSettings], emitters: Emitters) -> typer.Typer:
    """The operator's commands `republish`, `parked` and `unpark` of a service, for its own command line."""
    app = typer.Typer(no_args_is_help=True, add_completion=False)

    @app.command("republish")
    def republish_all(
        kind: Annotated[list[str], typer.Option(help="Only this type of event; may be repeated")] = [],  # noqa: B006 - typer reads it
        *,
        new_epoch: Annotated[bool, typer.Option(help="After a restore from a backup")] = False,
    ) -> None:
        """Emit all current state again."""
        for name, count in asyncio.run(_republished(settings(), emitters, kind, new_epoch=new_epoch)).items():
            typer.echo(f"{name}: {count}")

    @app.command()
    def parked() -> None:
        """Show the events that consumers refused until we gave up."""
        for one in asyncio.run(_parked(settings())):
            typer.echo(f"{one.consumer}: {one.deliveries} {one.type}, {one.code}")

    @app.command()
    def unpark(consumer: Annotated[str | None, typer.Argument()] = None) -> None:
        """Deliver parked events again, those of one consumer or all."""
        typer.echo(f"unparked: {asyncio.run(_unparked(settings(), consumer))}")

    return app


async def _republished(
    settings: ServiceSettings, emitters: Emitters, only: list[str], *, new_epoch: bool
) -> dict[str, int]:
    async with databases.opened(settings, Clock()) as database:
        return await republish(database, emitters, new_epoch=new_epoch, only=only)


async def _parked(settings: ServiceSettings) -> list[parking.Parked]:
    async with relay.opened(settings) as opened:
        return await parking.parked(opened.engine)


async def _unparked(settings: ServiceSettings, consumer: str | None) -> int:
    async with relay.opened(settings) as opened:
        return await parking.unpark(opened.engine, consumer)
