"""Events are stored as they came before anything is made of them, in the same transaction, each content once."""

from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.caller import VerifiedCaller
from kit.database import Database, SerializationConflict
from kit.groups import Groups
from services.learner_profile.activity.commands.projection import project_told
from services.learner_profile.activity.domain.events import Told
from services.learner_profile.activity.errors import NoSource, StatementConflict
from services.learner_profile.source.commands import admit

_ATTEMPTS = 3


async def receive(database: Database, caller: VerifiedCaller, posts: Sequence[Sequence[Told]]) -> None:
    """Make several posts of one client durable in one transaction."""
    async with database.transaction(caller) as session:
        await admit(session, caller)
        await record_told(session, caller, [told for post in posts for told in post])


Received = Groups[VerifiedCaller, Sequence[Told]]
"""Posts on their way, by client; the key is the caller without token and expiry."""


async def record_told(session: AsyncSession, caller: VerifiedCaller, told: Sequence[Told]) -> None:
    """Store events and turn what they show into evidence; raises `StatementConflict` where a statement would change."""
    if not caller.source:
        raise NoSource
    for round_ in _rounds(told):
        corrected = await _store(session, caller.source, round_, final=round_[0].standard == "xapi")
        shown = [_observed(caller, one) for one in round_ if one.shown or one.event_id in corrected]
        if shown:
            await session.execute(_OBSERVE, {"source": caller.source, "rows": orjson.dumps(shown).decode()})
        touched = [one["event_id"] for one in shown] + [one.voids for one in round_ if one.voids]
        if touched:
            await project_told(session, caller.source, touched)


def _rounds(told: Iterable[Told]) -> Iterable[list[Told]]:
    """Lists in which every name stands once, so that several contents under one name follow each other."""
    rest = list(told)
    while rest:
        first: dict[str, Told] = {}
        later = [one for one in rest if first.setdefault(one.event_id, one) is not one]
        yield list(first.values())
        rest = later


async def _store(session: AsyncSession, source: str, told: Sequence[Told], *, final: bool) -> set[str]:
    """The names that were held with another content before. What somebody else stored in between is looked at again."""
    given = {"source": source, **_columns(told)}
    for _ in range(_ATTEMPTS):
        wanted, stored, held = (await session.execute(_STORE, given)).one()
        if final and held:
            raise StatementConflict(ids=sorted(held)[:100])
        if wanted == stored:
            return set(held)
    raise SerializationConflict


def _columns(told: Sequence[Told]) -> dict[str, list[Any]]:
    return {
        "ids": [one.event_id for one in told],
        "standards": [one.standard for one in told],
        "types": [one.type for one in told],
        "digests": [one.digest for one in told],
        "contents": [orjson.dumps(one.content).decode() for one in told],
        "actors": [one.actor for one in told],
        "verbs": [one.verb for one in told],
        "objects": [one.object_id for one in told],
        "voids": [one.voids for one in told],
        "occurred": [one.occurred_at for one in told],
    }


_STORE = text("""
with given as (
  select * from unnest(
    cast(:ids as text[]), cast(:standards as text[]), cast(:types as text[]), cast(:digests as text[]),
    cast(:contents as text[]), cast(:actors as text[]), cast(:verbs as text[]), cast(:objects as text[]),
    cast(:voids as text[]), cast(:occurred as timestamptz[]))
  as given (event_id, standard, type, digest, content, actor, verb, object_id, voids, occurred_at)),
wanted as (
  select given.*, coalesce(held.revision, 0) as revision
  from given left join lateral (
    select max(e.revision) as revision, bool_or(e.digest = given.digest) as is_known
      from activity_event e
     where e.district_id = trellis_district() and e.source = :source and e.event_id = given.event_id) held on true
  where held.is_known is not true),
stored as (
  insert into activity_event (district_id, source, event_id, revision, standard, type, digest, content, actor, verb,
    object_id, voids, occurred_at, recorded_at, recorded_by)
  select trellis_district(), :source, event_id, revision + 1, standard, type, digest, content::jsonb, actor, verb,
         object_id, voids, occurred_at, trellis_now(), coalesce(trellis_client(), trellis_person()::text)
  from wanted
  on conflict do nothing
  returning 1)
select (select count(*) from wanted), (select count(*) from stored),
       array(select event_id from wanted where revision > 0)""")


def _observed(caller: VerifiedCaller, one: Told) -> dict[str, Any]:
    shown = one.shown
    return {
        "event_id": one.event_id,
        "standard": one.standard,
        "roster_source": caller.roster_source or caller.source,
        "actor": shown.actor if shown else one.actor,
        "objects": list(shown.objects) if shown else [],
        "identifiers": list(shown.identifiers) if shown else [],
        "score": _plain(shown.score) if shown else None,
        "raw_score": _plain(shown.raw_score) if shown else None,
        "kind": shown.kind if shown else "activity",
        "title": shown.title if shown else None,
        "tells": shown is not None,
        "occurred_at": one.occurred_at,
        "sent_at": one.sent_at,
        "digest": one.digest,
    }


def _plain(value: object) -> str | None:
    return None if value is None else format(value, "f")


_OBSERVE = text("""
insert into activity_observation as held (district_id, source, event_id, standard, roster_source, actor, objects,
  identifiers, score, raw_score, kind, title, tells, occurred_at, sent_at, digest, recorded_at)
select trellis_district(), :source, event_id, standard, roster_source, actor,
       array(select jsonb_array_elements_text(objects)), array(select jsonb_array_elements_text(identifiers)),
       score, raw_score, kind, title, tells, occurred_at, sent_at, digest, trellis_now()
from jsonb_to_recordset(cast(:rows as jsonb)) as given (
  event_id text, standard text, roster_source text, actor text, objects jsonb, identifiers jsonb, score numeric,
  raw_score numeric, kind text, title text, tells boolean, occurred_at timestamptz, sent_at timestamptz, digest text)
on conflict (district_id, source, event_id) do update set
  standard = excluded.standard, roster_source = excluded.roster_source, actor = excluded.actor,
  objects = excluded.objects, identifiers = excluded.identifiers, score = excluded.score,
  raw_score = excluded.raw_score, kind = excluded.kind, title = excluded.title, tells = excluded.tells,
  occurred_at = excluded.occurred_at, sent_at = excluded.sent_at, digest = excluded.digest
where (held.sent_at, held.digest) < (excluded.sent_at, excluded.digest)""")


def key_of(caller: VerifiedCaller) -> VerifiedCaller:
    """What the posts of one client have in common."""
    return VerifiedCaller(
        caller.district_id, client_id=caller.client_id, source=caller.source, roster_source=caller.roster_source
    )


def received_by(database: Database) -> Received:
    """The gathering of posts for the life of a process."""

    async def commit(caller: VerifiedCaller, posts: Sequence[Sequence[Told]]) -> None:
        await receive(database, caller, posts)

    return Groups(commit)
