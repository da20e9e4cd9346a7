"""What people read is gathered in the process and logged every second, so that no request waits for its own entry.

A process that is killed loses the reads of its last second at most; one that ends as it should writes them first. While the
database refuses, entries are kept until there are `MOST_ENTRIES` or `MOST_BYTES` of them; what is shown beyond that is counted
in a metric and lost.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from uuid import UUID

import orjson
import structlog
from fastapi import FastAPI
from fastapi.responses import Response
from prometheus_client import Counter

from kit.caller import VerifiedCaller
from kit.database import Database
from kit.graph import BatchRequest
from kit.jobs import code_of
from services.learner_profile.privacy.commands.log import Shown, disclose_learners, disclose_to_people

MOST_ENTRIES = 20_000
MOST_BYTES = 64 * 2**20
_ROSTER = "roster"
_LOST = Counter("trellis_disclosures_lost_total", "Reads by people that could not be logged")
_log = structlog.get_logger("disclosures")


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer to one person; which learners are in it is looked up when it is logged.

    Of an answer about the one learner who was asked for no body is kept.
    """

    district_id: UUID
    person_id: UUID
    wanted: BatchRequest
    body: bytes
    at: datetime


@dataclass
class Disclosures:
    """The answers that are not logged yet."""

    database: Database
    entries: list[Entry] = field(default_factory=list)
    held_bytes: int = 0

    async def log(self, caller: VerifiedCaller, wanted: BatchRequest, answer: Response) -> Response:
        """The answer, once it is logged or, for a person, will be."""
        body = bytes(answer.body)
        if body == b"[]":
            return answer
        if caller.person_id is None:
            await disclose_learners(self.database, caller, _learners(wanted, body), _elements(wanted))
        else:
            kept = b"" if len(wanted.ids) == 1 else body
            self._keep(Entry(caller.district_id, caller.person_id, wanted, kept, self.database.clock.now()))
        return answer

    async def log_names(self, caller: VerifiedCaller, wanted: BatchRequest, answer: Response) -> Response:
        """The answer about people, classes or schools, once the names of learners that it gives a system are logged."""
        if caller.person_id is None and (named := _named(wanted, bytes(answer.body))):
            await disclose_learners(self.database, caller, named, [_ROSTER])
        return answer

    async def write(self) -> None:
        """Log what has been gathered, in one transaction for each district; what fails is kept for the next time."""
        taken, self.entries, self.held_bytes = self.entries, [], 0
        taken.sort(key=lambda entry: entry.district_id)
        for district_id, found in groupby(taken, key=lambda entry: entry.district_id):
            entries = list(found)
            try:
                await disclose_to_people(self.database, district_id, _grouped(entries))
            except Exception as failed:  # noqa: BLE001 - another district's entries are not lost with these
                _log.warning("disclosures not written", count=len(entries), code=code_of(failed))
                for entry in entries:
                    self._keep(entry)

    def _keep(self, entry: Entry) -> None:
        if len(self.entries) < MOST_ENTRIES and self.held_bytes + len(entry.body) <= MOST_BYTES:
            self.entries.append(entry)
            self.held_bytes += len(entry.body)
        else:
            _LOST.inc()

    async def write_every(self, seconds: float, ending: asyncio.Event) -> None:
        """Write until the process ends; a write under way is never cut off, its entries are nowhere else."""
        while not ending.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(ending.wait(), seconds)
            await self.write()


@asynccontextmanager
async def disclosing(app: FastAPI) -> AsyncIterator[None]:
    """Logs for the life of the process what people read; what was gathered is written before it ends."""
    app.state.disclosures = disclosures = Disclosures(app.state.database)
    ending = asyncio.Event()
    every = app.state.settings.disclosures_every_seconds
    writing = asyncio.create_task(disclosures.write_every(every, ending))
    yield
    ending.set()
    await writing
    await disclosures.write()


def _grouped(entries: list[Entry]) -> list[Shown]:
    """What one person was shown of one learner becomes one entry, at the time of the first."""
    found: dict[tuple[UUID, UUID], tuple[set[str], datetime]] = {}
    for entry in entries:
        for learner_id in _learners(entry.wanted, entry.body):
            elements, _ = found.setdefault((learner_id, entry.person_id), (set(), entry.at))
            elements.update(_elements(entry.wanted))
    return [Shown(learner, person, elements, at) for (learner, person), (elements, at) in found.items()]


def _learners(wanted: BatchRequest, body: bytes) -> list[UUID]:
    """Of one learner who was asked for and answered nothing need be read."""
    if len(wanted.ids) == 1:
        return [wanted.ids[0]]
    return [UUID(learner["id"]) for learner in orjson.loads(body)]


def _named(wanted: BatchRequest, body: bytes) -> set[UUID]:
    """The objects themselves, which may be people, and the learners that their lists name."""
    objects = orjson.loads(body)
    lists = [section.key for section in wanted.sections if section.name == "learners"]
    nodes = [edge["node"] for one in objects for key in lists for edge in one[key]["edges"]]
    return {UUID(one["id"]) for one in (*objects, *nodes)}


def _elements(wanted: BatchRequest) -> list[str]:
    return [_ROSTER, *(section.name for section in wanted.sections)]
