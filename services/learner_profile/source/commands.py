"""The switch that every push passes, and the watch over sources that have fallen silent."""

from datetime import timedelta

from prometheus_client import Gauge
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.caller import VerifiedCaller
from kit.jobs import Context
from services.learner_profile.roster.models import SourceSystem
from services.learner_profile.source.errors import SourcePaused
from services.learner_profile.source.queries import is_stale

STALE = Gauge("trellis_sources_stale", "Source systems from which nothing good has come for longer than is expected")


async def admit(session: AsyncSession, caller: VerifiedCaller) -> None:
    """Let a push go on and note that its source was heard; raises `SourcePaused`. People have no source and pass.

    It comes first in the push's own transaction, so that a push that fails has not been heard. One statement, which writes
    once a minute and waits for nobody: where another push holds the row, that one notes it.
    """
    if caller.source and await session.scalar(_ADMIT, {"source": caller.source}) == "paused":
        raise SourcePaused


_ADMIT = text("""
with held as (
  select state from source_system where district_id = trellis_district() and source = :source),
due as (
  select source from source_system
   where district_id = trellis_district() and source = :source and state = 'live'
     and (last_good_run_at is null or last_good_run_at < trellis_now() - interval '1 minute')
     for update skip locked),
noted as (
  update source_system s set last_good_run_at = trellis_now() from due
   where s.district_id = trellis_district() and s.source = due.source),
met as (
  insert into source_system (district_id, source, name, last_good_run_at)
  select trellis_district(), :source, :source, trellis_now() where not exists (select from held)
  on conflict do nothing)
select state from held""")


async def watch(context: Context) -> None:
    """Count the sources of all districts that are stale."""
    stale = 0
    for district_id in await context.districts():
        async with context.transaction(district_id) as session:
            counted = select(func.count()).select_from(SourceSystem)
            own = counted.where(SourceSystem.district_id == func.trellis_district(), is_stale(SourceSystem))
            stale += (await session.execute(own)).scalar_one()
    STALE.set(stale)


SCHEDULES = {"sources.watch": (timedelta(minutes=1), watch)}
