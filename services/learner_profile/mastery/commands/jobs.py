"""Work on mastery that outlives a request: bringing it up to date after a rule or the time has changed."""

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import text

from kit.jobs import Context, Job, enqueue
from services.learner_profile.mastery.commands import recompute
from services.learner_profile.mastery.commands.rules import RECOMPUTE

_BATCH: Final = 5000
_TURN: Final = timedelta(minutes=10)


async def bring_up_to_date(job: Job, _: Context) -> None:
    """Recompute a batch of the pairs that a change touches; the rest is the next job's, queued in the same transaction.

    The payload names a framework by `frameworkId`, or with `stale` those that time has changed, and the last pair done.
    """
    async with job.completing() as session:
        pairs = [tuple(row) for row in await session.execute(_PAIRS, _asked(job.payload))]
        await recompute(session, pairs, alone=False)
        if len(pairs) == _BATCH:
            learner, competency = pairs[-1]
            await enqueue(session, RECOMPUTE, {**job.payload, "after": [str(learner), str(competency)]})


def _asked(payload: dict[str, Any]) -> dict[str, Any]:
    learner, competency = payload.get("after", (None, None))
    named = {"framework": payload.get("frameworkId"), "stale": "stale" in payload}
    return {**named, "learner": learner, "competency": competency, "batch": _BATCH}


_PAIRS = text("""
select m.learner_id, m.competency_id from mastery m
join competency c on c.district_id = m.district_id and c.id = m.competency_id
where m.district_id = trellis_district()
  and (cast(:framework as text) is null or c.framework_id = cast(cast(:framework as text) as uuid))
  and (not :stale or m.stale_at <= trellis_now())
  and (cast(:learner as text) is null
       or (m.learner_id, m.competency_id) > (cast(cast(:learner as text) as uuid), cast(cast(:competency as text) as uuid)))
order by m.learner_id, m.competency_id limit :batch""")


async def find_stale(context: Context) -> None:
    """Queue a job in each district where time alone has changed something."""
    for district_id in await context.districts():
        async with context.transaction(district_id) as session:
            if (await session.execute(_STALE)).first() is not None:
                await enqueue(session, RECOMPUTE, {"stale": True}, key="stale")


_STALE = text("select 1 from mastery where district_id = trellis_district() and stale_at <= trellis_now() limit 1")

JOBS = {RECOMPUTE: bring_up_to_date}
SCHEDULES = {"mastery.turn": (_TURN, find_stale)}
