"""A worker as a process of its own, for tests that kill it: it delivers events and makes things, some of them slowly."""

import asyncio
import sys
from datetime import timedelta

from sqlalchemy import text

from kit.jobs import Context, Job
from kit.settings import ServiceSettings
from kit.worker import run

KEEP = "insert into thing (district_id, id, epoch, version, state) values (trellis_district(), :id, 0, 1, 'active')"


async def make(job: Job, _: Context) -> None:
    async with job.completing() as session:
        await session.execute(text(KEEP), {"id": job.payload["id"]})
        sys.stdout.write("begun\n")
        sys.stdout.flush()
        if job.attempt == 1:
            await asyncio.sleep(job.payload["seconds"])


async def count(context: Context) -> None:
    sys.stdout.write(f"{len(await context.districts())} districts\n")
    sys.stdout.flush()


if __name__ == "__main__":
    run(ServiceSettings(), jobs={"make": make, "make another": make}, schedules={"count": (timedelta(days=1), count)})
