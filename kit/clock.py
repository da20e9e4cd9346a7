"""The time, so that it can be moved: in development and in tests, never in production."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import AfterValidator, AwareDatetime, BaseModel


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as beyond:
        raise ValueError("lies beyond the calendar") from beyond


Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A moment of a caller's, in UTC; the first and last days of the calendar do not exist in every zone."""


@dataclass
class Clock:
    """The machine's time plus an offset that development may set."""

    offset: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def move_to(self, instant: datetime) -> None:
        self.offset = instant - datetime.now(UTC)


async def _now(request: Request) -> datetime:
    clock: Clock = request.app.state.clock
    return clock.now()


Now = Annotated[datetime, Depends(_now)]
"""The instant of the request, by the process's clock."""


class ClockSetting(BaseModel):
    now: Instant


dev_routes = APIRouter(prefix="/dev", include_in_schema=False)


@dev_routes.put("/clock")
async def put_clock(setting: ClockSetting, request: Request) -> ClockSetting:
    clock: Clock = request.app.state.clock
    clock.move_to(setting.now)
    return ClockSetting(now=clock.now())
