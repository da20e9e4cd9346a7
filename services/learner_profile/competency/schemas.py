"""What comes in and goes out at the doors of the competency area."""

import asyncio
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

import orjson
from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from kit.clock import Now
from kit.problems import TooLarge
from services.learner_profile.competency.domain.package import Package, read_package
from services.learner_profile.competency.errors import NotJson

MOST_BYTES: Final = 32 * 1024 * 1024
"""More than the largest state framework that we know of takes as JSON."""


async def _package(request: Request, now: Now) -> Package:
    body = await _bounded(request)
    return await asyncio.to_thread(_read, body, now)


GivenPackage = Annotated[Package, Depends(_package)]
"""The CASE package in the body, read before a transaction opens."""


async def _bounded(request: Request) -> bytearray:
    declared = request.headers.get("content-length", "0")
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > MOST_BYTES:
        raise TooLarge(limitBytes=MOST_BYTES)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise TooLarge(limitBytes=MOST_BYTES)
    return body


def _read(body: bytearray, now: datetime) -> Package:
    try:
        return read_package(orjson.loads(body), now)
    except orjson.JSONDecodeError as malformed:
        raise NotJson(line=malformed.lineno, column=malformed.colno) from malformed


class _Out(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, from_attributes=True)


class FindingOut(_Out):
    pointer: str
    code: str
    message: str
    severity: Literal["error", "warning"]


class Counts(_Out):
    created: int
    updated: int
    unchanged: int
    withdrawn: int


class ImportReport(_Out):
    """What an import did, or with `dryRun` would do."""

    id: UUID | None
    """Null where a rehearsal would have created the framework."""
    identifier: str
    title: str
    version: int
    created: bool
    dry_run: bool
    items: Counts
    associations: Counts
    became_evidence: int
    """How many scores had waited for these items and are evidence now."""
    findings: list[FindingOut]


class FrameworkOut(_Out):
    id: UUID
    identifier: str
    title: str
    subject: str | None
    edition: str | None
    adoption_status: str | None
    state: Literal["active", "withdrawn"]
    last_change_at: datetime
    version: int
    changed_at: datetime
    competencies: int
    """How many items are active."""


class FrameworkPage(_Out):
    frameworks: list[FrameworkOut]
    next: str | None
    """The `after` of the next page."""


def listed(findings: list[Any]) -> list[dict[str, str]]:
    """Findings as members of a problem document."""
    return [
        {"pointer": finding.pointer, "code": finding.code, "message": finding.message, "severity": finding.severity}
        for finding in findings
    ]
