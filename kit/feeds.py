"""How old what we know from another service may be.

A feed's age is the time since its producer was last heard plus how far the producer itself was behind then, so the two
machines' clocks are never compared. In SQL, `feed_is_fresh('learner_profile')` is the same rule for a predicate.
"""

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
from fastapi import Depends

from kit import metrics
from kit.database import Database, Reads
from kit.problems import Unavailable

OLDEST = timedelta(seconds=60)
"""A feed older than this opens no learner's record; `feed_is_fresh` in SQL holds the same figure."""


class StaleFeed(Unavailable):
    title = "What this answer depends on is too old; it stays closed until it is fresh again"


def machine_now() -> datetime:
    """The machine's own time, which development cannot move: feeds and signatures live by it."""
    return datetime.now(UTC)


async def heard(database: Database, producer: str, data: Any) -> None:  # noqa: ANN401 - parsed JSON
    """Note that a producer was heard, and how far behind it said it was; raises `Unavailable` without a database."""
    behind = data.get("behindSeconds", 0.0) if isinstance(data, dict) else 0.0
    seconds = float(behind) if isinstance(behind, int | float) and math.isfinite(behind) else 0.0
    try:
        await database.pool.execute(_HEARD, producer, timedelta(seconds=min(max(seconds, 0), 1e8)))
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as lost:
        raise Unavailable from lost


_HEARD = """
insert into feed (producer, heard_at, behind) values ($1, clock_timestamp(), $2)
on conflict (producer) do update set heard_at = excluded.heard_at, behind = excluded.behind"""


async def feed_age(database: Database, producer: str) -> timedelta | None:
    """The age of what we know from a producer; None if it was never heard."""
    age: timedelta | None = await database.pool.fetchval(
        "select greatest(clock_timestamp() - heard_at, interval '0') + behind from feed where producer = $1", producer
    )
    return age


def fresh(producer: str) -> Any:  # noqa: ANN401 - FastAPI's own return type
    """A dependency that refuses with `StaleFeed` while the producer's facts are too old to open a record by."""

    async def is_fresh(database: Reads) -> None:
        age = await feed_age(database, producer)
        if age is None or age > OLDEST:
            raise StaleFeed(producer=producer, ageSeconds=None if age is None else int(age.total_seconds()))

    return Depends(is_fresh)


async def measure(database: Database) -> None:
    """Set the gauges of every producer that was ever heard."""
    for row in await database.pool.fetch("select producer, clock_timestamp() - heard_at + behind as age from feed"):
        metrics.FEED_AGE.labels(row["producer"]).set(row["age"].total_seconds())
        metrics.FEED_STALE.labels(row["producer"]).set(row["age"] > OLDEST)
