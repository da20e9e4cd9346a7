"""What happens every so often: one worker at a time runs each schedule, by the process's clock.

A schedule that was missed runs once, not once for each time it was missed. If its worker dies the lease ends and another
runs it again.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

import structlog

from kit import metrics
from kit.jobs import Context, code_of

Handler = Callable[[Context], Awaitable[None]]
Schedules = Mapping[str, tuple[timedelta, Handler]]
"""`{"offers that expire": (timedelta(minutes=5), expire_offers)}`"""

LEASE = timedelta(minutes=10)
"""The longest that one run may take; longer work enqueues jobs."""
_RETRY_AFTER = timedelta(minutes=1)
_log = structlog.get_logger("schedules")


async def register(context: Context, schedules: Schedules) -> None:
    """Make the schedules known; a new one is due at once."""
    await context.database.pool.executemany(
        "insert into schedule (kind, next_at) values ($1, $2) on conflict do nothing",
        [(kind, context.clock.now()) for kind in schedules],
    )


async def run_due(context: Context, schedules: Schedules, worker: str) -> bool:
    """Run one schedule that is due; False when none is."""
    intervals = [interval for interval, _ in schedules.values()]
    kind = await context.database.pool.fetchval(_CLAIM, list(schedules), intervals, context.clock.now(), worker, LEASE)
    if kind is None:
        return False
    interval, handler = schedules[kind]
    try:
        await handler(context)
    except Exception as failed:  # noqa: BLE001 - a schedule's failure is not the worker's
        metrics.RUNS.labels(kind, "failed").inc()
        _log.warning("schedule failed", kind=kind, exc_info=failed)
        await _leave(context, kind, worker, every=min(interval, _RETRY_AFTER), error=code_of(failed))
    else:
        metrics.RUNS.labels(kind, "done").inc()
        await _leave(context, kind, worker, every=interval, error=None)
    return True


_CLAIM = """
update schedule set lease_until = clock_timestamp() + $5, leased_by = $4
 where kind = (
   select s.kind from schedule s join unnest($1::text[], $2::interval[]) as plan (kind, every) on plan.kind = s.kind
    where (s.next_at <= $3 or s.next_at > $3 + plan.every) and (s.lease_until is null or s.lease_until < clock_timestamp())
    order by s.next_at limit 1 for update of s skip locked)
returning kind"""
# A time further off than an interval was set before the clock was moved back.


async def _leave(context: Context, kind: str, worker: str, *, every: timedelta, error: str | None) -> None:
    """Set the next time on the grid that the first one began, past the clock's now."""
    await context.database.pool.execute(_LEAVE, kind, worker, context.clock.now(), every, error)


_LEAVE = """
update schedule set lease_until = null, leased_by = null, last_error = $5,
       next_at = next_at + $4::interval * (floor(extract(epoch from $3 - next_at) / extract(epoch from $4::interval)) + 1)
 where kind = $1 and leased_by = $2"""
