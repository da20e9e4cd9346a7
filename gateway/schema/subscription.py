"""What happens while one looks."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import orjson
import strawberry
from strawberry import ID, UNSET, Info

from gateway.errors import NOT_FOUND, UNAUTHENTICATED, UpstreamFailure
from gateway.execution.context import Context
from gateway.execution.targets import canonical
from gateway.types.mastery import Evidence, Mastery
from gateway.types.profile import EntryKind
from gateway.types.sources import LEARNER_PROFILE


@strawberry.interface(description="Something about a learner that has changed.")
class LearnerChange:
    cursor: str = strawberry.field(description="Where to go on after a lost connection.")


@strawberry.type
class EvidenceRecorded(LearnerChange):
    evidence: Evidence


@strawberry.type
class MasteryChanged(LearnerChange):
    mastery: Mastery


@strawberry.type(description="Something in the six families was told, corrected or withdrawn.")
class ProfileChanged(LearnerChange):
    entry_id: ID
    entry_kind: EntryKind


@strawberry.type
class Subscription:
    @strawberry.subscription(description="New evidence and mastery of a learner whom the caller may see.")  # type: ignore[untyped-decorator]
    async def learner_changed(
        self, info: Info[Context, None], learner_id: ID, after: str | None = UNSET
    ) -> AsyncGenerator[LearnerChange, None]:
        wanted = canonical(learner_id)
        if wanted is None:
            raise UpstreamFailure(LEARNER_PROFILE, NOT_FOUND, "There is nothing here that you may see")
        params = {"after": after} if after else {}
        async for event in _changes(info.context, f"/graph/learners/{quote(wanted)}/changes", params):
            info.context.renew()
            yield event


async def _changes(context: Context, path: str, params: dict[str, str]) -> AsyncIterator[Any]:
    """The service's events under the caller's token, until either ends."""
    service = context.services.by_name[LEARNER_PROFILE]
    async with service.stream(path, context.relay.headers, params) as response:
        lines = response.aiter_lines()
        while True:
            line = await _before_expiry(context, lines)
            if line is None:
                return
            if line.startswith("data:"):
                event = orjson.loads(line[5:])
                yield {**event, "__typename": event["kind"]}


async def _before_expiry(context: Context, lines: AsyncIterator[str]) -> str | None:
    if context.caller is None:
        raise _expired()
    try:
        async with asyncio.timeout((context.caller.expires_at - datetime.now(UTC)).total_seconds()):
            return await anext(lines, None)
    except TimeoutError as over:
        raise _expired() from over


def _expired() -> UpstreamFailure:
    return UpstreamFailure(LEARNER_PROFILE, UNAUTHENTICATED, "The token has expired")
