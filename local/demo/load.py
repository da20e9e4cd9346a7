"""Loads the demo districts through the public doors, as their systems would.

Every stage first asks whether what it brings is there; a second load changes nothing and is quick.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import httpx

from local.demo import stages
from local.demo.districts import PROFILES, plan_district
from local.demo.doors import Credentials, client_door, person_door
from local.demo.personas import clients
from local.demo.school_year import local_instant, school_day_on_or_before

Progress = Callable[[str], None]
_WEEKS_BACK = 4


@dataclass(frozen=True)
class Clocks:
    """The `/dev/clock` of every process, as full addresses; without any, time is what it is."""

    http: httpx.AsyncClient
    addresses: Sequence[str]

    @asynccontextmanager
    async def at(self, instant: datetime) -> AsyncIterator[None]:
        """Everything inside happens at that instant; afterwards it is now again."""
        await self._move(instant)
        try:
            yield
        finally:
            await self._move(datetime.now(UTC))

    async def _move(self, instant: datetime) -> None:
        for address in self.addresses:
            answer = await self.http.put(address, json={"now": instant.isoformat()})
            answer.raise_for_status()


async def load(
    origin: str,
    credentials: Mapping[str, Credentials],
    *,
    anchor: date,
    seed: int = 7,
    issuer: str | None = None,
    clocks: Sequence[str] = (),
    progress: Progress = print,
) -> None:
    """Load both districts as they are on `anchor`, a school day that is not in the future.

    `credentials` are those of `personas.clients` by client id; with the `issuer` of the districts' people these add what is theirs. Where processes have clocks that can be moved, the roster and the
    grades come first as they were four weeks ago, so that one can ask what was known then.
    """
    async with httpx.AsyncClient(base_url=origin, timeout=60, trust_env=False) as http:
        for key in PROFILES:
            doors = {one.key: client_door(http, credentials[one.client_id]) for one in clients(key)}
            person = partial(person_door, http, f"{issuer}/{PROFILES[key].slug}") if issuer else None
            district = plan_district(key, seed=seed, anchor=anchor)
            entry = stages.Entry(district, progress=progress, person=person, **doors)
            await _load_district(entry, Clocks(http, clocks))


async def _load_district(entry: stages.Entry, clocks: Clocks) -> None:
    if await stages.is_loaded(entry):
        entry.say("is there already")
        return
    if clocks.addresses and not await stages.has_roster(entry):
        await _load_the_past(entry, clocks)
    for stage in stages.ALL:
        await stage(entry)


async def _load_the_past(entry: stages.Entry, clocks: Clocks) -> None:
    day = school_day_on_or_before(entry.district.anchor - timedelta(weeks=_WEEKS_BACK))
    async with clocks.at(local_instant(day, 6)):
        past = replace(entry, district=replace(entry.district, anchor=day))
        for stage in stages.OF_THE_PAST:
            await stage(past)
