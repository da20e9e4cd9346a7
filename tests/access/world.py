"""Two districts alike to the last identifier, each filled by the same facts, and told apart by a word in every name."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import httpx
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.caller import system
from kit.database import Database
from services.learner_profile.identity.models import Client
from services.learner_profile.privacy.models import AdultAccess, AdultAccessRule
from services.learner_profile.roster import models
from services.learner_profile.roster.commands import settle
from tests.access import relations
from tests.access.relations import When
from tests.worlds import TestDistrict

ZONE = "America/New_York"
_WORDS = ("Zephyrine", "Quillstone")


@dataclass(frozen=True)
class Place:
    """One of the districts. `ids` are our own ids by the names that both districts use; `word` stands in whatever it shows."""

    district: TestDistrict
    word: str
    ids: dict[str, UUID] = field(default_factory=dict)

    def name(self, what: str) -> str:
        return f"{what} {self.word}"

    def own(self, what: str) -> UUID:
        """An id that this district alone uses."""
        return _id(self, what)

    @property
    def clients(self) -> dict[str, str]:
        """Registered systems; their ids are unique on the whole platform."""
        return {kind: f"{self.district.slug}-{kind}" for kind in ("kept", "doomed")}


@dataclass(frozen=True)
class World:
    here: Place
    there: Place
    doors: dict[str, httpx.AsyncClient]
    """Clients by service."""

    @property
    def places(self) -> tuple[Place, Place]:
        return self.here, self.there

    def other(self, place: Place) -> Place:
        return self.there if place is self.here else self.here


def places(*districts: TestDistrict) -> list[Place]:
    return [Place(district, word) for district, word in zip(districts, _WORDS, strict=True)]


async def fill_roster(database: Database, place: Place) -> None:
    """The roster as intake would leave it, and what the district's own doors add to it."""
    async with database.transaction(system(place.district.id)) as session:
        await session.execute(
            insert(models.District),
            [{"district_id": place.district.id, "slug": place.district.slug, "name": place.word, "time_zone": ZONE}],
        )
        await _orgs_and_people(session, place)
        await _classes(session, place)
        await _rights(session, place)
        await settle(session, "sis")
        await _registered(session, place)


def window(when: When, begin: str = "from_on", end: str = "to_on") -> dict[str, date | None]:
    """The first day, and the first day on which it no longer holds, in the district's own time zone."""
    today = datetime.now(ZoneInfo(ZONE)).date()
    days = {"now": (None, None), "over": (None, today), "ahead": (today + timedelta(days=2), None)}[when]
    return dict(zip((begin, end), days, strict=True))


def _id(place: Place, name: str) -> UUID:
    return place.ids.setdefault(name, uuid4())


async def _put(session: AsyncSession, table: type, common: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    await session.execute(insert(table), [{**common, **row} for row in rows])


def _rostered(place: Place, source: str = "sis") -> dict[str, Any]:
    return {"district_id": place.district.id, "source": source}


async def _orgs_and_people(session: AsyncSession, place: Place) -> None:
    common = _rostered(place)
    await _put(session, models.Org, common, [
        {"id": _id(place, key), "sourced_id": key, "name": place.name(key), "type": kind, "parent_sourced_id": parent}
        for key, kind, parent in (("d", "district", None), ("s1", "school", "d"), ("s2", "school", "d"))
    ])  # fmt: skip
    await _put(session, models.Person, common, [
        {
            "id": _id(place, key), "sourced_id": key, "username": key, "given_name": key, "family_name": place.word,
            "grades": ["05"], "status": "tobedeleted" if one.standing == "removed" else "active",
            "enabled": one.standing == "here", "agent_sourced_ids": list(relations.AGENTS.get(key, ())),
        }
        for key, one in relations.PEOPLE.items()
    ])  # fmt: skip
    await _put(session, models.PersonRole, common, [
        {"sourced_id": f"{key}-{held.role}-{held.org}", "person_sourced_id": key, "role": held.role,
         "org_sourced_id": held.org, **window(held.when, "begin_on", "end_on")}
        for key, one in relations.PEOPLE.items() for held in one.roles
    ])  # fmt: skip
    # Somebody of the same sourcedId whom another system of the district rosters.
    await _put(session, models.Person, _rostered(place, "other"), [
        {"id": _id(place, "namesake"), "sourced_id": "learner", "username": "n", "given_name": "Namesake",
         "family_name": place.word}
    ])  # fmt: skip
    await _put(session, models.Org, _rostered(place, "other"), [
        {"id": _id(place, "other_school"), "sourced_id": "elsewhere", "name": place.name("Elsewhere"), "type": "school"}
    ])  # fmt: skip


async def _classes(session: AsyncSession, place: Place) -> None:
    common = _rostered(place)
    spans = {"now": (2000, 2100), "over": (2000, 2001)}
    await _put(session, models.AcademicSession, common, [
        {"sourced_id": f"{kind}-{when}", "title": place.name(kind), "type": kind, "school_year": str(end),
         "parent_sourced_id": f"{above}-{when}" if above else None,
         "start_on": date(start, 1, 1), "end_on": date(end, 1, 1)}
        for when, (start, end) in spans.items()
        for kind, above in (("schoolYear", None), ("term", "schoolYear"), ("gradingPeriod", "term"))
    ])  # fmt: skip
    await _put(session, models.Course, common, [
        {"id": _id(place, "course"), "sourced_id": "course", "title": place.name("Course"), "org_sourced_id": "s1"}
    ])  # fmt: skip
    await _put(session, models.Class, common, [
        {"id": _id(place, key), "sourced_id": key, "title": place.name(key), "course_sourced_id": "course",
         "school_sourced_id": class_.school, "term_sourced_ids": [f"term-{class_.when}"],
         "status": "tobedeleted" if class_.is_removed else "active"}
        for key, class_ in relations.CLASSES.items()
    ])  # fmt: skip
    await _put(session, models.Enrollment, common, [
        {"sourced_id": f"{seat.person}-{seat.class_}", "class_sourced_id": seat.class_,
         "school_sourced_id": relations.CLASSES[seat.class_].school, "person_sourced_id": seat.person,
         "role": seat.role, **window(seat.when, "begin_on", "end_on")}
        for seat in relations.SEATS
    ])  # fmt: skip
    await _put(session, models.Demographic, common, [
        {"sourced_id": "learner", "sex": "female", "city_of_birth": place.word, "birth_on": date(2015, 1, 1)},
        *({"sourced_id": adult, "birth_on": _eighteen_years_ago()} for adult in sorted(relations.ADULTS)),
    ])  # fmt: skip


def _eighteen_years_ago() -> date:
    """The birthday of somebody who comes of age on the district's own day."""
    today = datetime.now(ZoneInfo(ZONE)).date()
    return date(today.year - 18, today.month, min(today.day, 28))


async def _rights(session: AsyncSession, place: Place) -> None:
    common = {"district_id": place.district.id}
    cares = {care: uuid4() for care in relations.CARE}
    place.ids["care"] = next(id_ for care, id_ in cares.items() if care.guardian == "far_guardian")
    await _put(session, models.Guardianship, common, [
        {"id": cares[care], "guardian_id": place.ids[care.guardian], "learner_id": place.ids[care.learner],
         "kind": care.kind, **window(care.when)}
        for care in relations.CARE
    ])  # fmt: skip
    await _put(session, AdultAccess, common, [
        {"id": cares[care], "kind": relations.EXCEPTED[care.guardian]}
        for care in relations.CARE if care.guardian in relations.EXCEPTED
    ])  # fmt: skip
    await _put(session, AdultAccessRule, common, [
        {"kind": kind, "is_enabled": kind in relations.COUNTING} for kind in set(relations.EXCEPTED.values())
    ])  # fmt: skip
    await _put(session, models.StaffAssignment, common, [
        {"id": uuid4(), "person_id": place.ids[post.person], "org_id": place.ids["d"], "role": post.role,
         "origin": "door", **window(post.when)}
        for post in relations.POSTS
    ])  # fmt: skip
    await session.execute(
        text("""insert into outbox (district_id, id, type, subject, version, epoch, state, occurred_at, data)
                select district_id, uuid7(), 'staff.assigned', id::text, version, 1, state, trellis_now(),
                       jsonb_build_object('personId', person_id, 'orgId', org_id, 'role', role, 'from', from_on, 'to', to_on)
                from staff_assignment where origin = 'door'""")
    )


async def _registered(session: AsyncSession, place: Place) -> None:
    await _put(session, Client, {"district_id": place.district.id, "source": "sis", "roster_source": "sis"}, [
        {"client_id": client_id, "name": place.name(kind), "scopes": []} for kind, client_id in place.clients.items()
    ])  # fmt: skip
