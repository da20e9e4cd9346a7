"""The operator's command line: `python -m services.cohort.operator --help`."""

from sqlalchemy.ext.asyncio import AsyncSession

from kit import republish
from kit.outbox import emit_from
from services.cohort import events
from services.cohort.settings import Settings


async def _placements(session: AsyncSession) -> int:
    return await emit_from(session, events.EVERY_PLACEMENT_CHANGED)


app = republish.commands(Settings, {"placement.changed": _placements})

if __name__ == "__main__":
    app()
