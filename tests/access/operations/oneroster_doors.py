"""The OneRoster doors."""

from tests.access.operations.table import LEARNER_PROFILE, Operation, table
from tests.access.oracle import Rule, Scoped
from tests.access.scopes import oneroster

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


def rostering(version: str, prefix: str) -> list[Operation]:
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
    return table(LEARNER_PROFILE, rules, lines, version, prefix)


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


def gradebook(version: str, prefix: str) -> list[Operation]:
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
    found = table(LEARNER_PROFILE, rules, "\n".join(filter(str.strip, text.splitlines())), version, prefix)
    for name in ("assessmentLineItems", "assessmentResults") if is_new else ():
        lines = _GRADEBOOK_OBJECTS.replace("{collection}", name)
        found += table(LEARNER_PROFILE, assessed, lines, version, prefix)
    return found
