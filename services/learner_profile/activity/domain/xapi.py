"""xAPI 1.0.3: what a statement must be, when two are the same, and what one shows of a learner."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from services.learner_profile.activity.domain.events import (
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

VERSION: Final = "1.0.3"
VOIDED: Final = "http://adlnet.gov/expapi/verbs/voided"
_VERSION: Final = re.compile(r"1\.0(\.\d{1,3})?")
_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_MEMBERS: Final = frozenset(
    [
        "id",
        "actor",
        "verb",
        "object",
        "result",
        "context",
        "timestamp",
        "stored",
        "authority",
        "version",
        "attachments",
        "objectType",
    ]
)
_UNCOMPARED: Final = ("id", "stored", "authority", "version", "timestamp", "attachments")
"""What statements that are the same may differ in (xAPI 1.0.3, Data, section 2.3.1)."""
_GIVEN_BY_US: Final = ("stored", "authority")
_KEYS: Final = ("mbox", "mbox_sha1sum", "openid", "account")
_RESULT: Final = frozenset({"score", "success", "completion", "response", "duration", "extensions"})
_SCORE: Final = frozenset({"scaled", "raw", "min", "max"})


def is_spoken(version: str | None) -> bool:
    return version is not None and _VERSION.fullmatch(version) is not None


def faults_of(statement: object) -> list[str]:
    """What is wrong with a statement (xAPI 1.0.3, Data, section 2); empty where nothing is."""
    if not isinstance(statement, dict):
        return ["a statement is an object"]
    found = [f"{member} is no member of a statement" for member in sorted(statement.keys() - _MEMBERS)[:5]]
    found += [f"{place} is null" for place in _nulls(statement)]
    if "id" in statement and uuid_of(statement["id"]) is None:
        found.append("id is no UUID")
    if not isinstance(statement.get("verb"), dict) or not _is_iri(statement["verb"].get("id")):
        found.append("verb.id is no IRI")
    if "timestamp" in statement and instant(statement["timestamp"]) is None:
        found.append("timestamp is no instant")
    return found + _of_actor(statement.get("actor")) + _of_object(statement) + _of_result(statement.get("result"))


def told(statement: Json, statement_id: str, now: datetime) -> Told:
    """A statement without faults, as it is kept."""
    content = {**statement, "id": statement_id}
    for member in _GIVEN_BY_US:
        content.pop(member, None)
    verb, target = statement["verb"]["id"], statement["object"]
    voids = uuid_of(target.get("id")) if verb == VOIDED else None
    return Told(
        standard="xapi",
        event_id=statement_id,
        type=str(target.get("objectType", "Activity")),
        content=content,
        occurred_at=min(instant(statement.get("timestamp")) or now, now),
        sent_at=now,
        digest=digest_of({key: value for key, value in statement.items() if key not in _UNCOMPARED}),
        actor=actor_key(statement["actor"]),
        verb=name(verb),
        object_id=name(target.get("id")),
        voids=voids,
        shown=_shown(statement),
    )


def actor_key(actor: object) -> str | None:
    """One text for whoever an agent is: `account:<homePage>:<name>`, `mailto:…`, `mbox_sha1sum:…` or an OpenID."""
    if not isinstance(actor, dict):
        return None
    account, mbox, hashed = (actor.get(key) for key in ("account", "mbox", "mbox_sha1sum"))
    if isinstance(account, dict):
        return name(f"account:{account.get('homePage')}:{account.get('name')}")
    if isinstance(hashed, str):
        return name(f"mbox_sha1sum:{hashed.lower()}")
    return name(mbox.lower() if isinstance(mbox, str) else actor.get("openid"))


def uuid_of(value: object) -> str | None:
    """The UUID in its usual form."""
    if not isinstance(value, str) or len(value) != len("00000000-0000-0000-0000-000000000000"):
        return None
    try:
        return str(UUID(value))
    except ValueError:
        return None


def _shown(statement: Json) -> Shown | None:
    score = (statement.get("result") or {}).get("score")
    if not score:
        return None
    target = statement["object"]
    things = names([target.get("id"), *(_parents(statement))])
    scaled = score.get("scaled")
    part = share(scaled, 1) if scaled is not None else share(score.get("raw"), score.get("max"), score.get("min", 0))
    return Shown(
        actor=actor_key(statement["actor"]),
        objects=things,
        identifiers=case_identifiers(_aligned(statement)),
        score=part,
        raw_score=number(score.get("raw")),
        kind="assessment"
        if str((target.get("definition") or {}).get("type")).endswith(("/assessment", "/question"))
        else "activity",
        title=_title(target),
    )


def _parents(statement: Json) -> Iterator[object]:
    for kind in ("parent", "grouping"):
        yield from (activity.get("id") for activity in _activities(statement, kind))


def _aligned(statement: Json) -> Iterator[object]:
    """Activities in the context that name a CASE item, and learning objectives in extensions."""
    for kind in ("category", "other", "grouping", "parent"):
        yield from (one.get("id") for one in _activities(statement, kind) if "/cfitems/" in str(one.get("id")).lower())
    for holder in (statement.get("context") or {}, (statement["object"].get("definition") or {})):
        for key, value in (holder.get("extensions") or {}).items():
            if "learningobjective" in key.lower().replace("-", "").replace("_", ""):
                yield from value if isinstance(value, list) else [value]


def _activities(statement: Json, kind: str) -> list[Json]:
    listed = ((statement.get("context") or {}).get("contextActivities") or {}).get(kind) or []
    return [one for one in (listed if isinstance(listed, list) else [listed]) if isinstance(one, dict)]


def _title(target: Json) -> str | None:
    said = (target.get("definition") or {}).get("name") or {}
    return next((text[:300] for text in said.values() if isinstance(text, str) and text.strip()), None)


def _of_actor(actor: object) -> list[str]:
    if not isinstance(actor, dict):
        return ["actor is required"]
    keys = [key for key in _KEYS if key in actor]
    if actor.get("objectType", "Agent") not in ("Agent", "Group"):
        return ["actor is neither an Agent nor a Group"]
    if len(keys) != 1 and not (
        actor.get("objectType") == "Group" and not keys and isinstance(actor.get("member"), list)
    ):
        return ["actor is known by exactly one of mbox, mbox_sha1sum, openid and account"]
    return [f"actor.{key} is malformed" for key in keys if not _names_somebody(key, actor[key])]


def _names_somebody(key: str, value: object) -> bool:
    if key == "account":
        return isinstance(value, dict) and _is_iri(value.get("homePage")) and name(value.get("name")) is not None
    if key == "mbox":
        return isinstance(value, str) and re.fullmatch(r"mailto:[^@\s]+@[^@\s]+", value) is not None
    if key == "mbox_sha1sum":
        return isinstance(value, str) and re.fullmatch(r"[0-9a-fA-F]{40}", value) is not None
    return _is_iri(value)


def _of_object(statement: Json) -> list[str]:
    target, verb = statement.get("object"), statement.get("verb")
    if not isinstance(target, dict):
        return ["object is required"]
    kind = target.get("objectType", "Activity")
    if kind == "Activity":
        found = _of_activity(target)
    elif kind == "StatementRef":
        found = [] if uuid_of(target.get("id")) else ["object.id is no UUID"]
    else:
        found = [] if kind in ("Agent", "Group", "SubStatement") else ["object.objectType is unknown"]
    if isinstance(verb, dict) and verb.get("id") == VOIDED and kind != "StatementRef":
        found.append("what is voided is a StatementRef")
    return found + _of_contexts(statement.get("context"))


def _of_activity(target: Json) -> list[str]:
    definition = target.get("definition", {})
    if not _is_iri(target.get("id")):
        return ["object.id is no IRI"]
    parts = [definition.get(part, {}) for part in ("name", "extensions")] if isinstance(definition, dict) else [None]
    return [] if all(isinstance(part, dict) for part in parts) else ["object.definition is malformed"]


def _of_contexts(context: object) -> list[str]:
    if context is None:
        return []
    if not isinstance(context, dict):
        return ["context is no object"]
    parts = (context.get("contextActivities", {}), context.get("extensions", {}))
    return [] if all(isinstance(part, dict) for part in parts) else ["context is malformed"]


def _of_result(result: object) -> list[str]:
    if result is None:
        return []
    if not isinstance(result, dict) or result.keys() - _RESULT:
        return ["result is malformed"]
    score = result.get("score", {})
    if not isinstance(score, dict) or score.keys() - _SCORE or any(number(value) is None for value in score.values()):
        return ["result.score is malformed"]
    low, high, raw = (number(score.get(key)) for key in ("min", "max", "raw"))
    found = [] if -1 <= score.get("scaled", 0) <= 1 else ["result.score.scaled is from -1 to 1"]
    if low is not None and high is not None and low >= high:
        found.append("result.score.min is below max")
    if raw is not None and ((low is not None and raw < low) or (high is not None and raw > high)):
        found.append("result.score.raw is from min to max")
    return found


def _nulls(statement: Json) -> list[str]:
    return [key for key, value in statement.items() if value is None][:5]


def _is_iri(value: object) -> bool:
    return name(value) is not None and _IRI.fullmatch(str(value)) is not None
