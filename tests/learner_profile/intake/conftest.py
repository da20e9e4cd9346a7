"""A district's student information system, which sends archives and lets the worker run."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from kit.jobs import Context, claim, perform
from services.learner_profile.intake.commands import KIND
from services.learner_profile.intake.work.run import apply_run
from tests.learner_profile.intake.archives import Files, archive
from tests.worlds import TestDistrict

PUSH = "urn:trellis:scope:roster.push"
RUNS = "/v1/roster/runs"


@dataclass
class Sender:
    """A system of one district and source."""

    client: httpx.AsyncClient
    app: FastAPI
    district: TestDistrict
    source: str = "sis"

    @property
    def headers(self) -> dict[str, str]:
        return self.district.as_client(PUSH, source=self.source, roster_source=self.source)

    async def post(self, content: bytes, **more: Any) -> httpx.Response:  # noqa: ANN401 - httpx's own
        headers = self.headers | {"Content-Type": "application/zip"} | more.pop("headers", {})
        return await self.client.post(RUNS, content=content, headers=headers, **more)

    async def send(self, files: Files | bytes, mode: str = "bulk", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - httpx's own
        """Send an archive, let the worker work until nothing is left to do, and answer the run."""
        answer = await self.post(files if isinstance(files, bytes) else archive(files, mode), **more)
        assert answer.status_code == 202, answer.text
        await self.work()
        return await self.run(answer.json()["id"])

    async def work(self) -> None:
        context = Context(self.app.state.settings, self.app.state.database, self.app.state.clock)
        while job := await claim(context.database, "a test", [KIND]):
            await perform(job, apply_run, context)

    async def get(self, path: str, **more: Any) -> Any:  # noqa: ANN401 - parsed JSON
        answer = await self.client.get(path, headers=self.headers, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def run(self, run_id: str) -> dict[str, Any]:
        run: dict[str, Any] = await self.get(f"{RUNS}/{run_id}")
        return run

    async def problems(self, run: dict[str, Any]) -> list[tuple[str, int, str, str]]:
        page = await self.get(f"{RUNS}/{run['id']}/problems", params={"first": 1000})
        return [(one["file"], one["row"], one["column"], one["code"]) for one in page["problems"]]


SenderOf = Callable[..., Sender]


@pytest.fixture
def sender_of(lp: httpx.AsyncClient, lp_app: FastAPI) -> SenderOf:
    return lambda district, source="sis": Sender(lp, lp_app, district, source)


@pytest.fixture
def sis(sender_of: SenderOf, districts: tuple[TestDistrict, TestDistrict]) -> Sender:
    """The student information system of the first district."""
    return sender_of(districts[0])


def counts(run: dict[str, Any], *names: str) -> dict[str, tuple[int, ...]]:
    """These counts of every file."""
    return {file: tuple(told[name] for name in names) for file, told in run["files"].items()}
