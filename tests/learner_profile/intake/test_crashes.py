"""A run that dies in the middle leaves the old roster whole and starts again by itself."""

import asyncio
import json
import subprocess
import sys
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from kit.clock import Clock
from kit.jobs import Context
from local.databases import ServiceDatabase
from local.postgres import Postgres
from local.settings import ROOT
from services.learner_profile.intake.work.run import sweep_runs
from tests.conftest import Sql
from tests.learner_profile.intake.archives import Files, archive, small_roster
from tests.learner_profile.intake.conftest import RUNS, Sender

WORKER = """
import asyncio, json, sys
from kit.clock import Clock
from kit.database import opened
from kit.jobs import Context, claim, perform
from services.learner_profile.intake.work.run import JOBS
from services.learner_profile.settings import Settings

async def work():
    settings = Settings(**json.load(sys.stdin))
    clock = Clock()
    async with opened(settings, clock) as database:
        context = Context(settings, database, clock)
        while job := await claim(database, "doomed", list(JOBS)):
            await perform(job, JOBS[job.kind], context)

asyncio.run(work())
"""


def changed_roster() -> Files:
    roster = small_roster()
    for user in roster["users"]:
        user["familyName"] = "Changed"
    return roster


async def until(sis: Sender, run_id: str, state: str) -> None:
    for _ in range(300):
        if (await sis.run(run_id))["state"] == state:
            return
        await asyncio.sleep(0.05)
    pytest.fail(f"the run never was {state}: {await sis.run(run_id)}")


async def family_names(sis: Sender, sql: Sql) -> set[str]:
    async with sql("learner_profile", sis.district) as connection:
        found = await connection.fetch("select distinct left(family_name, 7) from person")
    return {row[0] for row in found}


async def lease_ends(sis: Sender, sql: Sql) -> None:
    async with sql("learner_profile", sis.district) as connection:
        await connection.execute("update job set lease_until = now() - interval '1 second' where state = 'running'")
        await connection.execute("update job set run_after = now() where state = 'retrying'")


async def test_a_worker_killed_in_the_middle_changes_nothing_and_another_starts_again(
    sis: Sender, sql: Sql, app_settings: dict[str, dict[str, Any]]
) -> None:
    await sis.send(small_roster())
    run_id = (await sis.post(archive(changed_roster()))).json()["id"]
    # Somebody holds a row of a late file, so that the worker is caught after it has changed the earlier ones.
    async with sql("learner_profile", sis.district) as connection:
        await connection.execute("select 1 from person where sourced_id = 's-6' for update")
        worker = subprocess.Popen([sys.executable, "-c", WORKER], stdin=subprocess.PIPE, cwd=ROOT, text=True)  # noqa: ASYNC220 - ours
        assert worker.stdin is not None
        worker.stdin.write(json.dumps(app_settings["learner_profile"]))
        worker.stdin.close()
        await until(sis, run_id, "applying")
        await asyncio.sleep(0.2)
        worker.kill()
        worker.wait()
    assert await family_names(sis, sql) == {"Familys", "Ode"}
    assert (await sis.run(run_id))["state"] == "applying"
    await lease_ends(sis, sql)
    await sis.work()
    run = await sis.run(run_id)
    assert (run["state"], run["files"]["users"]["updated"]) == ("applied", 7)
    assert await family_names(sis, sql) == {"Changed"}


async def test_a_lost_connection_in_the_middle_changes_nothing_and_the_run_starts_again(
    sis: Sender, sql: Sql, postgres: Postgres, databases: dict[str, ServiceDatabase]
) -> None:
    await sis.send(small_roster())
    run_id = (await sis.post(archive(changed_roster()))).json()["id"]
    async with sql("learner_profile", sis.district) as connection:
        await connection.execute("select 1 from person where sourced_id = 's-6' for update")
        working = asyncio.create_task(sis.work())
        await until(sis, run_id, "applying")
        await asyncio.sleep(0.2)
        superuser = await asyncpg.connect(postgres.url("learner_profile"))
        ended = await superuser.fetch(
            """select pg_terminate_backend(pid) from pg_stat_activity
                where datname = 'learner_profile' and query like '%merged as (insert into "person"%' and pid <> pg_backend_pid()"""
        )
        await superuser.close()
        assert len(ended) == 1
        await working
    assert await family_names(sis, sql) == {"Familys", "Ode"}
    await lease_ends(sis, sql)
    await sis.work()
    assert (await sis.run(run_id))["state"] == "applied"
    assert await family_names(sis, sql) == {"Changed"}


async def test_a_run_cancelled_while_it_is_applied_is_undone(sis: Sender, sql: Sql) -> None:
    await sis.send(small_roster())
    run_id = (await sis.post(archive(changed_roster()))).json()["id"]
    async with sql("learner_profile", sis.district) as connection:
        await connection.execute("select 1 from person where sourced_id = 's-6' for update")
        working = asyncio.create_task(sis.work())
        await until(sis, run_id, "applying")
        assert (await sis.client.post(f"{RUNS}/{run_id}/cancel", headers=sis.headers)).status_code == 200
    await working
    assert (await sis.run(run_id))["state"] == "cancelled"
    assert await family_names(sis, sql) == {"Familys", "Ode"}


async def test_a_run_whose_job_is_gone_is_ended_and_stray_uploads_are_swept(sis: Sender, sql: Sql) -> None:
    run_id = (await sis.post(archive(small_roster()))).json()["id"]
    async with sql("learner_profile", sis.district) as connection:
        await connection.execute("update job set state = 'failed'")
        await connection.execute("update roster_chunk set received_at = now() - interval '1 day'")
        await connection.execute(
            """insert into roster_chunk (district_id, upload_id, number, content, received_at)
               values (trellis_district(), gen_random_uuid(), 0, 'PK', now() - interval '1 day')"""
        )
    clock = Clock(timedelta())
    await sweep_runs(Context(sis.app.state.settings, sis.app.state.database, clock))
    run = await sis.run(run_id)
    assert (run["state"], run["error"]) == ("failed", "abandoned")
    async with sql("learner_profile", sis.district) as connection:
        assert await connection.fetchval("select count(*) from roster_chunk where content = 'PK'") == 0
