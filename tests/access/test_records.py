"""The matrix of people's records: the graph's batch reads with every section, live streams and evidence."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from kit.graph import Noun, Single
from services.cohort.graph.queries import PROGRAMS
from services.cohort.graph.queries import SCHOOLS as PLACED_SCHOOLS
from services.learner_profile.competency.queries.graph import COMPETENCIES, FRAMEWORKS
from services.learner_profile.demonstration.queries import RUBRICS
from services.learner_profile.graph.queries import CLASSES, DISTRICT, LEARNERS, ME, PERSONS, SCHOOLS
from services.learner_profile.plan.queries import PLANS
from services.marketplace.graph.queries import COMPETENCIES as SERVED_COMPETENCIES
from services.marketplace.graph.queries import RESOURCES
from tests.access import oracle, relations
from tests.access.callers import Crowd, Visitor
from tests.access.filling import CODES, shared
from tests.access.ledger import Ledger
from tests.access.operations import OPERATIONS
from tests.access.oracle import Assessing, Caller
from tests.access.requests import UNKNOWN
from tests.access.world import Place, World

Json = Any
READABLE = [name for name in oracle.learners() if relations.PEOPLE[name].standing == "here"]
SECTIONS = {
    "learner_profile/learners": {
        "classes",
        "school",
        "mastery",
        "explainedMastery",
        "evidence",
        "needs",
        "statuses",
        "goals",
        "demonstrations",
        "nextSteps",
        "today",
        "paces",
        "paceAlerts",
        "readyToAdvance",
        "advanceDecisions",
        "achievement",
        "courses",
        "skills",
        "collegeMilestones",
        "interests",
        "preferences",
        "portfolio",
        "inventories",
        "experiences",
        "digitalAccess",
        "homeAccess",
        "disclosures",
        "plan",
        "viewerRights",
        "frontier",
        "trajectory",
    },
    "learner_profile/classes": {"learners", "school", "course", "day", "progress", "trend", "needsInstruction"},
    "learner_profile/schools": {"learners", "classes", "progress", "trend", "gaps"},
    "learner_profile/persons": set(),
    "learner_profile/plans": {"diff"},
    "learner_profile/me": {"visibleLearners", "alerts"},
    "learner_profile/district": {"schools", "trend", "gaps", "sources", "dataCatalog"},
    "learner_profile/competencies": {"framework", "prerequisites"},
    "learner_profile/frameworks": {"items"},
    "learner_profile/rubrics": set(),
    "cohort/schools": {"cohort"},
    "cohort/programs": {"cohorts", "placements"},
    "marketplace/competencies": {"resources"},
    "marketplace/resources": set(),
}
"""Every section of every noun; a new one fails until it stands here and in a test below."""


ARGUMENTS: dict[str, Json] = {
    "trend": {"fromOn": "2026-01-01", "toOn": "2090-01-01", "by": "DAY"},
    "gaps": {"by": ["GRADE"]},
    "diff": {"from": 1, "to": 1},
}
"""Of sections that do not go without."""


def test_every_section_is_classified() -> None:
    nouns: dict[str, dict[str, Noun | Single]] = {
        "learner_profile": {
            "learners": LEARNERS, "classes": CLASSES, "schools": SCHOOLS, "persons": PERSONS, "me": ME,
            "district": DISTRICT, "competencies": COMPETENCIES, "frameworks": FRAMEWORKS, "plans": PLANS,
            "rubrics": RUBRICS,
        },
        "cohort": {"schools": PLACED_SCHOOLS, "programs": PROGRAMS},
        "marketplace": {"competencies": SERVED_COMPETENCIES, "resources": RESOURCES},
    }  # fmt: skip
    served = {
        f"{service}/{name}": set(noun.sections) for service, found in nouns.items() for name, noun in found.items()
    }
    assert served == SECTIONS
    doors = {f"{one.service}{one.path.removeprefix('/graph')}" for one in OPERATIONS if one.group == "graph"}
    beside = {"marketplace/search-resources", "learner_profile/learners/{learner_id}/changes"}
    assert doors == set(SECTIONS) | beside


@dataclass(frozen=True)
class Asked:
    """What a visitor was told about the objects of one district: by name, each with its sections."""

    status: int
    found: dict[str, Json]
    body: str


async def ask(world: World, visitor: Visitor, path: str, place: Place, names: list[str]) -> Asked:
    service, noun = path.split("/")
    ids = {str(_known(place, name)): name for name in names} | {str(UNKNOWN): "unknown"}
    paged = {
        "alerts",
        "learners",
        "classes",
        "visibleLearners",
        "schools",
        "items",
        "placements",
        "mastery",
        "evidence",
        "disclosures",
    }
    sections = [
        {"key": name, "name": name, "args": {"first": 500} if name in paged - ({"classes"} & {noun}) else {}}
        for name in sorted(SECTIONS[path])
    ]
    sections = [{**one, "args": ARGUMENTS.get(str(one["name"]), one["args"])} for one in sections]
    wanted = {"competencyIds": [str(place.ids[CODES[1]])]}
    sections = [{**one, "args": wanted} if one["name"] == "needsInstruction" else one for one in sections]
    if noun == "learners":
        sections = [{**one, "args": {}} if one["name"] == "classes" else one for one in sections]
    body: Json = {"sections": sections} if noun in {"me", "district"} else {"ids": list(ids), "sections": sections}
    answer = await world.doors[service].post(f"/graph/{noun}", json=body, headers=visitor.headers)
    told = answer.json() if answer.status_code == 200 else []
    listed = [one for one in (told if isinstance(told, list) else [told]) if one]
    return Asked(answer.status_code, {ids.get(one["id"], noun): one for one in listed}, answer.text)


def _known(place: Place, name: str) -> object:
    return place.ids.get(name) or shared(name)


def names_in(place: Place, connection: Json) -> list[str]:
    known = {str(one): name for name, one in place.ids.items()}
    return sorted(known.get(edge["node"]["id"], "somebody else") for edge in connection["edges"])


Sees = Callable[[Caller, str], bool]
Inside = Callable[[Visitor, Place, str, Json], dict[str, tuple[object, object]]]
"""What sections of an object hold for a visitor, and what they should."""


def _of_learner(visitor: Visitor, place: Place, name: str, one: Json) -> dict[str, tuple[object, object]]:
    seats = [seat for seat in relations.SEATS if seat.person == name and seat.when == "now"]
    running = {
        seat.class_
        for seat in seats
        if relations.CLASSES[seat.class_].when == "now" and not relations.CLASSES[seat.class_].is_removed
    }
    evidence = {edge["node"]["title"] for edge in one["evidence"]["edges"]}
    return {
        "classes": (sorted(each["title"] for each in one["classes"]), sorted(place.name(each) for each in running)),
        "evidence": (evidence, {place.name(name)}),
        "mastery": (sorted(edge["node"]["competency"]["code"] for edge in one["mastery"]["edges"]), list(CODES)),
        "explainedMastery": (
            sorted(edge["node"]["mastery"]["competency"]["code"] for edge in one["explainedMastery"]["edges"]),
            list(CODES),
        ),
        "needs": (len(one["needs"]["edges"]), len(CODES)),
        "nextSteps": (len(one["nextSteps"]["edges"]), len(CODES)),
        # New evidence on the first competency, which other tests record, ends its alert.
        "paces": (sorted(each["competency"]["code"] for each in one["paces"]), list(CODES)),
        "paceAlerts": (
            [each["competency"]["code"] for each in one["paceAlerts"] if each["competency"]["code"] != CODES[0]],
            [CODES[1]] if oracle.is_alerted(visitor.caller, name) else [],
        ),
        "readyToAdvance": (one["readyToAdvance"], []),
        "achievement": (_titles(one["achievement"], "performanceLevel"), [place.name(name)]),
        "portfolio": (
            _titles(one["portfolio"], "title"),
            sorted([place.name("shared"), *([place.name("draft")] if visitor.caller.person == name else [])])
            if name == "learner"
            else [],
        ),
        # A system has read every learner before anybody came.
        "disclosures": (bool(one["disclosures"]["edges"]), oracle.sees_disclosures(visitor.caller, name)),
        "plan": (_planned(name, one["plan"]), place.name("plan") if name in _PLANNED else None),
        "viewerRights": (one["viewerRights"], oracle.rights(visitor.caller, name)),
        "frontier": (one["frontier"], []),
        "trajectory": (sorted(each["competency"]["code"] for each in one["trajectory"]), list(CODES)),
        "goals": (_kept(place, one["goals"]), _goals(visitor, place, name)),
        "demonstrations": (
            {each["plan"] for each in one["demonstrations"]} - {place.name("proposal")},
            {place.name("poster"), place.name("play")} if name == "learner" else set(),
        ),
        "today": (
            [each["title"] for each in one["today"]["blocks"]],
            [place.name("block")] if "c1" in running else [],
        ),
    }


def _titles(connection: Json, member: str) -> list[str]:
    return sorted(edge["node"][member] for edge in connection["edges"])


_PLANNED = ("learner", "classmate")


def _planned(name: str, plan: Json) -> str | None:
    """The title of a plan that the world began with; other tests propose some for others."""
    return plan["title"] if name in _PLANNED else None


def _kept(place: Place, goals: list[Json]) -> set[str]:
    """The titles of the goals that the world began with; other tests set some beside them."""
    begun = {place.name(name) for name in ("draft", "proposed", "agreed")}
    return begun & {goal["title"] for goal in goals}


def _goals(visitor: Visitor, place: Place, name: str) -> set[str]:
    """A draft is the learner's own."""
    if name != "learner":
        return set()
    shown = {place.name("agreed"), place.name("proposed")}
    return shown | {place.name("draft")} if visitor.caller.person == name else shown


def _of_class(visitor: Visitor, place: Place, name: str, one: Json) -> dict[str, tuple[object, object]]:
    members = oracle.class_members(name)
    seen = sorted(each for each in members if oracle.sees_learner(visitor.caller, each))
    shown = [
        sorted(name for name, id_ in place.ids.items() if str(id_) in {each["learnerId"] for each in block["members"]})
        for block in one["day"]["blocks"]
    ]
    return {
        "learners": (names_in(place, one["learners"]), seen),
        "day": (shown, [seen] if name == "c1" else []),
        "needsInstruction": (
            _taught_together(one["needsInstruction"]),
            (sorted(str(place.ids[each]) for each in seen) if oracle.leads_class(visitor.caller, name) else None),
        ),
        **_figures(
            place, one, shown=oracle.leads_class(visitor.caller, name) or oracle.sees_counts(visitor.caller), gaps=False
        ),
    }


def _taught_together(needs: Json) -> list[str] | None:
    """Nobody of the world has mastered anything."""
    return None if needs is None else sorted(one["id"] for need in needs for one in need["learners"])


def _figures(place: Place, one: Json, *, shown: bool, gaps: bool) -> dict[str, tuple[object, object]]:
    """Null to whom they are not for; nothing of the other district in them."""
    told = {name: one[name] for name in ("progress", "trend", "gaps") if name in one}
    names = {point["framework"]["title"] for name in ("progress", "trend") for point in told[name] or ()}
    return {
        "figures": (
            {name for name, figure in told.items() if figure is not None},
            ({"progress", "trend"} if shown else set()) | ({"gaps"} if gaps else set()),
        ),
        "frameworks": (names <= {place.name("Framework")}, True),
    }


def _of_school(visitor: Visitor, place: Place, name: str, one: Json) -> dict[str, tuple[object, object]]:
    learners = [each for each in oracle.learners_at(name) if oracle.sees_learner(visitor.caller, each)]
    classes = [each for each, class_ in relations.CLASSES.items() if class_.school == name]
    return {
        "learners": (names_in(place, one["learners"]), sorted(learners)),
        "classes": (
            names_in(place, one["classes"]),
            sorted(each for each in classes if oracle.sees_class(visitor.caller, each)),
        ),
        **_figures(
            place, one, shown=oracle.sees_counts(visitor.caller, name), gaps=oracle.sees_figures(visitor.caller, name)
        ),
    }


def _of_plan(visitor: Visitor, place: Place, _: str, one: Json) -> dict[str, tuple[object, object]]:
    """Whoever sees the plan sees its approvals, but never one of a guardian whom a court has restricted."""
    goals = {goal["title"] for goal in one["goals"]}
    restricted = str(place.ids["restricted_guardian"]) in str(one["approvals"])
    return {"diff": (one["diff"], []), "goals": (goals, {place.name("agreed")}), "approvals": (restricted, False)}


def _nothing_more(*_: object) -> dict[str, tuple[object, object]]:
    return {}


def _sees_the_plan(caller: Caller, _: str) -> bool:
    return oracle.sees_learner(caller, "learner")


ROSTER: dict[str, tuple[list[str], list[str], Sees, Inside]] = {
    "learner_profile/learners": (list(relations.PEOPLE), READABLE, oracle.sees_learner, _of_learner),
    "learner_profile/classes": (list(relations.CLASSES), list(relations.CLASSES), oracle.sees_class, _of_class),
    "learner_profile/persons": (
        list(relations.PEOPLE), list(relations.PEOPLE), oracle.knows_person, _nothing_more,
    ),
    "learner_profile/plans": (["plan"], ["plan"], _sees_the_plan, _of_plan),
    "learner_profile/schools": (["s1", "s2", "d"], ["s1", "s2"], lambda *_: True, _of_school),
}  # fmt: skip
"""What is asked for, what of it is of the noun, who sees it, and what the sections then hold."""


@pytest.mark.parametrize("path", ROSTER)
async def test_a_record_is_shown_to_those_who_stand_to_it(path: str, world: World, crowd: Crowd) -> None:
    """And to nobody of the other district, although every sourcedId is the same there."""
    asked, of_noun, sees, inside = ROSTER[path]
    wrong = []
    for visitor in crowd.everybody:
        for place in world.places:
            answer = await ask(world, visitor, path, place, asked)
            is_home = visitor.caller.is_valid and visitor.home is place
            expected = {name for name in of_noun if is_home and sees(visitor.caller, name)}
            wrong += _compared(visitor, place, answer, expected)
            for name in expected & set(answer.found):
                held = inside(visitor, place, name, answer.found[name])
                wrong += [
                    f"{visitor}: {name}.{part}: {got}, not {due}" for part, (got, due) in held.items() if got != due
                ]
            if world.other(visitor.home).word in answer.body:
                wrong.append(f"{visitor} sees something of the other district")
    assert wrong == []


def _compared(visitor: Visitor, place: Place, answer: Asked, expected: set[str]) -> list[str]:
    if not visitor.caller.is_valid:
        return [] if answer.status == 401 else [f"{visitor}: {answer.status}"]
    if answer.status not in {200} | ({403} if visitor.caller.is_system else set()):
        return [f"{visitor}: {answer.status} {answer.body[:200]}"]
    differs = set(answer.found) ^ expected
    return [f"{visitor} about {place.word}: differs in {sorted(differs)}"] if differs else []


async def test_everybody_has_exactly_one_self(world: World, crowd: Crowd) -> None:
    """With the list of learners who stand to the caller."""
    wrong = []
    for visitor in crowd.everybody:
        answer = await ask(world, visitor, "learner_profile/me", visitor.home, [])
        person = visitor.caller.person
        stands = person in relations.PEOPLE and relations.PEOPLE[str(person)].standing == "here"
        due = 401 if not visitor.caller.is_valid else 403 if visitor.caller.is_system else 200
        if (answer.status, bool(answer.found)) != (due, visitor.caller.is_valid and stands):
            wrong.append(f"{visitor}: {answer.status} {answer.body[:100]}")
        for one in answer.found.values():
            listed = names_in(visitor.home, one["visibleLearners"])
            if listed != sorted(oracle.near(visitor.caller)):
                wrong.append(f"{visitor}: {listed}, not {sorted(oracle.near(visitor.caller))}")
    assert wrong == []


OPEN = {
    "learner_profile/district": [],
    "learner_profile/frameworks": ["framework"],
    "learner_profile/competencies": list(CODES),
    "learner_profile/rubrics": ["rubric", "drafted rubric"],
    "cohort/schools": ["s1", "s2"],
    "cohort/programs": ["program"],
    "marketplace/competencies": list(CODES),
    "marketplace/resources": ["resource", "retired"],
}


@pytest.mark.parametrize("path", OPEN)
async def test_what_is_open_is_open_to_the_district_alone(path: str, world: World, crowd: Crowd) -> None:
    """Even where the other district uses the same ids: each sees its own."""
    wrong = []
    for visitor in crowd.everybody:
        answer = await ask(world, visitor, path, visitor.home, OPEN[path])
        expected = set(OPEN[path]) - {"retired", "drafted rubric"} or {"district"}
        if not visitor.caller.is_valid:
            wrong += [] if answer.status == 401 else [f"{visitor}: {answer.status}"]
        elif set(answer.found) != expected or visitor.home.word not in answer.body + "code":
            wrong.append(f"{visitor}: {answer.status} {answer.body[:200]}")
        if world.other(visitor.home).word in answer.body:
            wrong.append(f"{visitor} sees something of the other district")
    assert wrong == []


async def test_whence_data_comes_is_shown_to_those_who_answer_for_it(world: World, crowd: Crowd) -> None:
    """Null to everybody else, systems too."""
    wrong = []
    for visitor in crowd.everybody:
        answer = await ask(world, visitor, "learner_profile/district", visitor.home, [])
        due = {"sources", "dataCatalog"} if oracle.answers_for_data(visitor.caller) else set()
        for one in answer.found.values():
            shown = {name for name in ("sources", "dataCatalog") if one[name]}
            hidden = {name for name in ("sources", "dataCatalog") if one[name] is None}
            if shown != due or hidden != {"sources", "dataCatalog"} - due:
                wrong.append(f"{visitor}: {shown}, not {due}")
    assert wrong == []


async def test_a_search_finds_and_counts_what_is_the_districts_own(world: World, crowd: Crowd) -> None:
    wrong = []
    for visitor in crowd.everybody:
        answer = await world.doors["marketplace"].post(
            "/graph/search-resources", json={"text": "resource"}, headers=visitor.headers
        )
        if not visitor.caller.is_valid:
            wrong += [] if answer.status_code == 401 else [f"{visitor}: {answer.status_code}"]
            continue
        found = answer.json()
        shown = [edge["node"]["title"] for edge in found["edges"]]
        counted = found["totalCount"], [value["count"] for facet in found["facets"][:1] for value in facet["values"]]
        if shown != [visitor.home.name("resource")] or counted != (1, [1]):
            wrong.append(f"{visitor}: {answer.text[:300]}")
    assert wrong == []


async def test_a_live_stream_opens_to_those_who_see_the_learner(world: World, crowd: Crowd) -> None:
    """Of a token that is just over, so that a stream that opens ends at once."""
    wrong = []
    for visitor in crowd.everybody:
        if not visitor.caller.is_valid:
            continue
        late = _just_over(visitor)
        for name in (*READABLE, "teacher", "removed_learner"):
            path = f"/graph/learners/{world.here.ids[name]}/changes"
            answer = await world.doors["learner_profile"].get(path, headers=late)
            sees = visitor.home is world.here and oracle.sees_learner(visitor.caller, name)
            due = {200} if sees and name in READABLE else {403, 404} if visitor.caller.is_system else {404}
            is_staff_record = name == "teacher" and visitor.home is world.here
            if answer.status_code not in due and not is_staff_record:
                wrong.append(f"{visitor}: {name}: {answer.status_code}, not {due}")
    assert wrong == []


def _just_over(visitor: Visitor) -> dict[str, str]:
    mint, district = visitor.home.district.mint, visitor.home.district
    claims: dict[str, Any] = {"district_id": str(district.id), "client_id": visitor.name, "exp": int(time.time()) - 2}
    if visitor.caller.is_system:
        claims |= {"sub": visitor.name, "source": "sis", "roster_source": "sis"}
        claims |= {"scope": " ".join(sorted(visitor.caller.scopes))}
    else:
        claims |= {"sub": str(visitor.home.ids.get(str(visitor.caller.person), UNKNOWN)), "scope": ""}
    return {"Authorization": f"Bearer {mint.token(**claims)}"}


_ASSESSED = ("learner", "classmate", "far_learner", "removed_learner", "unknown")


async def test_evidence_is_recorded_by_those_who_teach(world: World, crowd: Crowd, ledger: Ledger) -> None:
    """Who may only see is refused; for whom the learner is not there, it is not there."""
    near = [visitor for visitor in crowd.everybody if visitor.home is world.here or visitor in crowd.some]
    attempts = [(visitor, name) for visitor in near for name in _ASSESSED]
    served = [one for one in attempts if _due(world, *one) == "served"]
    before = await ledger.figure("learner_profile", world.here.district.id)
    wrong = [await _deviation(world, *one) for one in attempts if one not in served]
    assert await ledger.figure("learner_profile", world.here.district.id) == before
    wrong += [await _deviation(world, *one) for one in served]
    assert served
    assert [said for said in wrong if said] == []


def _due(world: World, visitor: Visitor, name: str) -> oracle.Verdict:
    """A system without the scope is refused at the door; to everybody else of the other district nobody is there."""
    rule = next(one.rule for one in OPERATIONS if one.path == "/v1/evidence")
    assert isinstance(rule, Assessing)
    due = oracle.assesses(visitor.caller, name, rule.scopes)
    is_let_in = visitor.caller.is_valid and (visitor.caller.person is not None or due != "refused")
    return "absent" if visitor.home is world.there and is_let_in else due


async def _deviation(world: World, visitor: Visitor, name: str) -> str:
    found, due = _verdict(await _record(world, visitor, name)), _due(world, visitor, name)
    return "" if found == due else f"{visitor}: {name}: {found}, not {due}"


async def _record(world: World, visitor: Visitor, name: str) -> httpx.Response:
    said = {
        "learnerId": str(world.here.ids.get(name, UNKNOWN)),
        "competencyIdentifier": str(shared(f"framework-{CODES[0]}")),
        "score": "0.5",
        "title": world.here.name(name),
        "sourceEventId": f"matrix-{name}",
    }
    return await world.doors["learner_profile"].post("/v1/evidence", json=said, headers=visitor.headers)


def _verdict(answer: httpx.Response) -> str:
    known = {201: "served", 401: "stranger", 403: "refused", 404: "absent"}
    return known.get(answer.status_code, answer.text)
