"""Caliper 1.1 and 1.2: envelopes, and what their events and entities show of a learner.

The official `Envelope.json` refuses official envelopes, so that an envelope is held to the text of the standard alone
(Caliper 1.2, section 5): sensor, sendTime, dataVersion and one or more events or entities. An entity may be an object or an IRI.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from services.learner_profile.activity.domain.events import (
    MOST_NAME,
    Json,
    Shown,
    Told,
    case_identifiers,
    digest_of,
    instant,
    name,
    names,
    number,
    share,
)

VERSIONS: Final = ("http://purl.imsglobal.org/ctx/caliper/v1p1", "http://purl.imsglobal.org/ctx/caliper/v1p2")
"""An extension's context follows after a slash."""
_VERSION: Final = re.compile(r"https?://purl\.imsglobal\.org/ctx/caliper/v1p[12](/[A-Za-z0-9_-]{1,80})?")
_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_OF_AN_EVENT: Final = ("id", "actor", "action", "object", "eventTime")
_OBJECTIVES: Final = frozenset(
    {"learningObjectives", "learningObjective", "learningObjectiveSet", "alignedLearningObjective", "alignments"}
)
_SCORES: Final = {
    "Score": ("scoreGiven", "maxScore"),
    "Result": ("resultScore", "maxResultScore"),
}
_ASSESSED: Final = frozenset({"Assessment", "AssessmentItem"})
_LONGEST: Final = 300
_MOST_THINGS: Final = 10

Faults = list[dict[str, str]]


def faults_of(envelope: object) -> Faults:
    """What is wrong with an envelope, by JSON pointer; its `dataVersion` may still be one that is not known."""
    if not isinstance(envelope, dict):
        return [_fault("", "is no envelope")]
    found = [
        _fault(f"/{member}", "is required") for member in ("sensor", "dataVersion") if not _is_named(envelope, member)
    ]
    if instant(envelope.get("sendTime")) is None:
        found.append(_fault("/sendTime", "is no instant"))
    data = envelope.get("data")
    if not isinstance(data, list) or not data:
        return [*found, _fault("/data", "is no list of events and entities")]
    return found + [fault for place, item in enumerate(data) for fault in _faults_of_item(f"/data/{place}", item)]


def is_known(version: object) -> bool:
    return isinstance(version, str) and _VERSION.fullmatch(version) is not None


def told(envelope: Json, now: datetime) -> list[Told]:
    """The events and entities of an envelope without faults; an IRI alone tells nothing and is left out."""
    sent_at = min(instant(envelope["sendTime"]) or now, now)
    return [_told(item, sent_at, now) for item in envelope["data"] if isinstance(item, dict)]


def _is_named(envelope: Json, member: str) -> bool:
    value = envelope.get(member)
    return name(value) is not None or (isinstance(value, dict) and name(value.get("id")) is not None)


def _faults_of_item(place: str, item: object) -> Faults:
    if isinstance(item, str) and _IRI.fullmatch(item):
        return []
    if not isinstance(item, dict):
        return [_fault(place, "is neither an event nor an entity")]
    if name(item.get("type")) is None:
        return [_fault(f"{place}/type", "is required")]
    wanted = _OF_AN_EVENT if _is_event(item) else ("id",) if item.get("id") is not None else ()
    return [_fault(f"{place}/{member}", "is required") for member in wanted if not _is_said(item, member)]


def _is_said(event: Json, member: str) -> bool:
    value = event.get(member)
    if member == "eventTime":
        return instant(value) is not None
    if member in ("id", "action"):
        return name(value) is not None
    return bool(value) and isinstance(value, str | dict)


def _is_event(item: Json) -> bool:
    return str(item["type"]).endswith("Event")


def _told(item: Json, sent_at: datetime, now: datetime) -> Told:
    digest = digest_of(item)
    moments = (instant(item.get(member)) for member in ("eventTime", "dateModified", "dateCreated"))
    return Told(
        standard="caliper",
        event_id=name(item.get("id")) or f"urn:trellis:content:{digest}",
        type=str(item["type"])[:MOST_NAME],
        content=item,
        occurred_at=min(next((moment for moment in moments if moment), sent_at), now),
        sent_at=sent_at,
        digest=digest,
        actor=_id(item.get("actor")),
        verb=name(item.get("action")),
        object_id=_id(item.get("object")),
        shown=_shown(item),
    )


def _shown(item: Json) -> Shown | None:
    """What a score, in an event or described as an entity, says; None where there is none."""
    scored = item.get("generated") if _is_event(item) else item
    if not isinstance(scored, dict) or scored.get("type") not in _SCORES:
        return None
    attempt = _attempt(item, scored)
    things = _things(item, attempt)
    score, raw = _score(scored)
    return Shown(
        actor=_id(attempt.get("assignee")) or _learner(item),
        objects=names(_id(thing) for thing in things),
        identifiers=case_identifiers(_objectives(item)),
        score=score,
        raw_score=raw,
        kind="assessment" if any(_type(thing) in _ASSESSED for thing in things) else "activity",
        title=next((title for thing in things if (title := _title(thing))), None),
    )


def _attempt(item: Json, scored: Json) -> Json:
    for candidate in (scored.get("attempt"), item.get("object")):
        if isinstance(candidate, dict) and candidate.get("type") == "Attempt":
            return candidate
    return {}


def _learner(item: Json) -> str | None:
    """The actor, where a person acts on something of their own and not a grader on an attempt."""
    grades = item["type"] == "GradeEvent" or not _is_event(item)
    return None if grades else _id(item.get("actor"))


def _things(item: Json, attempt: Json) -> list[Any]:
    """What was attempted, from the narrowest to the widest."""
    first = attempt.get("assignable") or item.get("object") or item.get("attempt")
    found: list[Any] = []
    while first and len(found) < _MOST_THINGS:
        found.append(first)
        first = first.get("isPartOf") if isinstance(first, dict) else None
    return [*found, item.get("object")] if item.get("object") else found


def _score(scored: Json) -> tuple[Decimal | None, Decimal | None]:
    given, most = _SCORES[scored["type"]]
    if scored.get(given) is None and scored.get("normalScore") is not None:
        return share(scored.get("normalScore"), 1), number(scored.get("normalScore"))
    return share(scored.get(given), scored.get(most)), number(scored.get(given))


def _objectives(item: Json) -> Iterator[object]:
    """The ids of all learning objectives that stand anywhere in the item."""
    level: list[Any] = [item]
    while level:
        objects = [one for one in level if isinstance(one, dict)]
        for one in objects:
            for member in _OBJECTIVES & one.keys():
                listed = one[member] if isinstance(one[member], list) else [one[member]]
                yield from (_id(entry) for entry in listed)
        lists = [one for one in level if isinstance(one, list)]
        level = [inner for one in objects for inner in one.values()] + [inner for one in lists for inner in one]


def _id(entity: object) -> str | None:
    if not isinstance(entity, dict):
        return name(entity)
    return name(entity.get("id")) or name(entity.get("identifier")) or name(entity.get("uri"))


def _type(entity: object) -> object:
    return entity.get("type") if isinstance(entity, dict) else None


def _title(entity: object) -> str | None:
    said = entity.get("name") if isinstance(entity, dict) else None
    return said[:_LONGEST] if isinstance(said, str) and said.strip() else None


def _fault(place: str, message: str) -> dict[str, str]:
    return {"place": place, "message": message}
