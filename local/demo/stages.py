"""What is loaded into a district, stage by stage; each first asks whether it is there."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from local.demo import framework, lms, records, rollout, story
from local.demo.catalog import RESOURCES
from local.demo.districts import District
from local.demo.doors import Door, Refused
from local.demo.generate import write_bulk
from local.demo.rollout import Placement

_CASE = "/ims/case/v1p1"
_GRADEBOOK = "/ims/oneroster/gradebook/v1p2"
_RUN_SECONDS = 600
_ARRIVAL_SECONDS = 60
_SCHOOLS = """
query Schools($after: String) {
  district { schools(first: 100, after: $after) { edges { node { id identifier } } pageInfo { hasNextPage endCursor } } }
}"""
_SEATS = "query Seats($id: ID!) { program(id: $id) { cohorts { capacity { used } } } }"
_LISTED = "query Listed { searchResources(first: 1) { totalCount } }"


@dataclass(frozen=True)
class Entry:
    """A district and the doors of its systems."""

    district: District
    sis: Door
    lms: Door
    office: Door
    progress: Callable[[str], None]
    person: Callable[[str], Door] | None = None
    """The doors as somebody with this sourcedId sees them, where people can sign in."""

    def say(self, what: str) -> None:
        self.progress(f"{self.district.profile.name}: {what}")


async def is_loaded(entry: Entry) -> bool:
    """Whether the day's roster, last night's grades and every school's place are there."""
    has_data = await _has_todays_roster(entry) and await _has_last_night(entry) and await _has_places(entry)
    return has_data and await _has_its_story(entry)


async def has_roster(entry: Entry) -> bool:
    """Whether any roster was ever applied."""
    return bool(await _applied_runs(entry))


async def publish_framework(entry: Entry) -> None:
    if await entry.office.find(f"{_CASE}/CFDocuments/{framework.FRAMEWORK_ID}") is None:
        entry.say("competency framework")
        await entry.office.put(f"/v1/frameworks/{framework.FRAMEWORK_ID}", framework.package())


async def push_roster(entry: Entry) -> None:
    """Upload the day's archive and wait until it is applied; raises `Refused` when it is held or fails."""
    if await _has_todays_roster(entry):
        return
    entry.say(f"roster and grades as of {entry.district.anchor}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "roster.zip"
        await asyncio.to_thread(write_bulk, entry.district, path)
        content = path.read_bytes()
    answer = await entry.sis.post("/v1/roster/runs", content=content, headers={"Content-Type": "application/zip"})
    await _watch(entry, httpx.URL(answer.headers["location"]).path)


async def tell_rights_and_functions(entry: Entry) -> None:
    """What has no field in OneRoster; the same again changes nothing."""
    entry.say("guardianships and functions")
    guardianships = (
        (f"/v1/guardianships/{record.id}", record.body) for record in records.guardianships(entry.district)
    )
    functions = (
        (f"/v1/staff-assignments/{record.id}", record.body) for record in records.staff_assignments(entry.district)
    )
    await entry.sis.put_all([*guardianships, *functions])


async def push_last_night(entry: Entry) -> None:
    if await _has_last_night(entry):
        return
    entry.say("last night's quiz")
    for push in lms.pushes(entry.district):
        await entry.lms.put(f"{_GRADEBOOK}/{push.path}", push.body)


async def list_resources(entry: Entry) -> None:
    found = (await _ask(entry, _LISTED)).get("searchResources") or {}
    if (found.get("totalCount") or 0) < len(RESOURCES):
        entry.say("learning resources")
        slug = entry.district.profile.slug
        await entry.office.put_all((f"/v1/resources/{one.id(slug)}", one.listing()) for one in RESOURCES)


async def place_schools(entry: Entry) -> None:
    """The program with its cohorts, then each school's place; a school is waited for until the other service knows it."""
    if await _has_places(entry):
        return
    entry.say("rollout program")
    program, base = rollout.program(entry.district), f"/v1/programs/{rollout.program(entry.district).id}"
    await entry.office.put(base, {"name": program.name, "mode": program.mode, "mandate": program.mandate})
    await entry.office.put_all(
        (f"{base}/cohorts/{cohort.id}", cohort.body()) for cohort in rollout.cohorts(entry.district)
    )
    schools = await _school_ids(entry)
    for placement in rollout.placements(entry.district):
        await _place(entry, f"{base}/placements/{schools[entry.district.state_id(placement.school)]}", placement)


async def tell_the_story(entry: Entry) -> None:
    """What people add to what systems tell, in the district where Myra learns."""
    if await _has_its_story(entry):
        return
    entry.say("a learner's day and goals")
    await story.tell(_story(entry))


ALL: tuple[Callable[[Entry], Awaitable[None]], ...] = (
    publish_framework,
    push_roster,
    tell_rights_and_functions,
    push_last_night,
    list_resources,
    place_schools,
    tell_the_story,
)
OF_THE_PAST = (publish_framework, push_roster)


async def _applied_runs(entry: Entry) -> list[dict[str, Any]]:
    listed = await entry.sis.find("/v1/roster/runs")
    return [run for run in listed["runs"] if run["state"] == "applied" and not run["dryRun"]]


async def _has_todays_roster(entry: Entry) -> bool:
    """Archives are the same for the same day, so that one that came on this day or later need not come again."""
    return any(run["receivedAt"] >= entry.district.anchor.isoformat() for run in await _applied_runs(entry))


async def _has_last_night(entry: Entry) -> bool:
    *_before, last = [None, *lms.pushes(entry.district)]
    if last is None:
        return True
    known = await entry.lms.find(f"{_GRADEBOOK}/{last.path}")
    return bool(known and known["result"]["scoreDate"][:10] == last.body["result"]["scoreDate"][:10])


async def _has_its_story(entry: Entry) -> bool:
    if entry.person is None or entry.district.profile.key != story.DISTRICT:
        return True
    return await story.is_told(_story(entry))


def _story(entry: Entry) -> story.Story:
    if entry.person is None:
        raise LookupError("people cannot sign in here")
    return story.Story(entry.district, entry.person)


async def _has_places(entry: Entry) -> bool:
    program = (await _ask(entry, _SEATS, id=str(rollout.program(entry.district).id))).get("program")
    used: int = sum(cohort["capacity"]["used"] for cohort in (program or {}).get("cohorts") or [])
    return used == len(list(rollout.placements(entry.district)))


async def _watch(entry: Entry, path: str) -> None:
    """Tell of a run's progress until it ends."""
    told = ""
    for _second in range(_RUN_SECONDS * 5):
        run = await entry.sis.find(path)
        state = f"roster {run['state']}, {run['progress']} %"
        if state != told:
            entry.say(told := state)
        if run["state"] == "applied":
            return
        if run["state"] in ("held", "failed", "cancelled"):
            raise Refused(f"The roster run {path} is {run['state']}: {run}")
        await asyncio.sleep(0.2)
    raise Refused(f"The roster run {path} was not applied within {_RUN_SECONDS} s")


async def _ask(entry: Entry, query: str, **variables: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    answer = await entry.office.post("/graphql", json={"query": query, "variables": variables})
    data: dict[str, Any] | None = answer.json().get("data")
    return data or {}


async def _school_ids(entry: Entry) -> dict[str, str]:
    """The platform's ids of the schools by the state's identifiers."""
    return {node["identifier"]: node["id"] async for node in _nodes(entry)}


async def _nodes(entry: Entry) -> AsyncIterator[dict[str, str]]:
    after: str | None = None
    while True:
        page = (await _ask(entry, _SCHOOLS, after=after))["district"]["schools"]
        for edge in page["edges"]:
            yield edge["node"]
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


async def _place(entry: Entry, path: str, placement: Placement) -> None:
    """A school that has just come with the roster may still be on its way to the other service."""
    body = {"cohortId": str(placement.cohort.id), "reason": placement.reason}
    for _second in range(_ARRIVAL_SECONDS):
        try:
            await entry.office.put(path, body)
        except Refused as refused:
            if refused.status != httpx.codes.NOT_FOUND:
                raise
            await asyncio.sleep(1)
        else:
            return
    raise Refused(f"The school of {path} did not arrive within {_ARRIVAL_SECONDS} s")
