"""What people and systems do with roster runs: send one, confirm it, cancel it, and set a source's policy."""

from collections.abc import AsyncIterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, func, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from kit.caller import VerifiedCaller
from kit.database import Database, refusal_of
from kit.idempotency import Attempt, fingerprint
from kit.ids import uuid7
from kit.jobs import enqueue
from kit.problems import Forbidden, NotFound
from services.learner_profile.access import require_role
from services.learner_profile.intake.errors import EmptyUpload, RunNotHeld, RunOver, RunSuperseded
from services.learner_profile.intake.models import UNDER_WAY, RosterChunk, RosterRun
from services.learner_profile.intake.schemas import DISTRICT_DECIDES, SourcePolicy
from services.learner_profile.roster.models import SourceSystem
from services.learner_profile.source.errors import SourcePaused

KIND = "roster.run"
STEWARD = "data_steward"


async def receive_run(
    database: Database,
    caller: VerifiedCaller,
    source: str,
    attempt: Attempt,
    chunks: AsyncIterable[bytes],
    *,
    dry_run: bool,
    now: datetime,
) -> RosterRun:
    """Keep an upload and queue its run; answers the run, the earlier one where the request is repeated.

    Each chunk is a transaction of its own, because an upload may last longer than a connection should be held. No door shows
    chunks; the run that makes them count comes last, and chunks without a run are swept away.
    """
    try:
        async with database.transaction(caller) as session:
            await require_role(session, STEWARD)
            await _refuse_paused(session, source)
        upload_id = uuid7()
        size, digest = await _keep(database, caller, upload_id, chunks, now)
        run = {"source": source, "dry_run": dry_run, "bytes": size, "digest": digest}
        attempt = replace(attempt, request_hash=fingerprint(attempt.request_hash, digest))
        async with database.transaction(caller) as session:
            run_id = await attempt.once(session, lambda: _begin_run(session, caller, upload_id, run, now))
            if run_id != upload_id:
                await session.execute(delete(RosterChunk).where(RosterChunk.upload_id == upload_id))
            return await _run(session, run_id, source)
    except (DBAPIError, OSError) as failed:
        raise refusal_of(failed) from failed


async def _refuse_paused(session: AsyncSession, source: str) -> None:
    if await session.scalar(select(SourceSystem.state).where(SourceSystem.source == source)) == "paused":
        raise SourcePaused


async def _keep(
    database: Database, caller: VerifiedCaller, upload_id: UUID, chunks: AsyncIterable[bytes], now: datetime
) -> tuple[int, str]:
    digest, size, number = sha256(), 0, 0
    try:
        async for content in chunks:
            async with database.transaction(caller) as session:
                session.add(
                    RosterChunk(
                        district_id=caller.district_id,
                        upload_id=upload_id,
                        number=number,
                        content=content,
                        received_at=now,
                    )
                )
            digest.update(content)
            size, number = size + len(content), number + 1
    except BaseException:
        with suppress(DBAPIError, OSError):  # the sweep takes what stays
            async with database.transaction(caller) as session:
                await session.execute(delete(RosterChunk).where(RosterChunk.upload_id == upload_id))
        raise
    if not size:
        raise EmptyUpload
    return size, digest.hexdigest()


async def _begin_run(
    session: AsyncSession, caller: VerifiedCaller, upload_id: UUID, run: dict[str, Any], now: datetime
) -> UUID:
    """A source's first run makes it known, with the usual policy."""
    known = {"district_id": func.trellis_district(), "source": run["source"], "name": run["source"]}
    await session.execute(insert(SourceSystem).values(known).on_conflict_do_nothing())
    session.add(
        RosterRun(
            district_id=caller.district_id,
            id=upload_id,
            roster_source=caller.roster_source or run["source"],
            sent_by=str(caller.person_id or caller.client_id),
            received_at=now,
            **run,
        )
    )
    await session.flush()
    await enqueue(session, KIND, {"run": str(upload_id)}, key=str(upload_id))
    return upload_id


async def _run(session: AsyncSession, run_id: UUID, source: str | None) -> RosterRun:
    """The run as it is now, locked; raises `NotFound` for one of another source."""
    query = select(RosterRun).where(RosterRun.id == run_id).with_for_update().execution_options(populate_existing=True)
    run = await session.scalar(query if source is None else query.where(RosterRun.source == source))
    if run is None:
        raise NotFound
    return run


async def confirm_run(session: AsyncSession, caller: VerifiedCaller, run_id: UUID) -> RosterRun:
    """Let a held run be applied although it removes much; raises `RunNotHeld` and `RunSuperseded`."""
    await require_role(session, STEWARD)
    run = await _run(session, run_id, caller.source)
    if run.state != "held":
        raise RunNotHeld
    later = aliased(RosterRun)
    applied_since = exists().where(
        later.source == run.source,
        later.state == "applied",
        ~later.dry_run,
        tuple_(later.received_at, later.id) > tuple_(run.received_at, run.id),
    )
    if await session.scalar(select(applied_since)):
        raise RunSuperseded
    run.state, run.progress = "received", 0
    run.confirmed_by = str(caller.person_id or caller.client_id)
    await session.flush()
    await enqueue(session, KIND, {"run": str(run.id)}, key=str(run.id))
    return run


async def cancel_run(session: AsyncSession, caller: VerifiedCaller, run_id: UUID, now: datetime) -> RosterRun:
    """End a run that is not over; one that is being applied is undone. Raises `RunOver`."""
    await require_role(session, STEWARD)
    run = await _run(session, run_id, caller.source)
    if run.state not in (*UNDER_WAY, "held"):
        raise RunOver
    run.state, run.finished_at = "cancelled", now
    await session.flush()
    await session.execute(delete(RosterChunk).where(RosterChunk.upload_id == run.id))
    return run


async def set_policy(session: AsyncSession, caller: VerifiedCaller, source: str, policy: SourcePolicy) -> SourceSystem:
    """Set what absence means for a source, how much may vanish, and what the district decides of it.

    The first two may be the source's own decision; a source that tries the others is refused, or a pause would not hold.
    """
    await require_role(session, STEWARD)
    if caller.source not in (None, source):
        raise NotFound
    if caller.source and policy.model_fields_set & DISTRICT_DECIDES:
        raise Forbidden("Name, owner, state and expectation of a source are the district's to set")
    changed = policy.model_dump(exclude_unset=True)
    values = {"district_id": func.trellis_district(), "source": source, "name": source, **changed}
    given = insert(SourceSystem).values(values)
    stored = await session.execute(
        given.on_conflict_do_update(index_elements=["district_id", "source"], set_=changed).returning(SourceSystem),
        execution_options={"populate_existing": True},
    )
    return stored.scalar_one()


async def sweep(session: AsyncSession, now: datetime) -> None:
    """End runs that no job will end any more, and forget uploads that never became a run."""
    await session.execute(_FAIL_ABANDONED, {"kind": KIND, "now": now})
    await session.execute(_FORGET_STRAY, {"before": now - _KEEP_STRAY})


_KEEP_STRAY = timedelta(hours=6)
_FAIL_ABANDONED = text("""
update roster_run r set state = 'failed', error = 'abandoned', finished_at = :now
 where r.state in ('received', 'checking', 'applying')
   and not exists (select from job j where j.kind = :kind and j.payload ->> 'run' = r.id::text
                     and j.state in ('queued', 'retrying', 'running'))""")
_FORGET_STRAY = text("""
delete from roster_chunk c
 where c.received_at < :before and not exists (select from roster_run r where r.id = c.upload_id)""")
