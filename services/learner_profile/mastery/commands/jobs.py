"""Work on mastery that outlives a request: bringing it up to date after a rule or the time has changed."""

from datetime import timedelta
from typing import Final

from sqlalchemy import text

from kit.jobs import Context, Job, enqueue
from services.learner_profile.evidence.commands.ledger import planned_for_many
from services.learner_profile.mastery.commands.ledger import HELD, recompute_held
from services.learner_profile.mastery.commands.rules import RECOMPUTE

_BATCH: Final = 20_000
"""Rows of a batch, up to the end of the last one's learner."""
_TURN: Final = timedelta(minutes=10)


async def bring_up_to_date(job: Job, _: Context) -> None:
    """Recompute a batch of the rows that a change touches; the rest is the next job's, queued in the same transaction.

    The payload names a framework by `frameworkId`, or with `stale` those that time has changed, and the last learner done.
    """
    async with job.completing() as session:
        payload = job.payload
        scope = {"framework": payload.get("frameworkId"), "stale": "stale" in payload, "after": payload.get("after")}
        last = (await session.execute(_LAST, {**scope, "batch": _BATCH})).scalar_one_or_none()
        async with planned_for_many(session):
            await recompute_held(session, {**scope, "last": None if last is None else str(last)})
        if last is not None:
            await enqueue(session, RECOMPUTE, {**payload, "after": str(last)})


_LAST = text(f"""
select held.learner_id from mastery held where {HELD} order by held.learner_id offset :batch limit 1""")


async def find_stale(context: Context) -> None:
    """Queue a job in each district where time alone has changed something."""
    for district_id in await context.districts():
        async with context.transaction(district_id) as session:
            if (await session.execute(_STALE)).first() is not None:
                await enqueue(session, RECOMPUTE, {"stale": True}, key="stale")


_STALE = text("select 1 from mastery where district_id = trellis_district() and stale_at <= trellis_now() limit 1")

JOBS = {RECOMPUTE: bring_up_to_date}
SCHEDULES = {"mastery.turn": (_TURN, find_stale)}
