"""A learning management system as the tests play it: it pushes frameworks, line items and results, and people look on."""

from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import httpx

from tests.worlds import TestDistrict

GRADEBOOK = "/ims/oneroster/gradebook/v1p2"
SCOPE = "https://purl.imsglobal.org/spec/or/v1p2/scope/"
SCOPES = (
    *(f"{SCOPE}gradebook.{word}" for word in ("readonly", "createput", "createpost", "delete")),
    *(f"{SCOPE}assessment.{word}" for word in ("readonly", "createput", "delete")),
    "urn:trellis:scope:frameworks.push",
    "urn:trellis:scope:evidence.record",
)


def guid(name: str) -> str:
    """The CASE identifier that the tests give to something of this name; the same in every district."""
    return str(uuid5(NAMESPACE_URL, f"trellis-tests:{name}"))


def package(name: str, *codes: str, **document: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """A small CASE package with one item to a code."""
    changed = {"lastChangeDateTime": "2026-01-05T10:00:00+00:00"}
    return {
        "CFDocument": {"identifier": guid(name), "title": name, "creator": "Tests", **changed, **document},
        "CFItems": [
            {"identifier": guid(code), "fullStatement": f"Can do {code}", "humanCodingScheme": code, **changed}
            for code in codes
        ],
        "CFAssociations": [],
    }


@dataclass(frozen=True)
class Lms:
    """One system in one district; every call answers the response."""

    lp: httpx.AsyncClient
    district: TestDistrict
    source: str = "lms"

    @property
    def headers(self) -> dict[str, str]:
        return self.district.as_client(*SCOPES, source=self.source, roster_source="sis")

    async def send(self, method: str, path: str, body: object = None, **more: Any) -> httpx.Response:  # noqa: ANN401
        sent = more if "content" in more else {"json": body, **more}
        return await self.lp.request(method, path, headers=self.headers, **sent)

    async def framework(self, name: str, *codes: str) -> httpx.Response:
        return await self.send("POST", "/v1/frameworks", package(name, *codes))

    async def put(self, kind: str, sourced_id: str, **members: object) -> httpx.Response:
        plural = "categories" if kind == "category" else f"{kind}s"
        return await self.send("PUT", f"{GRADEBOOK}/{plural}/{sourced_id}", {kind: members})

    async def item(self, sourced_id: str, **members: object) -> httpx.Response:
        usual: dict[str, object] = {"title": f"Title of {sourced_id}", "resultValueMin": 0, "resultValueMax": 10}
        return await self.put("lineItem", sourced_id, **(usual | {"class": {"sourcedId": "c1"}} | members))

    async def result(self, sourced_id: str, item: str, scores: dict[str, Any], **members: Any) -> httpx.Response:  # noqa: ANN401
        """A result of the learner with a score for each code; a text is a text score."""
        usual: dict[str, Any] = {
            "lineItem": {"sourcedId": item},
            "student": {"sourcedId": "learner"},
            "scoreDate": "2026-02-02",
            "scoreStatus": "fully graded",
            "learningObjectiveSet": [{"source": "case", "learningObjectiveResults": objective_results(scores)}],
        }
        return await self.put("result", sourced_id, **(usual | members))

    async def section(self, learner: UUID, name: str, **args: Any) -> Any:  # noqa: ANN401 - JSON
        """What a section of the learner shows to this system."""
        body = {"ids": [str(learner)], "sections": [{"key": "shown", "name": name, "args": args}]}
        answer = (await self.send("POST", "/graph/learners", body)).raise_for_status()
        found = answer.json()
        return found[0]["shown"] if found else None

    async def mastery(self, learner: UUID, **args: Any) -> dict[str, dict[str, Any]]:  # noqa: ANN401 - JSON
        """Mastery by code."""
        edges = (await self.section(learner, "mastery", **args))["edges"]
        return {edge["node"]["competency"]["code"]: edge["node"] for edge in edges}

    async def evidence(self, learner: UUID) -> list[dict[str, Any]]:
        return [edge["node"] for edge in (await self.section(learner, "evidence", first=200))["edges"]]

    async def waiting(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self.send("GET", "/v1/gradebook/waiting")).raise_for_status().json()
        return found


def objective_results(scores: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"learningObjectiveId": guid(code), ("textScore" if isinstance(score, str) else "score"): score}
        for code, score in scores.items()
    ]
