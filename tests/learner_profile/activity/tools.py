"""A learning tool as the tests play it: it sends Caliper, xAPI and AGS, and its steward maps what it calls things."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx

from tests.learner_profile.gradebook.lms import guid
from tests.worlds import TestDistrict

CALIPER = "http://purl.imsglobal.org/ctx/caliper/v1p2"
USERS = "https://lms.example/users/"
SCOPES = (
    "urn:trellis:scope:caliper.push",
    "urn:trellis:scope:xapi.write",
    "urn:trellis:scope:xapi.read",
    "urn:trellis:scope:activity.map",
    *(f"https://purl.imsglobal.org/spec/lti-ags/scope/{name}" for name in ("lineitem", "result.readonly", "score")),
)


def envelope(*data: Any, sent: str = "2026-02-02T12:00:00Z", version: str = CALIPER) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {"sensor": "https://lms.example/sensor", "sendTime": sent, "dataVersion": version, "data": list(data)}


def grade(
    event_id: str, given: float, *, learner: str = "learner", objective: str | None = None, thing: str = "quiz"
) -> dict[str, Any]:
    """A GradeEvent for an attempt at `thing`, out of 10."""
    assignable: dict[str, Any] = {"id": f"https://lms.example/{thing}", "type": "Assessment", "name": f"The {thing}"}
    if objective:
        uri = f"https://case.example/ims/case/v1p0/CFItems/{guid(objective)}"
        assignable["learningObjectives"] = [{"id": uri, "type": "LearningObjective"}]
    attempt = {
        "id": f"https://lms.example/{thing}/attempts/{event_id}",
        "type": "Attempt",
        "assignee": {"id": f"{USERS}{learner}", "type": "Person"},
        "assignable": assignable,
    }
    return {
        "@context": CALIPER,
        "id": event_id,
        "type": "GradeEvent",
        "actor": "https://lms.example/autograder",
        "action": "Graded",
        "object": attempt,
        "generated": {
            "id": f"https://lms.example/scores/{event_id}", "type": "Score", "scoreGiven": given, "maxScore": 10.0,
        },
        "eventTime": "2026-02-02T11:00:00.000Z",
    }  # fmt: skip


@dataclass(frozen=True)
class Tool:
    """One system in one district; every call answers the response."""

    lp: httpx.AsyncClient
    district: TestDistrict
    source: str = "tool"

    @property
    def headers(self) -> dict[str, str]:
        return self.district.as_client(*SCOPES, source=self.source, roster_source="sis")

    async def send(self, method: str, path: str, body: object = None, **more: Any) -> httpx.Response:  # noqa: ANN401
        headers = {**self.headers, **more.pop("headers", {})}
        sent = more if body is None else {"json": body, **more}
        return await self.lp.request(method, path, headers=headers, **sent)

    async def caliper(self, *data: Any, **said: str) -> httpx.Response:  # noqa: ANN401 - JSON
        return await self.send("POST", "/caliper", envelope(*data, **said))

    async def xapi(self, method: str, body: object = None, query: str = "") -> httpx.Response:
        spoken = {"X-Experience-API-Version": "1.0.3"}
        return await self.send(method, f"/xapi/statements{query}", body, headers=spoken)

    async def map_users(self) -> httpx.Response:
        return await self.map(kind="actor", match="prefix", value=USERS)

    async def map(self, mapping_id: UUID | None = None, **said: str) -> httpx.Response:
        return await self.send("PUT", f"/v1/activity/mappings/{mapping_id or uuid4()}", said)

    async def waiting(self) -> dict[str, int]:
        found: dict[str, int] = (await self.send("GET", "/v1/activity/waiting")).raise_for_status().json()["counts"]
        return found
