"""What systems push into the two districts, through the real doors."""

import io
import zipfile
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

import httpx
from fastapi import FastAPI

from kit.caller import system
from kit.database import Database
from kit.inbox import Handlers, ReceivedEvent
from services.cohort.events import HEARD as TOLD_TO_COHORT
from services.marketplace.events import HEARD as TOLD_TO_MARKETPLACE
from tests.access import activity
from tests.access.oracle import learners
from tests.access.relations import PEOPLE
from tests.access.scopes import ALL
from tests.access.world import ZONE, Place, World, fill_roster, places
from tests.worlds import TestDistrict

Json = Any
ROSTERING = "/ims/oneroster/rostering/v1p2"
GRADEBOOK = "/ims/oneroster/gradebook/v1p2"
CODES = ("A.1", "A.2")
_CHANGED = {"lastChangeDateTime": "2026-01-05T10:00:00+00:00"}


def shared(name: str) -> UUID:
    """An id that both districts use for a thing of their own."""
    return uuid5(NAMESPACE_URL, f"trellis-matrix:{name}")


def ref(sourced_id: str) -> dict[str, str]:
    return {"sourcedId": sourced_id}


def package(place: Place, name: str = "framework") -> Json:
    document = {"identifier": str(shared(name)), "title": place.name("Framework"), "creator": "Tests", **_CHANGED}
    items = [
        {
            "identifier": str(shared(f"{name}-{code}")),
            "fullStatement": place.name(f"Can do {code}"),
            "humanCodingScheme": code,
            **_CHANGED,
        }
        for code in CODES
    ]
    link = {
        "identifier": str(shared(f"{name}-link")),
        "associationType": "isChildOf",
        "originNodeURI": {
            "identifier": items[1]["identifier"],
            "title": place.name("child"),
            "uri": "https://x.example/1",
        },
        "destinationNodeURI": {
            "identifier": items[0]["identifier"],
            "title": place.name("parent"),
            "uri": "https://x.example/2",
        },
        **_CHANGED,
    }
    before = {
        **link,
        "identifier": str(shared(f"{name}-before")),
        "associationType": "precedes",
        "originNodeURI": link["destinationNodeURI"],
        "destinationNodeURI": link["originNodeURI"],
    }
    return {"CFDocument": document, "CFItems": items, "CFAssociations": [link, before]}


def records(place: Place, name: str, version: str = "v1p2") -> dict[str, tuple[str, Json]]:
    """A record of every collection that takes pushes: its envelope, and the record under this sourcedId."""
    title = place.name(name)
    school = {"name": title, "type": "school", "sourcedId": name}
    span = {"startDate": "2026-01-01", "endDate": "2027-01-01", "schoolYear": "2027", "title": title}
    roles: Json = {"roles": [{"roleType": "primary", "role": "student", "org": ref(name)}]}
    user: Json = {
        "username": name,
        "enabledUser": "true",
        "givenName": name,
        "familyName": place.word,
        "sourcedId": name,
    }
    user |= roles if version == "v1p2" else {"role": "student", "orgs": [ref(name)]}
    parts = {"user": ref(name), "class": ref(name), "school": ref(name), "role": "student"}
    days = {"startDate": "2026-01-01", "endDate": "2026-06-01"}
    return {
        "orgs": ("org", school),
        "schools": ("org", school),
        "academicSessions": ("academicSession", {**span, "type": "schoolYear", "sourcedId": name}),
        "terms": ("academicSession", {**span, **days, "type": "term", "sourcedId": f"{name}-term"}),
        "gradingPeriods": (
            "academicSession",
            {**span, **days, "type": "gradingPeriod", "sourcedId": f"{name}-gradingPeriod"},
        ),
        "courses": ("course", {"title": title, "org": ref(name), "sourcedId": name}),
        "classes": (
            "class",
            {
                "title": title,
                "course": ref(name),
                "school": ref(name),
                "terms": [ref(f"{name}-term")],
                "sourcedId": name,
            },
        ),
        "users": ("user", user),
        "enrollments": ("enrollment", {**parts, "sourcedId": name}),
        "demographics": ("demographics", {"sex": "female", "cityOfBirth": place.word, "sourcedId": name}),
        **_graded(place, name),
    }


def _graded(place: Place, name: str) -> dict[str, tuple[str, Json]]:
    title = place.name(name)
    item = {"title": title, "class": ref("c1"), "resultValueMin": 0, "resultValueMax": 10, "sourcedId": name}
    item |= {"assignDate": "2026-01-01T00:00:00Z", "dueDate": "2026-01-02T00:00:00Z", "category": ref("kept")}
    score = {"student": ref("learner"), "scoreStatus": "fully graded", "score": 7, "scoreDate": "2026-01-03"}
    score |= {"comment": title, "sourcedId": name}
    scale: Json = {"title": title, "type": "letters", "class": ref("c1"), "sourcedId": name}
    scale["scoreScaleValue"] = [{"itemValueLHS": "90-100", "itemValueRHS": "A"}]
    measured = {key: value for key, value in item.items() if key not in {"assignDate", "dueDate", "category"}}
    return {
        "categories": ("category", {"title": title, "sourcedId": name}),
        "lineItems": ("lineItem", item),
        "results": ("result", {**score, "lineItem": ref("kept"), "class": ref("c1")}),
        "scoreScales": ("scoreScale", scale),
        "assessmentLineItems": ("assessmentLineItem", measured),
        "assessmentResults": ("assessmentResult", {**score, "assessmentLineItem": ref("kept")}),
    }


GRADED = ("categories", "lineItems", "results", "scoreScales", "assessmentLineItems", "assessmentResults")


async def made(doors: dict[str, httpx.AsyncClient], apps: dict[str, FastAPI], *districts: TestDistrict) -> World:
    """Two districts, filled alike."""
    database: Database = apps["learner_profile"].state.database
    others = {apps["cohort"]: TOLD_TO_COHORT, apps["marketplace"]: TOLD_TO_MARKETPLACE}
    here, there = places(*districts)
    for place in (here, there):
        await fill_roster(database, place)
        await push(doors["learner_profile"], place)
        await tell(database, place, others)
        await list_and_place(doors["cohort"], doors["marketplace"], place)
        await look_up(doors["learner_profile"], place)
    return World(here, there, doors)


async def push(lp: httpx.AsyncClient, place: Place) -> None:
    """Frameworks, grades and evidence by the systems of this district."""
    sis, lms = (place.district.as_client(*ALL, source=source, roster_source="sis") for source in ("sis", "lms"))
    await _sent(lp, "POST", "/v1/frameworks", sis, json=package(place))
    for source, kept in ((sis, ("kept",)), (lms, ("kept", "lms-own"))):
        for name in kept:
            for collection in GRADED:
                one, record = records(place, name)[collection]
                await _sent(lp, "PUT", f"{GRADEBOOK}/{collection}/{record['sourcedId']}", source, json={one: record})
    await _evidence(lp, place, lms)
    await _aims(lp, place)
    await _profiles(lp, place)
    await _plan(lp, place)
    await _run(lp, place, sis)
    await _written(lp, place)
    matrix = place.district.as_client(*ALL, source="matrix", roster_source="sis")
    await activity.tell(_sent, lp, place, matrix, str(shared(f"framework-{CODES[0]}")))


async def _evidence(lp: httpx.AsyncClient, place: Place, lms: dict[str, str]) -> None:
    for learner in learners():
        for code in CODES if PEOPLE[learner].standing == "here" else ():
            said = {
                "learnerSourcedId": learner,
                "competencyIdentifier": str(shared(f"framework-{code}")),
                "score": "0.5",
                "title": place.name(learner),
                "sourceEventId": f"{learner}-{code}",
                "occurredAt": "2026-01-12T15:00:00Z",
            }
            await _sent(lp, "POST", "/v1/evidence", lms, json=said)


def archive() -> bytes:
    """A OneRoster archive that is none: its run waits for a worker, and there is none here."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as files:
        files.writestr("manifest.csv", "propertyName,value\n")
    return held.getvalue()


async def _profiles(lp: httpx.AsyncClient, place: Place) -> None:
    """A result for every learner, and what one has made: shown, and still a draft."""
    sis = place.district.as_client(*ALL)
    scale = {"title": place.name("quiz"), "type": "FORMATIVE", "scaleMin": 0, "scaleMax": 10}
    await _sent(lp, "PUT", "/v1/assessments/quiz", sis, json=scale)
    entries = [
        {
            "learnerSourcedId": learner,
            "sourceRecordId": learner,
            "content": {
                "kind": "ASSESSMENT_RESULT",
                "assessment": "quiz",
                "score": 7,
                "performanceLevel": place.name(learner),
            },
        }
        for learner in learners()
        if PEOPLE[learner].standing == "here"
    ]
    report = (await _sent(lp, "POST", "/v1/profile/entries", sis, json={"entries": entries})).json()
    assert report["refused"] == []
    for name, state in (("shared", "SHARED"), ("draft", "DRAFT")):
        content = {"kind": "PORTFOLIO_ITEM", "title": place.name(name), "url": "https://w.example", "state": state}
        path = f"/v1/learners/{place.ids['learner']}/profile/{shared(name)}"
        headers = place.district.as_person(place.ids["learner"])
        await _sent(lp, "PUT", path, headers, json={"content": content})


async def _plan(lp: httpx.AsyncClient, place: Place) -> None:
    """A plan of one learner that waits for the teacher, and one of another learner that waits for everybody."""
    answer = {"version": 1, "decision": "AGREED"}
    learner, guardian = (place.district.as_person(place.ids[name]) for name in ("learner", "guardian"))
    for name, of in (("plan", "learner"), ("doomed_plan", "classmate")):
        owner = place.district.as_person(place.ids[of])
        made = await _sent(lp, "POST", "/v1/plans", owner, json=plan(place, of))
        place.ids[name] = UUID(made.json()["id"])
    for who in (learner, guardian):
        await _sent(lp, "POST", f"/v1/plans/{place.ids['plan']}/responses", who, json=answer)


def plan(place: Place, learner: str, **more: Json) -> Json:
    named = {"learnerId": str(place.ids.get(learner, shared(learner))), "title": place.name("plan")}
    return {**named, "goalIds": [str(place.own("agreed"))] if learner == "learner" else [], **more}


async def _aims(lp: httpx.AsyncClient, place: Place) -> None:
    """Goals of one learner, and a block of today for a whole class."""
    learner, guardian = (place.district.as_person(place.ids[name]) for name in ("learner", "guardian"))
    for name in ("draft", "proposed", "agreed"):
        body = goal(place, name, "learner", propose=name != "draft")
        await _sent(lp, "PUT", f"/v1/goals/{place.own(name)}", learner, json=body)
    answer = {"version": 1, "decision": "AGREED"}
    await _sent(lp, "PUT", f"/v1/goals/{place.own('agreed')}/response", guardian, json=answer)
    planner = place.district.as_client(*ALL)
    await _sent(lp, "PUT", f"/v1/classes/c1/days/{today()}", planner, json=day(place))


def goal(place: Place, name: str, learner: str, **more: Json) -> Json:
    terms = {"title": place.name(name), "measure": "Books read", "baseline": 0, "target": 10}
    return {"learnerId": str(place.ids.get(learner, shared(learner))), **terms, **more}


async def _demonstrations(lp: httpx.AsyncClient, place: Place) -> None:
    """Two that a teacher has approved: one to be decided about, and one to be judged."""
    learner, teacher = (place.district.as_person(place.ids[name]) for name in ("learner", "teacher"))
    for name in ("poster", "play"):
        path = f"/v1/demonstrations/{place.own(name)}"
        await _sent(lp, "PUT", path, learner, json=demonstration(place, name, "learner"))
        await _sent(lp, "PUT", f"{path}/decision", teacher, json={"version": 1, "decision": "APPROVED"})


def demonstration(place: Place, name: str, learner: str) -> Json:
    """Scores become evidence with its title, which is the learner's name in this place."""
    named = {"learnerId": str(place.ids.get(learner, shared(learner))), "rubricId": str(shared("rubric"))}
    return {**named, "title": place.name("learner"), "plan": place.name(name)}


SCORE: Json = {"levels": [{"criterion": "ideas", "level": "Begun"}]}


def rubric(place: Place, name: str, state: str) -> Json:
    levels = [{"name": "Begun", "points": 1}, {"name": "Done", "points": 4, "description": place.word}]
    aligned = [str(place.ids[CODES[0]])]
    criterion = {"key": "ideas", "title": "Ideas", "isEssential": True, "competencyIds": aligned, "levels": levels}
    return {"title": place.name(name), "state": state, "criteria": [criterion]}


def today() -> date:
    return datetime.now(ZoneInfo(ZONE)).date()


def day(place: Place) -> Json:
    begins = datetime.combine(today(), time(12), ZoneInfo(ZONE))
    block = {"id": str(place.own("block")), "kind": "WHOLE_GROUP", "title": place.name("block")}
    stretch = {"startsAt": begins.isoformat(), "endsAt": (begins + timedelta(hours=1)).isoformat()}
    return {"blocks": [{**block, **stretch}]}


async def _run(lp: httpx.AsyncClient, place: Place, sis: dict[str, str]) -> None:
    zipped = {**sis, "Content-Type": "application/zip"}
    answer = await _sent(lp, "POST", "/v1/roster/runs?dry_run=true", zipped, content=archive())
    place.ids["run"] = UUID(answer.json()["id"])


async def _written(lp: httpx.AsyncClient, place: Place) -> None:
    """Objects of a system `matrix`: some that stay, some that are removed over and over."""
    matrix = place.district.as_client(*ALL, source="matrix", roster_source="sis")
    for name in ("kept", "doomed"):
        for collection, (one, record) in records(place, name).items():
            path = GRADEBOOK if collection in GRADED else ROSTERING
            await _sent(lp, "PUT", f"{path}/{collection}/{record['sourcedId']}", matrix, json={one: record})
    people = {"guardianSourcedId": "guardian", "learnerSourcedId": "far_learner", "kind": "contact", "source": "sis"}
    post = {"personSourcedId": "aide", "orgSourcedId": "s2", "role": "reviewer", "toOn": "2001-01-01", "source": "sis"}
    for name in ("kept", "doomed"):
        await _sent(lp, "PUT", f"/v1/guardianships/{shared(name)}", matrix, json=people)
        await _sent(lp, "PUT", f"/v1/staff-assignments/{shared(name)}", matrix, json=post)


async def tell(database: Database, place: Place, apps: Mapping[FastAPI, Handlers]) -> None:
    """What the learner profile's outbox holds of this district, as the others' inboxes apply it."""
    async with database.transaction(system(place.district.id)) as session:
        connection = await session.connection()
        rows = (await connection.exec_driver_sql("select * from outbox order by occurred_at, version")).mappings().all()
    for app, handlers in apps.items():
        for row in rows:
            if row["type"] in handlers:
                async with app.state.database.transaction(system(place.district.id)) as session:
                    await handlers[row["type"]](session, [_received(place, row)])


def _received(place: Place, row: Mapping[Any, Any]) -> ReceivedEvent:
    return ReceivedEvent(
        id=row["id"],
        producer="learner_profile",
        type=row["type"],
        subject=row["subject"],
        recorded_at=row["occurred_at"],
        district_id=place.district.id,
        version=row["version"],
        epoch=row["epoch"],
        state=row["state"],
        occurred_at=row["occurred_at"],
        data=row["data"],
    )


async def list_and_place(co: httpx.AsyncClient, mk: httpx.AsyncClient, place: Place) -> None:
    """A program with a placed school, and listings, one of them retired."""
    office = place.district.as_client(*ALL, source="office")
    program, cohort = f"/v1/programs/{shared('program')}", shared("cohort")
    await _sent(co, "PUT", program, office, json={"name": place.name("Program"), "mode": "choice"})
    days = {"beginsOn": "2026-01-01", "launchesOn": "2026-06-01", "endsOn": "2027-01-01"}
    body = {"name": place.name("Cohort"), "position": 1, "capacity": 100, **days}
    await _sent(co, "PUT", f"{program}/cohorts/{cohort}", office, json=body)
    for school in ("s1", "s2"):
        path = f"{program}/placements/{place.ids[school]}"
        await _sent(co, "PUT", path, office, json={"cohortId": str(cohort), "reason": place.word})
    for name, approval in (("resource", "approved"), ("retired", "retired")):
        listing: Json = {"title": place.name(name), "kind": "video", "approval": approval}
        listing["alignments"] = [{"identifier": str(shared(f"framework-{CODES[0]}"))}]
        await _sent(mk, "PUT", f"/v1/resources/{shared(name)}", office, json=listing)


async def look_up(lp: httpx.AsyncClient, place: Place) -> None:
    """Learn the ids that the learner profile chose."""
    sis = place.district.as_client(*ALL)
    page = (await _sent(lp, "GET", "/v1/frameworks", sis)).json()
    place.ids["framework"] = UUID(page["frameworks"][0]["id"])
    body = {"ids": [str(place.ids["framework"])], "sections": [{"key": "items", "name": "items"}]}
    found = (await _sent(lp, "POST", "/graph/frameworks", sis, json=body)).json()
    for edge in found[0]["items"]["edges"]:
        place.ids[edge["node"]["code"]] = UUID(edge["node"]["id"])
    # Whoever is a learner has been disclosed to a system.
    await _sent(lp, "POST", "/graph/learners", sis, json={"ids": [str(place.ids[name]) for name in learners()]})
    body = {"ids": [str(place.ids["learner"])], "sections": [{"key": "alerts", "name": "paceAlerts"}]}
    found = (await _sent(lp, "POST", "/graph/learners", sis, json=body)).json()
    alerts = {each["competency"]["code"]: each["id"] for each in found[0]["alerts"]}
    place.ids["alert"] = UUID(alerts[CODES[1]])
    await _ruled(lp, place)


async def _ruled(lp: httpx.AsyncClient, place: Place) -> None:
    """A policy of days long past, a status that a teacher confers, and a report."""
    office = place.district.as_client(*ALL)
    policy = {"scope": "DISTRICT", "method": "WEIGHTED_LATEST", "toOn": "2001-01-01", "name": place.name("policy")}
    await _sent(lp, "PUT", f"/v1/mastery/policies/{shared('policy')}", office, json=policy)
    await _sent(lp, "PUT", f"/v1/mastery/blueprints/{place.ids['framework']}", office, json={"minimumCount": 2})
    levels = [
        {"name": place.name("not yet"), "lowerBound": 0, "isMastered": False},
        {"name": place.name("mastered"), "lowerBound": 0.7, "isMastered": True},
    ]
    await _sent(lp, "PUT", f"/v1/mastery/scales/{place.ids['framework']}", office, json={"levels": levels})
    status = {"learnerId": str(place.ids["learner"]), "competencyId": str(place.ids[CODES[0]]), "basis": place.word}
    teacher = place.district.as_person(place.ids["teacher"])
    made = (await _sent(lp, "POST", "/v1/mastery/statuses", teacher, json=status)).json()
    place.ids["status"] = UUID(made["id"])
    ended = f"/v1/mastery/statuses/{made['id']}/withdrawal"
    await _sent(lp, "POST", ended, teacher, json={"reason": place.name("mistake")})
    for name, state in (("rubric", "PUBLISHED"), ("drafted rubric", "DRAFT")):
        await _sent(lp, "PUT", f"/v1/rubrics/{shared(name)}", office, json=rubric(place, name, state))
    await _demonstrations(lp, place)
    report = {
        "schoolId": str(place.ids["s1"]),
        "frameworkId": str(place.ids["framework"]),
        "title": place.name("report"),
    }
    await _sent(lp, "PUT", f"/v1/mastery/reports/{shared('report')}", office, json=report)


async def _sent(client: httpx.AsyncClient, method: str, path: str, headers: dict[str, str], **more: Any) -> Any:  # noqa: ANN401
    answer = await client.request(method, path, headers=headers, **more)
    assert answer.status_code in {200, 201, 202, 204}, f"{method} {path}: {answer.status_code} {answer.text}"
    return answer
