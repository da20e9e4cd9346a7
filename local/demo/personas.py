"""Who one can be in the demo: people by their sourcedIds, and systems by their client ids.

The sourcedIds do not depend on seed, date or size, and the two districts use the same ones for different people.
"""

from typing import NamedTuple

from local.demo.districts import PROFILES

SIS, LMS = "sis", "lms"


class Persona(NamedTuple):
    key: str
    district: str
    """Key of the profile: fulton-like or henry-like."""
    sourced_id: str
    role: str
    description: str


class SystemClient(NamedTuple):
    """A client for client credentials; one that owns objects has a source of its own."""

    key: str
    district: str
    client_id: str
    name: str
    source: str
    roster_source: str
    scopes: tuple[str, ...]
    description: str


_FULTON, _HENRY = "fulton-like", "henry-like"
PERSONAS = (
    Persona("learner", _FULTON, "s-100001", "learner", "Myra, eleven, grade 6, works ahead in mathematics"),
    Persona("guardian", _FULTON, "g-500001", "guardian", "Myra's mother, who holds rights"),
    Persona(
        "restricted_guardian", _FULTON, "g-600004", "guardian", "A father whom a court keeps from his child's records"
    ),
    Persona("adult_learner", _FULTON, "s-100005", "learner", "Eighteen, in grade 12; the rights are his own"),
    Persona("teacher", _FULTON, "st-11210", "teacher", "Teaches science to Myra's class"),
    Persona("math_teacher", _FULTON, "st-11010", "teacher", "Teaches mathematics to Myra's class"),
    Persona("counsellor", _FULTON, "st-11001", "counselor", "Counsels at Myra's school"),
    Persona("principal", _FULTON, "st-11000", "principal", "Leads Myra's school"),
    Persona("other_principal", _FULTON, "st-10000", "principal", "Leads another school of the district"),
    Persona("district_leader", _FULTON, "st-9001", "district_leader", "Superintendent"),
    Persona("district_analyst", _FULTON, "st-9002", "district_analyst", "Sees figures, never a learner"),
    Persona("reviewer", _FULTON, "st-9003", "reviewer", "Reviews what schools hand in"),
    Persona(
        "conflicted_reviewer", _FULTON, "st-9004", "reviewer", "A reviewer who also teaches at a school under review"
    ),
    Persona("contracting", _FULTON, "st-9005", "contracting", "Runs solicitations and contracts"),
    Persona("finance", _FULTON, "st-9006", "finance", "Holds the budget"),
    Persona("it", _FULTON, "st-9007", "it", "Runs networks and devices"),
    Persona("data_steward", _FULTON, "st-9008", "data_steward", "Answers for the district's records"),
    Persona("program_director", _FULTON, "st-9009", "program_director", "Runs the rollout"),
    Persona("vendor", _FULTON, "st-9010", "vendor", "Works for a supplier and sees no learner"),
    Persona("other_learner", _HENRY, "s-100001", "learner", "Same sourcedId as Myra, another district"),
    Persona("other_guardian", _HENRY, "g-500001", "guardian", "Same sourcedId as Myra's mother, another district"),
    Persona("other_teacher", _HENRY, "st-11210", "teacher", "Same sourcedId as Myra's teacher, another district"),
    Persona("other_district_leader", _HENRY, "st-9001", "district_leader", "Superintendent of the other district"),
    Persona("other_data_steward", _HENRY, "st-9008", "data_steward", "Data steward of the other district"),
)


def _oneroster(version: str, name: str) -> str:
    return f"https://purl.imsglobal.org/spec/or/{version}/scope/{name}"


_PUSHING = ("createput", "delete")
_READING = ("roster.readonly", "roster-core.readonly", "roster-demographics.readonly", "resource.readonly")
_ROSTERING = tuple(_oneroster(version, name) for version in ("v1p2", "v1p1") for name in _READING)
_GRADING = ("readonly", "createput", "createpost", "delete")
_GRADEBOOK = tuple(
    _oneroster(version, f"{area}.{action}")
    for version in ("v1p2", "v1p1")
    for area in ("gradebook", "assessment")
    for action in _GRADING
)
_SIS_SCOPES = (
    *_ROSTERING,
    *(_oneroster("v1p2", f"{area}.{action}") for area in ("roster", "roster-demographics") for action in _PUSHING),
    *_GRADEBOOK,
    *(f"urn:trellis:scope:{name}.push" for name in ("roster", "guardianships", "staff-assignments")),
)
_AGS = ("lineitem", "lineitem.readonly", "result.readonly", "score")
_LMS_SCOPES = (
    *_ROSTERING,
    *_GRADEBOOK,
    *(f"https://purl.imsglobal.org/spec/lti-ags/scope/{name}" for name in _AGS),
    *(
        f"urn:trellis:scope:{name}"
        for name in ("evidence.record", "caliper.push", "xapi.write", "xapi.read", "activity.map")
    ),
)
_OFFICE_SCOPES = tuple(f"urn:trellis:scope:{name}.push" for name in ("frameworks", "programs", "catalog"))


def clients(district: str) -> tuple[SystemClient, ...]:
    """The systems of one district, `sis` first."""
    slug = PROFILES[district].slug
    told = (
        ("sis", "Student information system", SIS, _SIS_SCOPES, "Pushes the roster, grades and guardianships"),
        ("lms", "Learning management system", LMS, _LMS_SCOPES, "Pushes what learners did online"),
        ("office", "District office tools", "office", _OFFICE_SCOPES, "Publishes frameworks, listings and programs"),
    )
    return tuple(
        SystemClient(key, district, f"{key}-{slug}", name, source, SIS, scopes, text)
        for key, name, source, scopes, text in told
    )
