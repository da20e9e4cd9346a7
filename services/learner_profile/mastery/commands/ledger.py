"""Bring the kept state of mastery up to date with the ledger."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, and_, cast, column, func, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from kit.graph import Rows
from kit.outbox import emit_from
from services.learner_profile.evidence.models import Evidence
from services.learner_profile.evidence.queries import stands
from services.learner_profile.mastery.models import Mastery
from services.learner_profile.mastery.queries.standings import PIECE, standings

Pair = tuple[UUID, UUID]
"""A learner and a competency."""

_STATE = ("state", "level", "score", "evidence_count", "as_of", "policy_id", "policy_version", "stale_at")


async def recompute(session: AsyncSession, pairs: Sequence[Pair], *, alone: bool) -> int:
    """Recompute these pairs from the ledger and tell live streams; returns how many changed.

    `alone` promises that the transaction holds the ledger's exclusive lock. Otherwise the pairs are locked first, in one order,
    so that the statement that reads the ledger sees what those who came before have written.
    """
    if not pairs:
        return 0
    arrays = {"learners": [pair[0] for pair in pairs], "competencies": [pair[1] for pair in pairs]}
    if not alone:
        await session.execute(_PLACE, arrays)
        await session.execute(_LOCK, arrays)
    return await _told(session, _upsert(pairs))


async def recompute_held(session: AsyncSession, scope: Mapping[str, Any]) -> int:
    """The same for a range of the rows that are there, without naming them one by one.

    `scope` has the parameters of `HELD`, and `last`, the last learner concerned or None.
    """
    await session.execute(_LOCK_HELD, scope)
    return await _told(session, _update(scope))


async def _told(session: AsyncSession, statement: Rows) -> int:
    changed = list((await session.execute(statement)).scalars())
    await emit_from(session, _CHANGED, learners=list(dict.fromkeys(changed)))
    return len(changed)


_PAIRS = "unnest(cast(:learners as uuid[]), cast(:competencies as uuid[])) as pair (learner_id, competency_id)"

_PLACE = text(f"""
insert into mastery (district_id, learner_id, competency_id, state, evidence_count, version, changed_at)
select trellis_district(), learner_id, competency_id, 'NOT_STARTED', 0, 0, trellis_now()
from {_PAIRS} order by 2, 3 on conflict do nothing""")

_LOCK = text(f"""
select 1 from mastery held
where held.district_id = trellis_district()
  and (held.learner_id, held.competency_id) in (select learner_id, competency_id from {_PAIRS})
order by held.learner_id, held.competency_id for update""")

HELD = """
held.district_id = trellis_district()
  and held.learner_id > coalesce(cast(cast(:after as text) as uuid), '00000000-0000-0000-0000-000000000000')
  and (not :stale or held.stale_at <= trellis_now())
  and (cast(:framework as text) is null or exists (
    select from competency c where c.district_id = held.district_id and c.id = held.competency_id
       and c.framework_id = cast(cast(:framework as text) as uuid)))"""
"""Rows of mastery after a learner, or all: what has become stale, or of one framework, or both."""

_UP_TO = """
held.learner_id <= coalesce(cast(cast(:last as text) as uuid), 'ffffffff-ffff-ffff-ffff-ffffffffffff')"""

_LOCK_HELD = text(f"""
select count(*) from (
  select from mastery held where {HELD} and {_UP_TO}
  order by held.learner_id, held.competency_id for no key update) locked""")

_CHANGED = """
select 'mastery.changed' as type, learner::text as subject, 0 as version, 'active' as state,
       trellis_now() as occurred_at, '{}'::jsonb as data
from unnest(cast(:learners as uuid[])) learner"""


def _upsert(pairs: Sequence[Pair]) -> Rows:
    stood = standings(_pieces(pairs)).subquery("stood")
    columns = ("learner_id", "competency_id", *_STATE)
    given = insert(Mastery).from_select(
        ["district_id", *columns, "changed_at"],
        select(func.trellis_district(), *(stood.c[name] for name in columns), func.trellis_now()),
    )
    own = tuple_(*(getattr(Mastery, name) for name in _STATE))
    return given.on_conflict_do_update(  # type: ignore[return-value]  # an insert that returns rows
        index_elements=["district_id", "learner_id", "competency_id"],
        set_={
            **{name: given.excluded[name] for name in (*_STATE, "changed_at")},
            "version": Mastery.version + 1,
        },
        where=own.is_distinct_from(tuple_(*(given.excluded[name] for name in _STATE))),
    ).returning(Mastery.learner_id)


def _update(scope: Mapping[str, Any]) -> Rows:
    stood = standings(_held_pieces(scope)).subquery("stood")
    changed = tuple_(*(getattr(Mastery, name) for name in _STATE)).is_distinct_from(
        tuple_(*(stood.c[name] for name in _STATE))
    )
    said = {name: stood.c[name] for name in _STATE}
    return (
        update(Mastery)  # type: ignore[return-value]  # an update that returns rows
        .where(
            Mastery.district_id == func.trellis_district(),
            Mastery.learner_id == stood.c.learner_id,
            Mastery.competency_id == stood.c.competency_id,
            changed,
        )
        .values({**said, "version": Mastery.version + 1, "changed_at": func.trellis_now()})
        .returning(Mastery.learner_id)
        .execution_options(synchronize_session=False)
    )


def _held_pieces(scope: Mapping[str, Any]) -> Rows:
    held, piece = aliased(Mastery, name="held"), aliased(Evidence)
    told = (getattr(piece, name) for name in PIECE if name not in ("learner_id", "competency_id"))
    asked = text(f"{HELD} and {_UP_TO}").bindparams(**scope)
    return (
        select(held.learner_id, held.competency_id, *told)
        .join_from(held, piece, _own(piece, held), isouter=True)
        .where(asked)
    )


def _pieces(pairs: Sequence[Pair]) -> Rows:
    learners, competencies = ([str(pair[side]) for pair in pairs] for side in (0, 1))
    pair = (
        func.unnest(cast(learners, ARRAY(Uuid)), cast(competencies, ARRAY(Uuid)))
        .table_valued(column("learner_id", Uuid), column("competency_id", Uuid))
        .render_derived(name="pair")
    )
    piece = aliased(Evidence)
    told = (getattr(piece, name) for name in PIECE if name not in pair.c)
    return select(pair.c.learner_id, pair.c.competency_id, *told).join_from(
        pair, piece, _own(piece, pair.c), isouter=True
    )


def _own(piece: Any, pair: Any) -> ColumnElement[bool]:  # noqa: ANN401 - tables
    """Whether a piece of evidence counts for a pair."""
    return and_(
        piece.district_id == func.trellis_district(),
        piece.learner_id == pair.learner_id,
        piece.competency_id == pair.competency_id,
        stands(piece),
    )
