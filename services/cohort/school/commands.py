"""What this service keeps of what it hears."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncSession

from kit.inbox import ReceivedEvent, upsert_newer
from services.cohort.school.models import School, StaffAssignment


async def keep_schools(session: AsyncSession, events: list[ReceivedEvent]) -> None:
    """`school.changed`: the school as it now is."""
    await upsert_newer(session, _table(School), [_school(event) for event in events], ["id"])


async def keep_staff(session: AsyncSession, events: list[ReceivedEvent]) -> None:
    """`staff.assigned`: one assignment as it now is."""
    await upsert_newer(session, _table(StaffAssignment), [_assignment(event) for event in events], ["id"])


def _table(model: type[School] | type[StaffAssignment]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - a mapped class has a table; this tells the type checker
    return table


def _school(event: ReceivedEvent) -> dict[str, Any]:
    return {
        **_envelope(event),
        "id": UUID(event.data["schoolId"]),
        "name": event.data["name"],
        "level": event.data.get("level"),
        "grades": event.data.get("grades") or [],
        "area": event.data.get("area"),
        "merged_into": _uuid(event.data.get("mergedInto")),
        "occurred_at": event.occurred_at,
    }


def _assignment(event: ReceivedEvent) -> dict[str, Any]:
    return {
        **_envelope(event),
        "id": UUID(event.subject),
        "person_id": UUID(event.data["personId"]),
        "org_id": UUID(event.data["orgId"]),
        "role": event.data["role"],
        "from_on": _day(event.data.get("from")),
        "to_on": _day(event.data.get("to")),
    }


def _envelope(event: ReceivedEvent) -> dict[str, Any]:
    return {
        "district_id": event.district_id,
        "epoch": event.epoch,
        "version": event.version,
        "state": event.state,
    }


def _uuid(value: str | None) -> UUID | None:
    return UUID(value) if value else None


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
