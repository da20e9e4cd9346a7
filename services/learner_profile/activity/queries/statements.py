"""Statements as their source told them."""

import re
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.caller import VerifiedCaller
from kit.database import Database
from kit.problems import NotFound
from services.learner_profile.activity.domain import xapi
from services.learner_profile.activity.domain.events import instant
from services.learner_profile.activity.errors import MalformedBody

PARAMETERS: Final = frozenset(
    {"statementId", "voidedStatementId", "agent", "verb", "activity", "since", "until", "limit", "ascending", "format", "attachments"}
)  # fmt: skip
MOST: Final = 100
_AFTER: Final = re.compile(r"(.{20,40})~([0-9a-f-]{36})")


@dataclass(frozen=True)
class Asked:
    """A selection of statements; `one` is the single one that is asked for."""

    one: str | None = None
    voided: bool = False
    ascending: bool = False
    limit: int = MOST
    filters: dict[str, Any] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)


def asked(query: list[tuple[str, str]]) -> Asked:
    """Raises `MalformedBody` for what the standard refuses and for what we do not offer."""
    said = dict(query)
    if len(said) < len(query) or said.keys() - PARAMETERS - {"after"} or any("\0" in value for value in said.values()):
        raise MalformedBody("A parameter is unknown, or stands twice")
    if said.get("format", "exact") != "exact" or said.get("attachments", "false") != "false":
        raise MalformedBody("Statements are given exact and without attachments")
    singles = said.keys() & {"statementId", "voidedStatementId"}
    return _single(said, singles) if singles else _several(said)


def _single(said: dict[str, str], singles: set[str]) -> Asked:
    if len(singles) > 1 or said.keys() - singles - {"format", "attachments"}:
        raise MalformedBody("One statement is asked for by its id alone")
    (name,) = singles
    one = xapi.uuid_of(said[name])
    if one is None:
        raise MalformedBody(f"{name} is a UUID")
    return Asked(one=one, voided=name == "voidedStatementId")


def _several(said: dict[str, str]) -> Asked:
    if said.get("ascending", "false") not in ("true", "false"):
        raise MalformedBody("ascending is true or false")
    filters: dict[str, Any] = {"verb": said.get("verb"), "activity": said.get("activity")}
    filters["agent"] = _agent(said["agent"]) if "agent" in said else None
    filters |= {name: _instant(said, name) for name in ("since", "until")}
    at, after = _place(said.get("after"))
    filters |= {"after_at": at, "after_id": after}
    return Asked(ascending=said.get("ascending") == "true", limit=_limit(said.get("limit")), filters=filters, said=said)


def _agent(said: str) -> str:
    try:
        key = xapi.actor_key(orjson.loads(said))
    except orjson.JSONDecodeError:
        key = None
    if key is None:
        raise MalformedBody("agent is an agent in JSON")
    return key


def _instant(said: dict[str, str], name: str) -> Any:  # noqa: ANN401 - an instant or nothing
    if name in said and instant(said[name]) is None:
        raise MalformedBody(f"{name} is no instant")
    return instant(said.get(name))


def _limit(said: str | None) -> int:
    if said is None:
        return MOST
    if not (said.isascii() and said.isdigit() and len(said) < len("1000000000")):
        raise MalformedBody("limit is a number")
    return min(int(said), MOST) or MOST


def _place(after: str | None) -> tuple[Any, str | None]:
    if after is None:
        return None, None
    place = _AFTER.fullmatch(after)
    at = instant(place[1]) if place else None
    if place is None or at is None:
        raise MalformedBody("This page is none of ours")
    return at, place[2]


async def found(database: Database, caller: VerifiedCaller, wanted: Asked) -> bytes:
    """A statement, or a StatementResult with `more`; raises `NotFound`."""
    async with database.transaction(caller) as session:
        if wanted.one is not None:
            return await _one(session, caller, wanted)
        return await _page(session, caller, wanted)


async def _one(session: AsyncSession, caller: VerifiedCaller, wanted: Asked) -> bytes:
    scope = {"source": caller.source, "id": wanted.one, "voided": wanted.voided}
    body = (await session.execute(_ONE, scope)).scalar_one_or_none()
    if body is None:
        raise NotFound
    return str(body).encode()


async def _page(session: AsyncSession, caller: VerifiedCaller, wanted: Asked) -> bytes:
    statement = _ASCENDING if wanted.ascending else _DESCENDING
    scope = {"source": caller.source, "limit": wanted.limit + 1, **wanted.filters}
    rows = (await session.execute(statement, scope)).all()
    shown, more = rows[: wanted.limit], ""
    if len(rows) > wanted.limit:
        place = f"{shown[-1].recorded_at.isoformat()}~{shown[-1].event_id}"
        more = f"/xapi/statements?{urlencode({**wanted.said, 'after': place})}"
    listed = ",".join(row.body for row in shown)
    return f'{{"statements":[{listed}],"more":{orjson.dumps(more).decode()}}}'.encode()


_BODY = """(e.content || jsonb_build_object('stored', to_char(e.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
  'timestamp', coalesce(e.content -> 'timestamp', to_jsonb(to_char(e.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))),
  'version', '1.0.0', 'authority', jsonb_build_object('objectType', 'Agent', 'account',
    jsonb_build_object('homePage', 'urn:trellis:client', 'name', coalesce(e.recorded_by, '')))))::text as body"""
_OWN = "e.district_id = trellis_district() and e.source = :source and e.standard = 'xapi'"
_VOIDED = """exists (select from activity_event v where v.district_id = e.district_id and v.source = e.source
  and v.voids = e.event_id) and e.voids is null"""
_ONE = text(f"select {_BODY} from activity_event e where {_OWN} and e.event_id = :id and ({_VOIDED}) = :voided")


def _ordered(order: str, beyond: str) -> Any:  # noqa: ANN401 - a text clause
    return text(f"""
select e.event_id, e.recorded_at, {_BODY} from activity_event e
where {_OWN} and not ({_VOIDED})
  and (cast(:agent as text) is null or e.actor = :agent)
  and (cast(:verb as text) is null or e.verb = :verb)
  and (cast(:activity as text) is null or e.object_id = :activity)
  and (cast(:since as timestamptz) is null or e.recorded_at > :since)
  and (cast(:until as timestamptz) is null or e.recorded_at <= :until)
  and (cast(:after_id as text) is null or (e.recorded_at, e.event_id) {beyond} (cast(:after_at as timestamptz), :after_id))
order by e.recorded_at {order}, e.event_id {order} limit :limit""")


_DESCENDING = _ordered("desc", "<")
_ASCENDING = _ordered("asc", ">")
