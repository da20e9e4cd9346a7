"""What a learning tool tells of both districts, and how each of its operations is called."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID, uuid4

from tests.access.world import Place

Json = Any
SPOKEN: Final = {"X-Experience-API-Version": "1.0.3"}
ITEMS: Final = "/lti/ags/v2/contexts/c1/lineitems"
CALIPER: Final = "http://purl.imsglobal.org/ctx/caliper/v1p2"


def envelope(place: Place, event_id: str, person: str) -> Json:
    event = {
        "id": event_id,
        "type": "AssessmentEvent",
        "actor": {"id": person, "type": "Person"},
        "action": "Submitted",
        "object": {"id": "urn:x:quiz", "type": "Assessment", "name": place.name("quiz")},
        "generated": {"id": "urn:x:score", "type": "Score", "scoreGiven": 1, "maxScore": 2},
        "eventTime": "2026-01-05T10:00:00Z",
    }
    return {"sensor": "urn:x:sensor", "sendTime": "2026-01-05T10:00:00Z", "dataVersion": CALIPER, "data": [event]}


def statement(place: Place) -> Json:
    return {
        "actor": {"account": {"homePage": "https://x.example", "name": place.name("learner")}},
        "verb": {"id": "urn:x:scored"},
        "object": {"id": "urn:x:quiz"},
        "result": {"score": {"scaled": 0.5}},
    }


def line_item(place: Place) -> Json:
    return {"label": place.name("essay"), "scoreMaximum": 10, "resourceId": "urn:x:quiz"}


def score(timestamp: str = "2026-01-05T10:00:00Z") -> Json:
    said = {"userId": "learner", "scoreGiven": 5, "scoreMaximum": 10, "comment": "Well done", "timestamp": timestamp}
    return {**said, "activityProgress": "Completed", "gradingProgress": "FullyGraded"}


def mapping(place: Place, code: str) -> Json:
    return {"source": "matrix", "kind": "object", "value": place.name("thing"), "competencyIdentifier": code}


async def tell(sent: Callable[..., Any], lp: Any, place: Place, headers: dict[str, str], code: str) -> None:  # noqa: ANN401
    """Events of the learners that are here, a statement, a scored line item and a mapping; remembers the ids."""
    for person in ("learner", "nobody of the roster"):
        await sent(lp, "POST", "/caliper", headers, json=envelope(place, f"urn:x:{person}", person))
    await sent(lp, "POST", "/xapi/statements", {**headers, **SPOKEN}, json=statement(place))
    for name in ("line_item", "doomed_line_item"):
        answer = await sent(lp, "POST", ITEMS, headers, json=line_item(place))
        place.ids[name] = UUID(answer.json()["id"].rsplit("/", 1)[-1])
    await sent(lp, "POST", f"{ITEMS}/{place.ids['line_item']}/scores", headers, json=score())
    for name in ("mapping", "doomed_mapping"):
        place.ids[name] = uuid4()
        path = f"/v1/activity/mappings/{place.ids[name]}"
        await sent(lp, "PUT", path, headers, json=mapping(place, code))
