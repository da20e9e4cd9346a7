"""Every published operation and who may call it: one line each. A new operation fails the matrix until it stands here.

The rules are the oracle's. Paths, scopes and roles are written out, not taken from the services: this is what is meant to be
published, and the test compares.
"""

from dataclasses import dataclass

from tests.access.oracle import Appointed, Assessing, Member, PeopleOnly, Public, Records, Rule, Scoped, frozen
from tests.access.scopes import oneroster, own

LEARNER_PROFILE, COHORT, MARKETPLACE = "learner_profile", "cohort", "marketplace"
_LEADER, _STEWARD, _DIRECTOR = "district_leader", "data_steward", "program_director"


@dataclass(frozen=True)
class Operation:
    """One operation of one service; `group` is the family whose requests are made alike."""

    service: str
    method: str
    path: str
    rule: Rule
    group: str

    def __str__(self) -> str:
        return f"{self.service} {self.method} {self.path}"

    @property
    def writes(self) -> bool:
        return self.method != "GET" and not self.path.startswith("/graph/")


def _table(service: str, rules: dict[str, Rule], text: str, group: str, prefix: str = "") -> list[Operation]:
    """Lines of `rule METHOD path`."""
    rows = [line.split() for line in text.strip().splitlines()]
    return [Operation(service, method, prefix + path, rules[rule], group) for rule, method, path in rows]


_OWN_DOORS = _table(
    LEARNER_PROFILE,
    {
        "public": Public(),
        "member": Member(),
        "administrators": Appointed(frozen([_LEADER, _STEWARD])),
        "guardianships": Appointed(frozen([_STEWARD]), own("guardianships.push")),
        "assignments": Appointed(frozen([_STEWARD]), own("staff-assignments.push")),
        "runs": Appointed(frozen([_STEWARD]), own("roster.push")),
        "frameworks": Appointed(frozen([_LEADER, _STEWARD]), own("frameworks.push")),
        "evidence": Assessing(own("evidence.record")),
        "waiting": Scoped(oneroster("gradebook.readonly")),
    },
    """
    public          GET    /.well-known/jwks.json
    public          GET    /.well-known/oauth-authorization-server
    public          POST   /oauth2/token
    administrators  GET    /v1/clients
    administrators  GET    /v1/clients/{client_id}/audit
    administrators  POST   /v1/clients/{client_id}/secrets
    administrators  DELETE /v1/clients/{client_id}
    guardianships   PUT    /v1/guardianships/{guardianship_id}
    guardianships   DELETE /v1/guardianships/{guardianship_id}
    assignments     PUT    /v1/staff-assignments/{assignment_id}
    assignments     DELETE /v1/staff-assignments/{assignment_id}
    runs            GET    /v1/roster/runs
    runs            POST   /v1/roster/runs
    runs            GET    /v1/roster/runs/{run_id}
    runs            GET    /v1/roster/runs/{run_id}/problems
    runs            GET    /v1/roster/runs/{run_id}/problems.csv
    runs            POST   /v1/roster/runs/{run_id}/confirm
    runs            POST   /v1/roster/runs/{run_id}/cancel
    runs            GET    /v1/roster/waiting
    runs            GET    /v1/roster/sources/{source}
    runs            PUT    /v1/roster/sources/{source}
    member          GET    /v1/frameworks
    member          GET    /v1/frameworks/{identifier}
    frameworks      POST   /v1/frameworks
    frameworks      PUT    /v1/frameworks/{identifier}
    evidence        POST   /v1/evidence
    waiting         GET    /v1/gradebook/waiting
    member          GET    /ims/case/v1p1/CFPackages/{identifier}
    member          GET    /ims/case/v1p1/CFDocuments
    member          GET    /ims/case/v1p1/CFDocuments/{identifier}
    member          GET    /ims/case/v1p1/CFItems/{identifier}
    member          GET    /ims/case/v1p1/CFAssociations/{identifier}
    member          GET    /ims/case/v1p1/CFItemAssociations/{identifier}
    """,
    "own",
)

_OTHER_SERVICES = _table(
    COHORT,
    {"steering": Appointed(frozen([_LEADER, _DIRECTOR]), own("programs.push"))},
    """
    steering  PUT    /v1/programs/{program_id}
    steering  PUT    /v1/programs/{program_id}/cohorts/{cohort_id}
    steering  PUT    /v1/programs/{program_id}/placements/{school_id}
    steering  DELETE /v1/programs/{program_id}/placements/{school_id}
    """,
    "own",
) + _table(
    MARKETPLACE,
    {"curating": Appointed(frozen([_LEADER, _DIRECTOR]), own("catalog.push"))},
    "curating PUT /v1/resources/{resource_id}",
    "own",
)

_GRAPH = (
    _table(
        LEARNER_PROFILE,
        {
            "member": Member(),
            "people": PeopleOnly(),
            **{noun: Records(noun) for noun in ("learner", "class", "person", "school")},
        },
        """
    learner  POST /graph/learners
    learner  GET  /graph/learners/{learner_id}/changes
    class    POST /graph/classes
    person   POST /graph/persons
    school   POST /graph/schools
    people   POST /graph/me
    member   POST /graph/district
    member   POST /graph/frameworks
    member   POST /graph/competencies
    """,
        "graph",
    )
    + _table(
        COHORT,
        {"member": Member()},
        """
    member   POST /graph/schools
    member   POST /graph/programs
    """,
        "graph",
    )
    + _table(
        MARKETPLACE,
        {"member": Member()},
        """
    member   POST /graph/competencies
    member   POST /graph/resources
    member   POST /graph/search-resources
    """,
        "graph",
    )
)

_ROSTER_READS = """
    core  GET /{collection}
    core  GET /{collection}/{sourcedId}
"""
_ROSTER_NESTED = """
    full  GET /classes/{classSourcedId}/students
    full  GET /classes/{classSourcedId}/teachers
    full  GET /courses/{courseSourcedId}/classes
    full  GET /schools/{schoolSourcedId}/classes
    full  GET /schools/{schoolSourcedId}/classes/{classSourcedId}/enrollments
    full  GET /schools/{schoolSourcedId}/classes/{classSourcedId}/students
    full  GET /schools/{schoolSourcedId}/classes/{classSourcedId}/teachers
    full  GET /schools/{schoolSourcedId}/courses
    full  GET /schools/{schoolSourcedId}/enrollments
    full  GET /schools/{schoolSourcedId}/students
    full  GET /schools/{schoolSourcedId}/teachers
    full  GET /schools/{schoolSourcedId}/terms
    full  GET /students/{studentSourcedId}/classes
    full  GET /teachers/{teacherSourcedId}/classes
    full  GET /terms/{termSourcedId}/classes
    full  GET /terms/{termSourcedId}/gradingPeriods
    full  GET /users/{userSourcedId}/classes
    demographics GET /demographics
    demographics GET /demographics/{sourcedId}
"""
_ROSTER_PUSHES = """
    push    POST   /{collection}
    push    PUT    /{collection}/{sourcedId}
    remove  DELETE /{collection}/{sourcedId}
"""
_PUSHED = (
    "orgs", "schools", "academicSessions", "terms", "gradingPeriods", "courses", "classes", "users", "enrollments",
)  # fmt: skip
_PUSHES_BELOW = """
    push  POST /classes/{classSourcedId}/students
    push  POST /classes/{classSourcedId}/teachers
    push  POST /terms/{termSourcedId}/gradingPeriods
"""
_DEMOGRAPHICS_PUSHES = """
    push_demographics    POST   /demographics
    push_demographics    PUT    /demographics/{sourcedId}
    remove_demographics  DELETE /demographics/{sourcedId}
"""


def _rostering(version: str, prefix: str) -> list[Operation]:
    one = (version,)
    rules: dict[str, Rule] = {
        "core": Scoped(oneroster("roster.readonly", "roster-core.readonly", versions=one)),
        "full": Scoped(oneroster("roster.readonly", versions=one)),
        "demographics": Scoped(oneroster("roster-demographics.readonly", versions=one)),
        "push": Scoped(oneroster("roster.createput")),
        "remove": Scoped(oneroster("roster.delete")),
        "push_demographics": Scoped(oneroster("roster-demographics.createput")),
        "remove_demographics": Scoped(oneroster("roster-demographics.delete")),
    }
    text = "".join(_ROSTER_READS.replace("{collection}", name) for name in (*_PUSHED, "students", "teachers"))
    text += "".join(_ROSTER_PUSHES.replace("{collection}", name) for name in _PUSHED)
    lines = "\n".join(filter(str.strip, (text + _ROSTER_NESTED + _PUSHES_BELOW + _DEMOGRAPHICS_PUSHES).splitlines()))
    return _table(LEARNER_PROFILE, rules, lines, version, prefix)


_GRADEBOOK_OBJECTS = """
    read    GET    /{collection}
    read    GET    /{collection}/{sourcedId}
    push    PUT    /{collection}/{sourcedId}
    remove  DELETE /{collection}/{sourcedId}
"""
_GRADEBOOK_OF_BOTH = """
    full  GET  /classes/{classSourcedId}/categories
    full  GET  /classes/{classSourcedId}/lineItems
    full  GET  /classes/{classSourcedId}/lineItems/{lineItemSourcedId}/results
    full  GET  /classes/{classSourcedId}/results
    full  GET  /classes/{classSourcedId}/students/{studentSourcedId}/results
"""
_GRADEBOOK_OF_1_2 = """
    full  GET  /classes/{classSourcedId}/scoreScales
    full  GET  /schools/{schoolSourcedId}/scoreScales
    post  POST /classes/{classSourcedId}/academicSessions/{academicSessionSourcedId}/results
    post  POST /classes/{classSourcedId}/lineItems
    post  POST /lineItems/{lineItemSourcedId}/results
    post  POST /schools/{schoolSourcedId}/lineItems
"""


def _gradebook(version: str, prefix: str) -> list[Operation]:
    one = (version,)
    rules: dict[str, Rule] = {
        "read": Scoped(oneroster("gradebook.readonly", "gradebook-core.readonly", versions=one)),
        "full": Scoped(oneroster("gradebook.readonly", versions=one)),
        "push": Scoped(oneroster("gradebook.createput")),
        "post": Scoped(oneroster("gradebook.createpost")),
        "remove": Scoped(oneroster("gradebook.delete")),
    }
    assessed: dict[str, Rule] = {
        "read": Scoped(oneroster("assessment.readonly", versions=one)),
        "push": Scoped(oneroster("assessment.createput")),
        "remove": Scoped(oneroster("assessment.delete")),
    }
    is_new = version == "v1p2"
    names = ("categories", "lineItems", "results", *(("scoreScales",) if is_new else ()))
    text = "".join(_GRADEBOOK_OBJECTS.replace("{collection}", name) for name in names)
    text += _GRADEBOOK_OF_BOTH + (_GRADEBOOK_OF_1_2 if is_new else "")
    found = _table(LEARNER_PROFILE, rules, "\n".join(filter(str.strip, text.splitlines())), version, prefix)
    for name in ("assessmentLineItems", "assessmentResults") if is_new else ():
        lines = _GRADEBOOK_OBJECTS.replace("{collection}", name)
        found += _table(LEARNER_PROFILE, assessed, lines, version, prefix)
    return found


OPERATIONS: list[Operation] = [
    *_OWN_DOORS,
    *_OTHER_SERVICES,
    *_GRAPH,
    *_rostering("v1p2", "/ims/oneroster/rostering/v1p2"),
    *_rostering("v1p1", "/ims/oneroster/v1p1"),
    *_gradebook("v1p2", "/ims/oneroster/gradebook/v1p2"),
    *_gradebook("v1p1", "/ims/oneroster/v1p1"),
]

UNPUBLISHED = {
    "/livez": Public(),
    "/readyz": Public(),
    "/metrics": Public(),
    "/docs": Public(),
    "/openapi.json": Public(),
    "/docs/oauth2-redirect": Public(),
}
"""What a process answers beside its documents, whoever asks; `/events` and development's `/dev/clock` have tests of their own."""

GRAPH_FIELDS: dict[str, Rule] = {
    "Query.me": PeopleOnly(),
    "Query.learner": Records("learner"),
    "Query.class": Records("class"),
    "Query.school": Records("school"),
    "Query.district": Member(),
    "Query.competencyFramework": Member(),
    "Query.competency": Member(),
    "Query.program": Member(),
    "Query.searchResources": Member(),
    "Mutation.recordEvidence": Assessing(own("evidence.record")),
    "Mutation.placeSchool": Appointed(frozen([_LEADER, _DIRECTOR]), own("programs.push")),
    "Mutation.createListing": Appointed(frozen([_LEADER, _DIRECTOR]), own("catalog.push")),
    "Subscription.learnerChanged": Records("learner"),
}
"""Every root field of the gateway."""
