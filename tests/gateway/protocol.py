"""A small world behind the graph protocol, in memory: what the plan and the stock executor are compared over."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

Json = Any
Sections = Mapping[str, Callable[[Json, Mapping[str, Json]], Json]]


def uid(kind: int, number: int) -> str:
    return str(UUID(int=(kind << 64) | number))


LEARNERS = [uid(1, n) for n in range(6)]
CLASSES = [uid(2, n) for n in range(3)]
SCHOOLS = [uid(3, n) for n in range(2)]
COMPETENCIES = [uid(4, n) for n in range(7)]
FRAMEWORK = uid(5, 0)
PROGRAM = uid(6, 0)
RUBRIC = uid(13, 0)
RESOURCES = [uid(7, n) for n in range(5)]
HIDDEN = uid(1, 99)
STATES = ["NOT_STARTED", "INSUFFICIENT_EVIDENCE", "DEVELOPING", "MASTERED"]


def page(nodes: list[Json], arguments: Mapping[str, Json]) -> Json:
    ids = [node.get("id") or node["competency"]["id"] for node in nodes]
    start = ids.index(arguments["after"]) + 1 if arguments.get("after") in ids else 0
    shown = nodes[start : start + arguments.get("first", 20)]
    edges = [{"cursor": ids[start + at], "node": node} for at, node in enumerate(shown)]
    info = {"hasNextPage": start + len(shown) < len(nodes), "endCursor": edges[-1]["cursor"] if edges else None}
    return {"edges": edges, "pageInfo": info}


def learner(wanted: str) -> Json:
    n = LEARNERS.index(wanted)
    return {
        "id": wanted,
        "displayName": f"Learner {n}",
        "givenName": "Learner" if n % 2 else None,
        "familyName": str(n),
        "grade": f"{n:02}",
        "unasked": {"deep": [1, 2, 3]},
    }


def school(wanted: str) -> Json:
    n = SCHOOLS.index(wanted)
    return {"id": wanted, "name": f"School {n}", "identifier": None, "level": "MIDDLE", "grades": ["06", "07"][: n + 1]}


def class_(wanted: str) -> Json:
    n = CLASSES.index(wanted)
    teachers = [{"id": uid(8, n), "displayName": f"Teacher {n}", "givenName": "T", "familyName": str(n)}]
    return {
        "id": wanted,
        "title": f"Class {n}",
        "code": None,
        "subjects": ["Math"],
        "periods": [],
        "grades": ["06"],
        "teachers": teachers[: n + 1],
    }


def reference(wanted: str) -> Json:
    n = COMPETENCIES.index(wanted)
    return {"id": wanted, "code": f"6.EE.{n}", "statement": f"Statement {n}", "frameworkId": FRAMEWORK}


def competency(wanted: str) -> Json:
    rest = {"identifier": f"guid-{wanted[-2:]}", "type": None, "grades": ["06"], "state": "ACTIVE"}
    return {**reference(wanted), **rest}


def before(wanted: str) -> Json:
    """The one before it, and one that nobody holds."""
    n = COMPETENCIES.index(wanted)
    held = [{"identifier": f"guid-{each[-2:]}", "competency": reference(each)} for each in COMPETENCIES[:n][-1:]]
    return [*held, {"identifier": "guid-elsewhere", "competency": None}]


def mastery(n: int, wanted: str) -> Json:
    at = (n + COMPETENCIES.index(wanted)) % 4
    score = at * 0.25 if at else None
    as_of = "2026-03-02T08:00:00+00:00" if at else None
    return {
        "competency": reference(wanted),
        "state": STATES[at],
        "level": "Proficient" if at > 2 else None,
        "score": score,
        "asOf": as_of,
        "evidenceCount": at,
        "pace": "ON_PACE" if 0 < at < 3 else None,
    }


def mastery_section(one: Json, arguments: Mapping[str, Json]) -> Json:
    n = LEARNERS.index(one["id"])
    wanted = arguments.get("competencyIds")
    return page([mastery(n, each) for each in COMPETENCIES if wanted is None or each in wanted], arguments)


def needs_section(one: Json, arguments: Mapping[str, Json]) -> Json:
    n = LEARNERS.index(one["id"])
    below = [mastery(n, each) for each in COMPETENCIES]
    return page([each for each in below if each["state"] in STATES[1:3]], arguments)


def evidence_section(one: Json, arguments: Mapping[str, Json]) -> Json:
    n = LEARNERS.index(one["id"])
    pieces = [
        {
            "id": uid(9, n * 10 + at),
            "sourceEventId": None,
            "occurredAt": "2026-03-01T08:00:00+00:00",
            "recordedAt": "2026-03-01T09:00:00+00:00",
            "score": at / 4,
            "kind": "quiz",
            "title": None,
            "competency": reference(COMPETENCIES[at]),
        }
        for at in range(n % 4)
    ]
    return page(pieces, arguments)


def cohort(_: Json) -> Json:
    return {
        "id": uid(10, 0),
        "name": "First",
        "programId": PROGRAM,
        "phase": "PLANNING",
        "window": {"from": "2026-01-01", "to": None},
        "capacity": {"schools": 9, "used": 2},
        "schools": [{"id": each, "name": school(each)["name"]} for each in SCHOOLS],
    }


def resource(n: int) -> Json:
    return {
        "id": RESOURCES[n],
        "kind": "VIDEO",
        "title": f"Resource {n}",
        "description": None,
        "url": None,
        "licence": "CC-BY-4.0",
        "language": "en",
        "grades": [],
        "approval": "APPROVED",
        "reasons": [],
        "alignments": [
            {"competency": {"id": COMPETENCIES[n], "identifier": f"guid-{n}", "code": f"6.EE.{n}"}, "strength": 1}
        ],
    }


def alerts(subject: str, arguments: Mapping[str, Json]) -> Json:
    made = [
        {
            "id": uid(13, n),
            "kind": "PACE_STALLED",
            "state": "NEW",
            "since": "2026-03-01",
            "note": None,
            "learnerId": subject,
            "competency": reference(COMPETENCIES[n]),
        }
        for n in range(3)
    ]
    return page(made, arguments)


def progress(*_: Json) -> Json:
    framework = {"id": FRAMEWORK, "identifier": "guid", "title": "Math"}
    counts = {"learners": 3, "assessed": 9, "mastered": 4, "developing": 3, "insufficient": 2}
    return [{"framework": framework, **counts}]


LEARNER_SECTIONS: Sections = {
    "paceAlerts": lambda one, _: [edge["node"] for edge in alerts(one["id"], {})["edges"]],
    "school": lambda one, _: school(SCHOOLS[LEARNERS.index(one["id"]) % 2]) if one["id"] != LEARNERS[5] else None,
    "classes": lambda one, _: [class_(each) for each in CLASSES[: LEARNERS.index(one["id"]) % 3 + 1]],
    "mastery": mastery_section,
    "evidence": evidence_section,
    "needs": needs_section,
}
CRITERION = {
    "key": "ideas",
    "title": "Ideas",
    "weight": 2,
    "isEssential": True,
    "competencies": [reference(COMPETENCIES[0])],
    "levels": [{"name": "Begun", "points": 1}, {"name": "Done", "points": 3.5, "description": "All of it"}],
}
PLACEMENT = {
    "id": uid(11, 0),
    "school": {"id": SCHOOLS[0], "name": "School 0"},
    "cohortId": uid(10, 0),
    "cohortName": "First",
    "version": 1,
    "placedOn": "2026-01-02",
    "reason": None,
}
NOUNS: dict[tuple[str, str], tuple[list[str], Callable[[str], Json], Sections]] = {
    ("learner_profile", "learners"): (LEARNERS, learner, LEARNER_SECTIONS),
    ("learner_profile", "classes"): (
        CLASSES,
        class_,
        {
            "learners": lambda _, arguments: page([learner(each) for each in LEARNERS], arguments),
            "school": lambda one, _: school(SCHOOLS[CLASSES.index(one["id"]) % 2]),
            "course": lambda *_: None,
            "progress": progress,
        },
    ),
    ("learner_profile", "schools"): (
        SCHOOLS,
        school,
        {
            "learners": lambda _, arguments: page([learner(each) for each in LEARNERS], arguments),
            "classes": lambda _, arguments: page([class_(each) for each in CLASSES], arguments),
            "progress": progress,
        },
    ),
    ("learner_profile", "competencies"): (
        COMPETENCIES,
        competency,
        {"prerequisites": lambda one, _: before(one["id"])},
    ),
    ("learner_profile", "plans"): ([], lambda wanted: {"id": wanted}, {}),
    ("learner_profile", "frameworks"): (
        [FRAMEWORK],
        lambda wanted: {
            "id": wanted,
            "identifier": "guid",
            "title": "Math",
            "subject": None,
            "version": "1",
            "state": "PUBLISHED",
        },
        {"items": lambda _, arguments: page([competency(each) for each in COMPETENCIES], arguments)},
    ),
    ("learner_profile", "rubrics"): (
        [RUBRIC],
        lambda wanted: {
            "id": wanted,
            "version": 2,
            "title": "Arguments",
            "state": "PUBLISHED",
            "criteria": [CRITERION],
        },
        {},
    ),
    ("cohort", "schools"): (
        SCHOOLS,
        lambda wanted: {"id": wanted, "name": "elsewhere"},
        {"cohort": lambda one, _: cohort(one) if one["id"] == SCHOOLS[0] else None},
    ),
    ("cohort", "programs"): (
        [PROGRAM],
        lambda wanted: {"id": wanted, "name": "Rollout", "mode": "CHOICE", "mandate": True},
        {"cohorts": lambda one, _: [cohort(one)], "placements": lambda _, arguments: page([PLACEMENT], arguments)},
    ),
    ("marketplace", "competencies"): (
        COMPETENCIES[:5],
        lambda wanted: {"id": wanted},
        {"resources": lambda one, arguments: page([resource(COMPETENCIES.index(one["id"])), resource(0)], arguments)},
    ),
}
SOLES: dict[str, tuple[Json, Sections]] = {
    "me": (
        {
            "id": LEARNERS[0],
            "displayName": "Learner 0",
            "givenName": "Learner",
            "familyName": "0",
            "learnerId": LEARNERS[0],
            "roles": [{"role": "TEACHER", "orgId": SCHOOLS[0], "orgName": None}],
        },
        {
            "visibleLearners": lambda _, arguments: page([learner(each) for each in LEARNERS], arguments),
            "alerts": lambda _, arguments: alerts(LEARNERS[2], arguments),
        },
    ),
    "district": (
        {"id": uid(12, 0), "name": "District", "slug": "district", "timeZone": "America/New_York"},
        {"schools": lambda _, arguments: page([school(each) for each in SCHOOLS], arguments)},
    ),
}


@dataclass(repr=False)
class World:
    """Answers for all three services; `down` services answer 503, `calls` remembers who was asked what."""

    down: set[str] = field(default_factory=set)
    calls: list[tuple[str, str, Json]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answers: dict[tuple[str, str], Response] = field(default_factory=dict)
    slow: set[str] = field(default_factory=set)
    refuse: Callable[[Json], Response | None] = lambda _: None

    def __repr__(self) -> str:
        return "World"

    def app(self, service: str) -> Starlette:
        async def answer(request: Request) -> Response:
            body = await request.body()
            asked = orjson.loads(body) if body else None
            self.calls.append((service, request.url.path, asked))
            self.headers.append(dict(request.headers))
            if service in self.slow:
                await asyncio.sleep(30)
            if service in self.down:
                return Response(status_code=503)
            given = self.answers.get((service, request.url.path)) or self.refuse(asked)
            return given or Response(orjson.dumps(_found(service, request.url.path, asked)))

        return Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST", "PUT"])])


def _found(service: str, path: str, asked: Json) -> Json:
    noun = path.rsplit("/", 1)[1]
    if noun == "search-resources":
        found = page([resource(n) for n in range(5)], asked)
        facets = [{"name": "kind", "values": [{"value": "VIDEO", "count": 5}]}]
        return {**found, "totalCount": 5, "facets": facets}
    if noun in SOLES:
        one, sections = SOLES[noun]
        return _with_sections(one, sections, asked)
    known, plain, sections = NOUNS[service, noun]
    return [_with_sections(plain(each), sections, asked) for each in reversed(asked["ids"]) if each in known]


def _with_sections(one: Json, sections: Sections, asked: Json) -> Json:
    """Sections that this world knows nothing of are null, which every field that a section supplies may be."""
    return one | {each["key"]: sections.get(each["name"], _nothing)(one, each["args"]) for each in asked["sections"]}


def _nothing(*_: Json) -> None:
    return None
