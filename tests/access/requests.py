"""How each operation is called: on objects that are there, with a body that it takes.

`own` names the parameters that hold ids which only the place asked about has; all others exist in both districts.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID, uuid4

from tests.access import activity
from tests.access.filling import (
    CODES,
    SCORE,
    archive,
    day,
    demonstration,
    goal,
    package,
    plan,
    records,
    ref,
    rubric,
    shared,
    today,
)
from tests.access.operations import Operation
from tests.access.world import Place

Json = Any
UNKNOWN = UUID("00000000-0000-7000-8000-0000000000ff")
_ITEMS: Final = "/lti/ags/v2/contexts/{class_id}/lineitems"
_PARAMETER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Call:
    """`lets_in` are the statuses of a caller who may; `shows` says whether the answer then holds the district's word."""

    parameters: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    sent: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    own: frozenset[str] = frozenset()
    lets_in: frozenset[int] = frozenset({200, 201, 202, 204})
    shows: bool = True
    source: str = "sis"

    def path(self, operation: Operation) -> str:
        return _PARAMETER.sub(lambda found: self.parameters[found[1]], operation.path) + self.query

    def on_nothing(self) -> "Call":
        """The same on objects that are nowhere."""
        return replace(self, parameters={**self.parameters, **dict.fromkeys(self.own, str(UNKNOWN))})


def call(operation: Operation, place: Place, visitor: str = "") -> Call:
    """The request of this operation about this place; `visitor` tells writers apart where each needs an object of its own."""
    if operation.group == "own":
        return _OWN[operation.method, operation.path](place, visitor)
    return _oneroster(operation, place)


_READ_IDS: Final = {
    "orgs": "s1",
    "schools": "s1",
    "academicSessions": "schoolYear-now",
    "terms": "term-now",
    "gradingPeriods": "gradingPeriod-now",
    "courses": "course",
    "classes": "c1",
    "users": "learner",
    "students": "learner",
    "teachers": "teacher",
    "enrollments": "learner-c1",
    "demographics": "learner",
}
_PARENTS: Final = {
    "classSourcedId": "c1",
    "schoolSourcedId": "s1",
    "courseSourcedId": "course",
    "studentSourcedId": "learner",
    "teacherSourcedId": "teacher",
    "userSourcedId": "learner",
    "termSourcedId": "term-now",
    "lineItemSourcedId": "kept",
    "academicSessionSourcedId": "term-now",
}


def _oneroster(operation: Operation, place: Place) -> Call:
    collection = operation.path.rstrip("}").removesuffix("/{sourcedId").rsplit("/", 1)[-1]
    if operation.method == "GET":
        parameters = _PARENTS | {"sourcedId": _READ_IDS.get(collection, "kept")}
        return Call(parameters, shows=collection != "enrollments")
    return _oneroster_write(operation, place, collection)


def _oneroster_write(operation: Operation, place: Place, collection: str) -> Call:
    """Writes go to the objects of a system of its own, so that the roster that is read stays as it is."""
    below_a_term = operation.path.endswith("/terms/{termSourcedId}/gradingPeriods")
    seats = operation.path.rsplit("/", 1)[-1] in {"students", "teachers"}
    kept = records(place, "kept", operation.group)
    one, record = kept["enrollments" if seats else collection]
    parents = dict.fromkeys(_PARENTS, "kept") | {"termSourcedId": "kept-term"} if seats or below_a_term else _PARENTS
    if seats:
        record = {"user": ref("kept"), "sourcedId": f"kept-{collection}"}
    name = record["sourcedId"].replace("kept", "doomed") if operation.method == "DELETE" else record["sourcedId"]
    sent = {"json": {one: record}} if operation.method != "DELETE" else {}
    return Call({**parents, "sourcedId": name}, sent=sent, shows=False, source="matrix")


def _nothing(_: Place, __: str) -> Call:
    return Call(shows=False)


def _named(**parameters: str) -> Callable[[Place, str], Call]:
    """Objects whose ids both districts use."""
    return lambda _, __: Call({name: str(shared(value)) for name, value in parameters.items()})


def _client(kind: str, lets_in: frozenset[int] = frozenset({200, 201, 204})) -> Callable[[Place, str], Call]:
    return lambda place, _: Call(
        {"client_id": place.clients[kind]}, own=frozenset({"client_id"}), lets_in=lets_in, shows=False
    )


def _run(lets_in: frozenset[int] = frozenset({200})) -> Callable[[Place, str], Call]:
    return lambda place, _: Call(
        {"run_id": str(place.ids["run"])}, own=frozenset({"run_id"}), lets_in=lets_in, shows=False
    )


def _upload(_: Place, __: str) -> Call:
    return Call(
        query="?dry_run=true", sent={"content": archive()}, headers={"Content-Type": "application/zip"}, shows=False
    )


def _policy(_: Place, __: str) -> Call:
    return Call({"source": "sis"}, sent={"json": {"absence": "keep", "removalShare": 0.2}}, shows=False)


def _guardianship(_: Place, __: str) -> Call:
    body = {"guardianSourcedId": "guardian", "learnerSourcedId": "far_learner", "kind": "contact", "source": "sis"}
    return Call({"guardianship_id": str(shared("kept"))}, sent={"json": body}, shows=False, source="matrix")


def _adult_access(place: Place, _: str) -> Call:
    given = {"json": {"kind": "TAX_DEPENDENT"}}
    return Call(
        {"guardianship_id": str(place.ids["care"])}, sent=given, own=frozenset({"guardianship_id"}), shows=False
    )


def _adult_access_rule(_: Place, __: str) -> Call:
    return Call({"kind": "LEARNER_CONSENT"}, sent={"json": {"isEnabled": False}}, shows=False)


def _assignment(_: Place, __: str) -> Call:
    body = {"personSourcedId": "aide", "orgSourcedId": "s2", "role": "reviewer", "toOn": "2001-01-01", "source": "sis"}
    return Call({"assignment_id": str(shared("kept"))}, sent={"json": body}, shows=False, source="matrix")


def _ended(name: str) -> Callable[[Place, str], Call]:
    """Ending what has ended is like ending what never was."""
    return lambda _, __: Call({name: str(shared("doomed"))}, lets_in=frozenset({204, 404}), shows=False)


def _package(place: Place, _: str) -> Call:
    return Call({"identifier": str(shared("framework"))}, sent={"json": package(place)}, shows=False)


def _framework(place: Place, _: str) -> Call:
    return Call({"identifier": str(place.ids["framework"])}, own=frozenset({"identifier"}))


_WEIGHTED: Final = {"scope": "DISTRICT", "method": "WEIGHTED_LATEST", "toOn": "2001-01-01"}


def _mastery_policy(place: Place, _: str) -> Call:
    return Call({"policy_id": str(shared("policy"))}, sent={"json": {**_WEIGHTED, "name": place.name("policy")}})


def _what_if(place: Place, _: str) -> Call:
    body = {"frameworkId": str(place.ids["framework"]), "method": "LATEST", "by": "ELL"}
    return Call(sent={"json": body}, shows=False)


def _scale(place: Place, _: str) -> Call:
    levels = [
        {"name": place.name("begun"), "lowerBound": 0, "isMastered": False},
        {"name": place.name("mastered"), "lowerBound": 0.7, "isMastered": True},
    ]
    parameters = {"framework_id": str(place.ids["framework"])}
    return Call(parameters, sent={"json": {"levels": levels}}, own=frozenset(parameters), shows=False)


def _blueprint(place: Place, _: str) -> Call:
    parameters = {"target_id": str(place.ids["framework"])}
    return Call(parameters, sent={"json": {"minimumCount": 2}}, own=frozenset(parameters), shows=False)


def _rubric(place: Place, visitor: str) -> Call:
    named = {"rubric_id": str(shared(f"rubric of {visitor}"))}
    return Call(named, sent={"json": rubric(place, "rubric", "DRAFT")})


def _report(place: Place, _: str) -> Call:
    body = {"schoolId": str(place.ids["s1"]), "frameworkId": str(place.ids["framework"]), "title": place.name("report")}
    return Call({"report_id": str(shared("report"))}, sent={"json": body}, shows=False)


def _program(place: Place, _: str) -> Call:
    return Call(
        {"program_id": str(shared("program"))}, sent={"json": {"name": place.name("Program"), "mode": "choice"}}
    )


def _cohort(place: Place, _: str) -> Call:
    days = {"beginsOn": "2026-01-01", "launchesOn": "2026-06-01", "endsOn": "2027-01-01"}
    body = {"name": place.name("Cohort"), "position": 1, "capacity": 100, **days}
    return Call({"program_id": str(shared("program")), "cohort_id": str(shared("cohort"))}, sent={"json": body})


def _placement(place: Place, _: str) -> Call:
    parameters = {"program_id": str(shared("program")), "school_id": str(place.ids["s1"])}
    body = {"cohortId": str(shared("cohort")), "reason": place.word}
    return Call(parameters, sent={"json": body}, own=frozenset({"school_id"}))


def _withdrawn(place: Place, _: str) -> Call:
    parameters = {"program_id": str(shared("program")), "school_id": str(place.ids["s2"])}
    return Call(parameters, own=frozenset({"school_id"}), lets_in=frozenset({204, 404}), shows=False)


def _listing(place: Place, visitor: str) -> Call:
    listing = {"title": place.name("listing"), "kind": "video", "approval": "retired"}
    return Call({"resource_id": str(shared(f"listing of {visitor}"))}, sent={"json": listing})


def _about_goal(**body: Json) -> Callable[[Place, str], Call]:
    def made(place: Place, _: str) -> Call:
        parameters = {"goal_id": str(place.own("agreed")), "check_in_id": str(shared("check-in"))}
        return Call(parameters, sent={"json": body}, own=frozenset({"goal_id"}))

    return made


def _goal(place: Place, visitor: str) -> Call:
    body = goal(place, "goal", "learner", propose=False)
    return Call({"goal_id": str(shared(f"goal of {visitor}"))}, sent={"json": body})


def _plan(place: Place, _: str) -> Call:
    return Call(sent={"json": plan(place, "learner")})


def _about_plan(name: str, **body: Json) -> Callable[[Place, str], Call]:
    def made(place: Place, _: str) -> Call:
        return Call({"plan_id": str(place.ids[name])}, sent={"json": body}, own=frozenset({"plan_id"}))

    return made


def _demonstration(place: Place, visitor: str) -> Call:
    named = {"demonstration_id": str(shared(f"demonstration of {visitor}"))}
    return Call(named, sent={"json": demonstration(place, "proposal", "learner")})


def _about_demonstration(name: str, body: Json) -> Callable[[Place, str], Call]:
    def made(place: Place, _: str) -> Call:
        named = {"demonstration_id": str(place.own(name))}
        return Call(named, sent={"json": body}, own=frozenset(named))

    return made


def _step_decision(place: Place, _: str) -> Call:
    named = {"learnerId": str(place.ids["learner"]), "competencyId": str(place.ids[CODES[0]])}
    return Call(sent={"json": {**named, "decision": "ACCEPTED"}})


def _class_day(place: Place, _: str) -> Call:
    parameters = {"class_id": str(place.ids["c1"]), "day": str(today())}
    return Call(parameters, sent={"json": day(place)}, own=frozenset({"class_id"}))


def _attempt(place: Place, _: str) -> Call:
    return Call({"block_id": str(place.own("block"))}, sent={"json": {"state": "STARTED"}}, own=frozenset({"block_id"}))


def _caliper(place: Place, _: str) -> Call:
    return Call(sent={"json": activity.envelope(place, "urn:x:again", "learner")}, shows=False, source="matrix")


def _statement(place: Place, _: str, query: str = "", *, listed: bool = False) -> Call:
    sent = {} if listed else {"json": {**activity.statement(place), "id": str(shared("statement"))}}
    return Call(query=query, sent=sent, headers=activity.SPOKEN, shows=listed, source="matrix")


def _lti(name: str | None = "line_item", body: Json = None, *, shows: bool = False) -> Callable[[Place, str], Call]:
    """A line item of the class, or with no name the class's line items; `body` is made for the place."""

    def made(place: Place, _: str) -> Call:
        ids = {"line_item_id": str(place.ids[name])} if name else {}
        sent = {"json": body(place)} if body else {}
        lets_in, own = frozenset({200, 201, 204, 404} if name else {200, 201}), frozenset(ids)
        return Call({"class_id": "c1", **ids}, sent=sent, own=own, lets_in=lets_in, shows=shows, source="matrix")

    return made


def _mapped(name: str, *, shows: bool = True) -> Callable[[Place, str], Call]:
    return lambda place, _: Call(
        {"mapping_id": str(place.ids[name])},
        own=frozenset({"mapping_id"}),
        lets_in=frozenset({200, 204, 404}),
        shows=shows,
        source="matrix",
    )


def _mapping(place: Place, _: str) -> Call:
    body = activity.mapping(place, str(shared(f"framework-{CODES[0]}")))
    return Call({"mapping_id": str(shared("mapping"))}, sent={"json": body}, source="matrix")


def _alert_answer(place: Place, _: str) -> Call:
    sent = {"json": {"state": "SEEN"}}
    return Call({"alert_id": str(place.ids["alert"])}, sent=sent, own=frozenset({"alert_id"}), shows=False)


def _advance(place: Place, _: str) -> Call:
    body = {"competencyId": str(place.ids[CODES[0]]), "decision": "HELD", "note": place.word}
    return Call({"learner_id": str(place.ids["learner"])}, sent={"json": body}, own=frozenset({"learner_id"}))


def _record(place: Place, _: str) -> Call:
    return Call({"learner_id": str(place.ids["learner"])}, own=frozenset({"learner_id"}))


def _target(place: Place, _: str) -> Call:
    parameters = {"class_id": str(place.ids["c1"]), "competency_id": str(place.ids[CODES[0]])}
    sent = {"json": {"dueOn": "2027-05-01"}}
    return Call(parameters, sent=sent, own=frozenset({"class_id"}), shows=False)


def _alert_rule(_: Place, __: str) -> Call:
    return Call({"kind": "PACE_BEHIND"}, sent={"json": {"afterDays": 3}}, shows=False)


def _status(place: Place, _: str) -> Call:
    named = {"learnerId": str(place.ids["learner"]), "competencyId": str(place.ids[CODES[0]])}
    return Call(sent={"json": {**named, "basis": place.word}}, shows=False)


def _status_withdrawal(place: Place, _: str) -> Call:
    sent = {"json": {"reason": place.name("mistake")}}
    return Call({"status_id": str(place.ids["status"])}, sent=sent, own=frozenset({"status_id"}), shows=False)


def _entries(place: Place, visitor: str) -> Call:
    content = {"kind": "COURSE_RECORD", "title": place.word, "term": "1", "state": "PLANNED"}
    entry = {"learnerSourcedId": "learner", "sourceRecordId": f"of {visitor}", "content": content}
    return Call(sent={"json": {"entries": [entry]}}, shows=False, source="matrix")


def _course(_: Place, __: str) -> Call:
    parameters = {"kind": "COURSE_RECORD", "source_record_id": "doomed"}
    return Call(parameters, lets_in=frozenset({204, 404}), shows=False, source="matrix")


def _assessment(place: Place, _: str) -> Call:
    body = {"title": place.name("assessment"), "type": "INTERIM", "scaleMin": 0, "scaleMax": 10}
    return Call({"identifier": "matrix"}, sent={"json": body})


def _interest(place: Place, _: str) -> Call:
    parameters = {"learner_id": str(place.ids["learner"]), "record_id": str(shared("interest")), "kind": "INTEREST"}
    body = {"content": {"kind": "INTEREST", "label": place.word, "basis": "STATED"}}
    return Call(parameters, sent={"json": body}, own=frozenset({"learner_id"}), shows=False)


_OWN: Final[dict[tuple[str, str], Callable[[Place, str], Call]]] = {
    ("GET", "/.well-known/jwks.json"): _nothing,
    ("GET", "/.well-known/oauth-authorization-server"): _nothing,
    ("POST", "/oauth2/token"): lambda _, __: Call(lets_in=frozenset({400, 401}), shows=False),
    ("GET", "/v1/clients"): lambda _, __: Call(),
    ("GET", "/v1/clients/{client_id}/audit"): _client("kept"),
    ("POST", "/v1/clients/{client_id}/secrets"): _client("kept"),
    ("DELETE", "/v1/clients/{client_id}"): _client("doomed"),
    ("PUT", "/v1/guardianships/{guardianship_id}"): _guardianship,
    ("DELETE", "/v1/guardianships/{guardianship_id}"): _ended("guardianship_id"),
    ("PUT", "/v1/guardianships/{guardianship_id}/adult-access"): _adult_access,
    ("DELETE", "/v1/guardianships/{guardianship_id}/adult-access"): _ended("guardianship_id"),
    ("PUT", "/v1/adult-access-rules/{kind}"): _adult_access_rule,
    ("GET", "/v1/learners/{learner_id}/record"): _record,
    ("PUT", "/v1/staff-assignments/{assignment_id}"): _assignment,
    ("DELETE", "/v1/staff-assignments/{assignment_id}"): _ended("assignment_id"),
    ("GET", "/v1/roster/runs"): _nothing,
    ("POST", "/v1/roster/runs"): _upload,
    ("GET", "/v1/roster/runs/{run_id}"): _run(),
    ("GET", "/v1/roster/runs/{run_id}/problems"): _run(),
    ("GET", "/v1/roster/runs/{run_id}/problems.csv"): _run(),
    ("POST", "/v1/roster/runs/{run_id}/confirm"): _run(frozenset({409})),
    ("POST", "/v1/roster/runs/{run_id}/cancel"): _run(frozenset({200, 409})),
    ("GET", "/v1/roster/waiting"): _nothing,
    ("GET", "/v1/roster/sources/{source}"): _policy,
    ("PUT", "/v1/roster/sources/{source}"): _policy,
    ("GET", "/v1/frameworks"): lambda _, __: Call(),
    ("GET", "/v1/frameworks/{identifier}"): _framework,
    ("POST", "/v1/frameworks"): _package,
    ("PUT", "/v1/frameworks/{identifier}"): _package,
    ("PUT", "/v1/rubrics/{rubric_id}"): _rubric,
    ("PUT", "/v1/demonstrations/{demonstration_id}"): _demonstration,
    ("PUT", "/v1/demonstrations/{demonstration_id}/decision"): _about_demonstration(
        "poster", {"version": 1, "decision": "APPROVED"}
    ),
    ("PUT", "/v1/demonstrations/{demonstration_id}/self-assessment"): _about_demonstration("play", SCORE),
    ("PUT", "/v1/demonstrations/{demonstration_id}/score"): _about_demonstration("play", SCORE),
    ("PUT", "/v1/mastery/policies/{policy_id}"): _mastery_policy,
    ("GET", "/v1/mastery/policies/{policy_id}"): _named(policy_id="policy"),
    ("POST", "/v1/mastery/what-if"): _what_if,
    ("PUT", "/v1/mastery/scales/{framework_id}"): _scale,
    ("PUT", "/v1/mastery/blueprints/{target_id}"): _blueprint,
    ("PUT", "/v1/mastery/reports/{report_id}"): _report,
    ("GET", "/v1/mastery/reports/{report_id}"): _named(report_id="report"),
    ("GET", "/v1/gradebook/waiting"): _nothing,
    ("GET", "/caliper"): lambda _, __: Call(shows=False, source="matrix"),
    ("POST", "/caliper"): _caliper,
    ("GET", "/xapi/about"): _nothing,
    ("GET", "/xapi/statements"): lambda place, _: _statement(place, _, listed=True),
    ("POST", "/xapi/statements"): _statement,
    ("PUT", "/xapi/statements"): lambda place, _: _statement(place, _, f"?statementId={shared('statement')}"),
    ("GET", f"{_ITEMS}"): _lti(None, shows=True),
    ("POST", f"{_ITEMS}"): _lti(None, activity.line_item, shows=True),
    ("GET", f"{_ITEMS}/{{line_item_id}}"): _lti(shows=True),
    ("PUT", f"{_ITEMS}/{{line_item_id}}"): _lti(body=activity.line_item, shows=True),
    ("DELETE", f"{_ITEMS}/{{line_item_id}}"): _lti("doomed_line_item"),
    ("GET", f"{_ITEMS}/{{line_item_id}}/results"): _lti(),
    ("POST", f"{_ITEMS}/{{line_item_id}}/scores"): _lti(body=lambda _: activity.score()),
    ("GET", "/v1/activity/mappings"): lambda _, __: Call(source="matrix"),
    ("GET", "/v1/activity/mappings/{mapping_id}"): _mapped("mapping"),
    ("PUT", "/v1/activity/mappings/{mapping_id}"): _mapping,
    ("DELETE", "/v1/activity/mappings/{mapping_id}"): _mapped("doomed_mapping", shows=False),
    ("GET", "/v1/activity/waiting"): _nothing,
    ("GET", "/ims/case/v1p1/CFPackages/{identifier}"): _named(identifier="framework"),
    ("GET", "/ims/case/v1p1/CFDocuments"): lambda _, __: Call(),
    ("GET", "/ims/case/v1p1/CFDocuments/{identifier}"): _named(identifier="framework"),
    ("GET", "/ims/case/v1p1/CFItems/{identifier}"): _named(identifier=f"framework-{CODES[0]}"),
    ("GET", "/ims/case/v1p1/CFAssociations/{identifier}"): _named(identifier="framework-link"),
    ("GET", "/ims/case/v1p1/CFItemAssociations/{identifier}"): _named(identifier=f"framework-{CODES[0]}"),
    ("PUT", "/v1/goals/{goal_id}"): _goal,
    ("PUT", "/v1/goals/{goal_id}/end"): _about_goal(version=1),
    ("PUT", "/v1/goals/{goal_id}/response"): _about_goal(version=2, decision="DECLINED"),
    ("PUT", "/v1/goals/{goal_id}/check-ins/{check_in_id}"): _about_goal(value=1),
    ("POST", "/v1/step-decisions"): _step_decision,
    ("POST", "/v1/plans"): _plan,
    ("POST", "/v1/plans/{plan_id}/responses"): _about_plan("plan", version=1, decision="DECLINED"),
    ("PUT", "/v1/plans/{plan_id}/end"): _about_plan("doomed_plan", version=1),
    ("PUT", "/v1/classes/{class_id}/days/{day}"): _class_day,
    ("PUT", "/v1/blocks/{block_id}/attempt"): _attempt,
    ("POST", "/v1/mastery/statuses"): _status,
    ("POST", "/v1/mastery/statuses/{status_id}/withdrawal"): _status_withdrawal,
    ("POST", "/v1/profile/entries"): _entries,
    ("DELETE", "/v1/profile/entries/{kind}/{source_record_id}"): _course,
    ("PUT", "/v1/assessments/{identifier}"): _assessment,
    ("PUT", "/v1/learners/{learner_id}/profile/{record_id}"): _interest,
    ("DELETE", "/v1/learners/{learner_id}/profile/{kind}/{record_id}"): _interest,
    ("PUT", "/v1/alerts/{alert_id}/answer"): _alert_answer,
    ("PUT", "/v1/alert-rules/{kind}"): _alert_rule,
    ("POST", "/v1/learners/{learner_id}/advance-decisions"): _advance,
    ("PUT", "/v1/classes/{class_id}/pace-targets/{competency_id}"): _target,
    ("PUT", "/v1/programs/{program_id}"): _program,
    ("PUT", "/v1/programs/{program_id}/cohorts/{cohort_id}"): _cohort,
    ("PUT", "/v1/programs/{program_id}/placements/{school_id}"): _placement,
    ("DELETE", "/v1/programs/{program_id}/placements/{school_id}"): _withdrawn,
    ("PUT", "/v1/resources/{resource_id}"): _listing,
}


def nowhere() -> str:
    """An id that nobody has."""
    return str(uuid4())
