"""A student information system that pushes a small roster, and tools that read it."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.worlds import TestDistrict

SCOPE = "https://purl.imsglobal.org/spec/or/{version}/scope/{name}"
ROSTERING = {"v1p2": "/ims/oneroster/rostering/v1p2", "v1p1": "/ims/oneroster/v1p1"}
READS = ("roster.readonly", "roster-core.readonly", "roster-demographics.readonly")
WRITES = ("roster.createput", "roster.delete", "roster-demographics.createput", "roster-demographics.delete")
ENVELOPES = {
    "orgs": "org",
    "academicSessions": "academicSession",
    "courses": "course",
    "classes": "class",
    "users": "user",
    "enrollments": "enrollment",
    "demographics": "demographics",
}
LEARNERS = tuple(f"learner-{number}" for number in range(1, 6))


def scopes(version: str, *names: str) -> list[str]:
    return [SCOPE.format(version=version, name=name) for name in names]


@dataclass(frozen=True)
class Registrar:
    """One district's doors, in one version of the binding."""

    client: httpx.AsyncClient
    district: TestDistrict
    version: str = "v1p2"
    names: tuple[str, ...] = (*READS, *WRITES)

    @property
    def headers(self) -> dict[str, str]:
        return self.district.as_client(*scopes(self.version, *self.names))

    async def get(self, path: str, **params: Any) -> httpx.Response:  # noqa: ANN401 - a query parameter
        return await self.client.get(ROSTERING[self.version] + path, params=params, headers=self.headers)

    async def put(self, collection: str, record: dict[str, Any], envelope: str = "") -> httpx.Response:
        body = {envelope or ENVELOPES[collection]: record}
        return await self.send("PUT", f"/{collection}/{record['sourcedId']}", body)

    async def send(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:  # noqa: ANN401 - JSON
        address = ROSTERING[self.version] + path
        if isinstance(body, bytes):
            return await self.client.request(method, address, content=body, headers={**self.headers, **headers})
        return await self.client.request(method, address, json=body, headers={**self.headers, **headers})


def ref(sourced_id: str) -> dict[str, str]:
    return {"sourcedId": sourced_id}


@dataclass(frozen=True)
class Roster:
    """What the registrar pushes; `label` tells two districts' rosters apart, the sourcedIds are the same."""

    label: str
    records: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def roster(label: str) -> Roster:
    return Roster(
        label,
        {
            "orgs": [
                {"sourcedId": "district", "name": f"{label} District", "type": "district", "identifier": "GA-1"},
                {
                    "sourcedId": "school-1",
                    "name": f"{label} Elementary",
                    "type": "school",
                    "identifier": "0101",
                    "parent": ref("district"),
                },
                {
                    "sourcedId": "school-2",
                    "name": "Zeta Middle",
                    "type": "school",
                    "parent": ref("district"),
                    "metadata": {"region": "west", "deep": [{"n": 1.5}]},
                },
            ],
            "academicSessions": [
                session("year", "schoolYear", "2026-08-01", "2027-06-01"),
                session("fall", "term", "2026-08-01", "2026-12-20", "year"),
                session("quarter-1", "gradingPeriod", "2026-08-01", "2026-10-10", "fall"),
            ],
            "courses": [
                {
                    "sourcedId": "math",
                    "title": "Mathematics 4",
                    "courseCode": "27.0",
                    "grades": ["04"],
                    "subjects": ["Math"],
                    "subjectCodes": ["27"],
                    "org": ref("district"),
                    "schoolYear": ref("year"),
                }
            ],
            "classes": [
                {
                    "sourcedId": "class-1",
                    "title": "Mathematics 4-A",
                    "classCode": "4A",
                    "classType": "scheduled",
                    "location": "12",
                    "grades": ["04", "05"],
                    "subjects": ["Math"],
                    "subjectCodes": ["27"],
                    "periods": ["1", "2"],
                    "course": ref("math"),
                    "school": ref("school-1"),
                    "terms": [ref("fall")],
                },
                {
                    "sourcedId": "class-2",
                    "title": "Homeroom",
                    "classType": "homeroom",
                    "course": ref("math"),
                    "school": ref("school-2"),
                    "terms": [ref("quarter-1")],
                },
            ],
            "users": [*people(label)],
            "enrollments": [
                seat("teacher-1", "teacher", primary="true"),
                *(seat(learner, "student", beginDate="2026-08-03") for learner in LEARNERS),
            ],
            "demographics": [
                {
                    "sourcedId": "learner-1",
                    "birthDate": "2016-02-29",
                    "sex": "female",
                    "asian": "true",
                    "white": "false",
                    "countryOfBirthCode": "US",
                }
            ],
        },
    )


def session(sourced_id: str, kind: str, start: str, end: str, parent: str | None = None) -> dict[str, Any]:
    above = {"parent": ref(parent)} if parent else {}
    days = {"startDate": start, "endDate": end, "schoolYear": "2027"}
    return {"sourcedId": sourced_id, "title": sourced_id.title(), "type": kind, **days, **above}


def people(label: str) -> list[dict[str, Any]]:
    return [
        user("teacher-1", "Tara", "Teacher", "teacher", email="tara@school.example", pronouns="she/her"),
        *(
            user(learner, f"Name{number}", f"{label}son", "student", grades=["04"], agents=[ref("parent-1")])
            for number, learner in enumerate(LEARNERS)
        ),
        user("parent-1", "Pat", "Parent", "parent", phone="555-0100"),
    ]


def user(sourced_id: str, given: str, family: str, role: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {
        "sourcedId": sourced_id,
        "username": sourced_id,
        "enabledUser": "true",
        "givenName": given,
        "familyName": family,
        "userIds": [{"type": "state", "identifier": f"S-{sourced_id}"}],
        "roles": [{"roleType": "primary", "role": role, "org": ref("school-1"), "beginDate": "2026-08-01"}],
        "primaryOrg": ref("school-1"),
        **more,
    }


def seat(person: str, role: str, **more: str) -> dict[str, Any]:
    parts = {"user": ref(person), "class": ref("class-1"), "school": ref("school-1"), "role": role}
    return {"sourcedId": f"seat-{person}", **parts, **more}


async def load(registrar: Registrar, pushed: Roster) -> None:
    for collection, records in pushed.records.items():
        answer = await registrar.send("POST", f"/{collection}", {collection: records})
        assert answer.status_code == 201, answer.text
