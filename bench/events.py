"""Events as learning tools send them, against `pgbench` inserting the same event row by row.

A graded attempt as Caliper, sent by 64 clients to the learner profile's own door: each is stored before its answer leaves, its
learner and its learning objective are looked up, and it is in the ledger and in mastery by then. `events.single` sends one to an
envelope, `events.batch` a hundred. The bare way is `pgbench` with as many clients: one insert of the same JSON with its id into a
table without row security, by prepared statement, on the same server, whose every commit reaches the disk.
"""

import json
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any, Final
from uuid import uuid4

import asyncpg
import httpx
import orjson

from bench.client import NUMBER, Request
from bench.compare import Way, measured
from bench.district import PROFILE, Measured
from bench.settings import BenchSettings
from bench.system import Stack
from local.demo.framework import item_id
from local.demo.personas import clients
from local.postgres import programs

CLIENTS: Final = 64
BATCH: Final = 100
_USERS: Final = "https://lms.example.org/users/"
_CALIPER: Final = "http://purl.imsglobal.org/ctx/caliper/v1p2"
_SAID: Final = f"throughput in events of {CLIENTS} clients, relative to pgbench inserting the same JSON one by one"
_NO_VARIABLE: Final = re.compile(r":(?=\w)")
"""What pgbench would take for a variable, also inside a text; in a text of JSON a colon may be escaped."""
_TPS: Final = re.compile(r"tps = ([0-9.]+)")
Figures = dict[str, dict[str, Any]]


async def prepare(stack: Stack) -> None:
    """The table of the bare way."""
    owner = await asyncpg.connect(stack.database("learner_profile").urls["owner"])
    await owner.execute(
        "create schema if not exists bench; drop table if exists bench.event;"
        "create table bench.event (id uuid primary key, content jsonb not null)"
    )
    await owner.close()


def measure(settings: BenchSettings, stack: Stack, subject: Measured) -> Figures:
    """The figures `events.single` and `events.batch`; each round measures all three ways."""
    token = _token(stack)
    _map(stack, token)
    address = stack.system.address("learner_profile")
    ways = {
        name: Way(address, [Request("/caliper", body, token) for body in _envelopes(subject, size)])
        for name, size in (("single", 1), ("batch", BATCH))
    }
    for way in ways.values():
        measured(settings, way, 1.0, CLIENTS)
    rounds = [_round(settings, stack, subject, ways) for _ in range(settings.rounds)]
    return {f"events.{name}": _figure(name, rounds) for name in ways}


def _round(settings: BenchSettings, stack: Stack, subject: Measured, ways: dict[str, Way]) -> dict[str, Any]:
    bare = _pgbench(settings, stack, next(_events(subject, 1)))
    return {"bare": bare} | {name: measured(settings, way, settings.seconds, CLIENTS) for name, way in ways.items()}


def _figure(name: str, rounds: list[dict[str, Any]]) -> dict[str, Any]:
    size = BATCH if name == "batch" else 1
    ratios = [one[name].per_second * size / one["bare"] for one in rounds]
    return {
        "ratio": round(median(ratios), 3),
        "of": _SAID if size == 1 else f"{_SAID}; {BATCH} to an envelope",
        "p50_ms": round(median(one[name].p50_ms for one in rounds), 2),
        "p99_ms": round(median(one[name].p99_ms for one in rounds), 2),
        "per_second": round(median(one[name].per_second * size for one in rounds), 1),
        "bare_per_second": round(median(one["bare"] for one in rounds), 1),
        "ratios": [round(min(ratios), 3), round(max(ratios), 3)],
    }


def _pgbench(settings: BenchSettings, stack: Stack, event: dict[str, Any]) -> float:
    """Inserts in a second."""
    script = settings.state / "insert.sql"
    content = _NO_VARIABLE.sub(r"\\u003a", json.dumps(event)).replace("'", "''")
    script.write_text(f"insert into bench.event (id, content) values (gen_random_uuid(), '{content}');\n")
    command: list[str | Path] = [
        programs(settings.pg) / "pgbench",
        "-n",
        "-M",
        "prepared",
        "-c",
        str(CLIENTS),
        "-j",
        "2",
    ]
    command += [
        "-T",
        str(max(1, round(settings.seconds))),
        "-f",
        script,
        stack.database("learner_profile").urls["owner"],
    ]
    done = subprocess.run(command, capture_output=True, check=True, text=True)  # noqa: S603
    found = _TPS.search(done.stdout)
    return float(found[1]) if found else 0.0


def _envelopes(subject: Measured, size: int) -> Iterator[str]:
    """One for each learner; the client numbers every event that it sends."""
    sent = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    for place in range(len(subject.members)):
        events = list(_events(subject, size, place))
        envelope = {"sensor": "urn:x:bench", "sendTime": sent, "dataVersion": _CALIPER, "data": events}
        yield orjson.dumps(envelope).decode()


def _events(subject: Measured, size: int, start: int = 0) -> Iterator[dict[str, Any]]:
    when = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
    for place in range(start, start + size):
        learner = subject.members[place % len(subject.members)]
        objective = (
            f"https://case.example.org/ims/case/v1p1/CFItems/{item_id(subject.codes[place % len(subject.codes)])}"
        )
        assignable = {"id": "https://lms.example.org/quizzes/1", "type": "Assessment", "name": "Quiz"}
        attempt = {
            "id": f"https://lms.example.org/attempts/{place}",
            "type": "Attempt",
            "assignee": {"id": f"{_USERS}{learner.sourced_id}", "type": "Person"},
            "assignable": {**assignable, "learningObjectives": [{"id": objective, "type": "LearningObjective"}]},
        }
        yield {
            "@context": _CALIPER,
            "id": f"urn:x:bench:{NUMBER}:{place}",
            "type": "GradeEvent",
            "actor": "https://lms.example.org/autograder",
            "action": "Graded",
            "object": attempt,
            "generated": {"id": "urn:x:score", "type": "Score", "scoreGiven": place % 10, "maxScore": 10},
            "eventTime": when,
        }


def _token(stack: Stack) -> str:
    lms = next(one for one in clients(PROFILE) if one.key == "lms")
    return stack.running.client_token(lms.client_id, stack.registration.secrets[lms.client_id])


def _map(stack: Stack, token: str) -> None:
    address = stack.system.address("learner_profile")
    body = {"kind": "actor", "match": "prefix", "value": _USERS}
    answer = httpx.put(
        f"{address}/v1/activity/mappings/{uuid4()}",
        json=body,
        headers={"Authorization": f"Bearer {token}"},
        trust_env=False,
    )
    answer.raise_for_status()
