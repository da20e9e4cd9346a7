"""What is new for a learner, for live streams.

A cursor is a snapshot of the database, which tells exactly which transactions were over when it was taken. A transaction
that tells something about a learner leaves events in the outbox with its own instant, and its rows carry the same instant.
"""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    BigInteger,
    BindParameter,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    column,
    func,
    literal_column,
    or_,
    select,
    table,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSON, aggregate_order_by
from sqlalchemy.orm import aliased
from sqlalchemy.types import UserDefinedType

from kit.caller import VerifiedCaller
from kit.database import Database
from kit.graph import EMPTY_LIST, Rows
from kit.problems import BadInput, NotFound
from kit.reads import HotRead
from kit.tail import Tail
from services.learner_profile.access import visible_learner_id
from services.learner_profile.competency.models import Competency
from services.learner_profile.evidence.models import Evidence
from services.learner_profile.evidence.queries import evidence_document
from services.learner_profile.mastery.models import Mastery
from services.learner_profile.mastery.queries.sections import mastery_document
from services.learner_profile.profile.queries import entry_changes

_HEARTBEAT_SECONDS = 15.0
_LONGEST_CURSOR = 4000


class _Snapshot(UserDefinedType[str]):
    def get_col_spec(self, **_: Any) -> str:  # noqa: ANN401 - the library's signature
        return "pg_snapshot"


async def cursor_at(database: Database, caller: VerifiedCaller, learner_id: UUID, after: str | None) -> str:
    """Where a stream begins: at `after`, or now; raises `NotFound` for a learner whose records the caller may not see."""
    known = _snapshot_of(after) if after else None
    body = await _START.fetch(database, caller, learner=learner_id)
    if body is None:
        raise NotFound
    return known or str(orjson.loads(body))


async def changes(
    database: Database, tail: Tail, caller: VerifiedCaller, learner_id: UUID, snapshot: str
) -> AsyncIterator[bytes]:
    """Server-sent events of new evidence and changed mastery, until the token expires or the caller may no longer see it."""
    with tail.subscribed(caller.district_id, str(learner_id)) as woken:
        while database.clock.now() < caller.expires_at:
            woken.clear()
            found = orjson.loads(await _NEWS.fetch(database, caller, learner=learner_id, seen=snapshot) or b"null")
            if found is None:
                return
            snapshot = found["snapshot"]
            for news in found["news"]:
                yield _sent({"cursor": _cursor_of(snapshot), **news})
            yield b": still here\n\n"
            left = (caller.expires_at - database.clock.now()).total_seconds()
            with suppress(TimeoutError):
                await asyncio.wait_for(woken.wait(), max(0.0, min(_HEARTBEAT_SECONDS, left)))


def _sent(news: dict[str, Any]) -> bytes:
    return b"id: %b\ndata: %b\n\n" % (news["cursor"].encode(), orjson.dumps(news))


def _cursor_of(snapshot: str) -> str:
    return base64.urlsafe_b64encode(snapshot.encode()).decode()


def _snapshot_of(cursor: str) -> str:
    """The snapshot in a cursor, `xmin:xmax:running,...`; raises `BadInput` for anything that we did not write."""
    try:
        snapshot = base64.urlsafe_b64decode(cursor[:_LONGEST_CURSOR]).decode("ascii")
        low, high, running = snapshot.split(":")
        numbers = [_transaction(number) for number in (low, *filter(None, running.split(",")), high)]
    except ValueError as malformed:
        raise BadInput("after is a cursor of this stream") from malformed
    if numbers != sorted(numbers):
        raise BadInput("after is a cursor of this stream")
    return snapshot


def _transaction(number: str) -> int:
    if not number.isdigit() or not 0 < int(number[:20]) < 1 << 62:
        raise ValueError(number)
    return int(number)


_OUTBOX = table("outbox", *(column(name) for name in ("district_id", "type", "subject", "occurred_at", "txid")))
_TOLD = ("evidence.recorded", "mastery.changed", "profile.changed")


def _told() -> Rows:
    """The instants of transactions that told something about the learner and were not over at the snapshot `seen`."""
    seen = cast(bindparam("seen", type_=Text()), _Snapshot)
    running = func.pg_snapshot_xip(seen).column_valued("running")
    return select(_OUTBOX.c.occurred_at).where(
        _OUTBOX.c.district_id == func.trellis_district(),
        _OUTBOX.c.subject == cast(_LEARNER, Text),
        _OUTBOX.c.type.in_(_TOLD),
        or_(
            _OUTBOX.c.txid >= cast(cast(func.pg_snapshot_xmax(seen), Text), BigInteger),
            _OUTBOX.c.txid.in_(select(cast(cast(running, Text), BigInteger))),
        ),
    )


def _news() -> Rows:
    piece, held, told = aliased(Evidence), aliased(Mastery), _told().cte("told")
    competency, mastered = aliased(Competency), aliased(Competency)
    recorded = func.json_build_object(
        "kind", "EvidenceRecorded", "evidence", evidence_document(piece, competency), type_=JSON
    )
    changed = func.json_build_object("kind", "MasteryChanged", "mastery", mastery_document(held, mastered), type_=JSON)
    pieces: Rows = (
        select(piece.recorded_at.label("at"), literal_column("1").label("rank"), recorded.label("body"))
        .join(competency, and_(competency.district_id == piece.district_id, competency.id == piece.competency_id))
        .where(piece.district_id == func.trellis_district(), piece.learner_id == _LEARNER, piece.state == "active")
        .where(piece.recorded_at.in_(select(told.c.occurred_at)))
    )
    standings: Rows = (
        select(held.changed_at, literal_column("2"), changed)
        .join(mastered, and_(mastered.district_id == held.district_id, mastered.id == held.competency_id))
        .where(held.district_id == func.trellis_district(), held.learner_id == _LEARNER)
        .where(held.changed_at.in_(select(told.c.occurred_at)))
    )
    entries = entry_changes(_LEARNER, select(told.c.occurred_at))
    news = union_all(pieces, standings, entries).subquery("news")
    listed = func.json_agg(aggregate_order_by(news.c.body, news.c.at, news.c.rank), type_=JSON)
    body = func.json_build_object(
        "snapshot", cast(func.pg_current_snapshot(), Text), "news", func.coalesce(listed, EMPTY_LIST), type_=JSON
    )
    return select(case((visible_learner_id(_LEARNER), select(body).select_from(news).scalar_subquery())))


_LEARNER: BindParameter[UUID] = bindparam("learner", type_=Uuid())
_START = HotRead(
    select(case((visible_learner_id(_LEARNER), func.to_json(cast(func.pg_current_snapshot(), Text), type_=JSON))))
)
_NEWS = HotRead(_news())
