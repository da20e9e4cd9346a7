"""Deliveries that were given up: what they are, and how a person sends them again."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine


@dataclass(frozen=True, slots=True)
class Parked:
    """Deliveries of one type that a consumer refused for one reason."""

    consumer: str
    type: str
    code: str
    deliveries: int


async def parked(engine: AsyncEngine) -> list[Parked]:
    """What is parked, as the relay role sees it."""
    async with engine.connect() as connection:
        return [Parked(*row) for row in await connection.execute(_PARKED)]


async def unpark(engine: AsyncEngine, consumer: str | None = None) -> int:
    """Give parked deliveries, of one consumer or of all, their attempts back; returns how many."""
    async with engine.begin() as connection:
        return (await connection.execute(_UNPARK, {"consumer": consumer})).rowcount


_PARKED = text("""
select d.consumer, o.type, d.last_error, count(*)
  from outbox_delivery d join outbox o on o.district_id = d.district_id and o.id = d.event_id
 where d.state = 'parked' group by 1, 2, 3 order by 1, 2, 3""")
_UNPARK = text("""
update outbox_delivery set state = 'pending', attempts = 0, next_attempt_at = clock_timestamp()
 where state = 'parked' and (cast(:consumer as text) is null or consumer = :consumer)""")
