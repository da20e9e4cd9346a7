"""How each fact that is heard becomes this service's own copy."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncSession

from kit.inbox import Handler, ReceivedEvent, upsert_newer
from services.marketplace.heard.models import (
    Competency,
    Framework,
    Heard,
    LearnerEnrollment,
    Placement,
    Relationship,
    School,
    StaffAssignment,
)

State = Mapping[str, Any]
Columns = Callable[[State], dict[str, Any]]


def keeper(model: type[Heard], columns: Columns) -> Handler:
    """A handler that keeps one row for each subject; `columns` reads the state that the event carries."""

    async def keep(session: AsyncSession, events: list[ReceivedEvent]) -> None:
        rows = [{**_envelope(event, _subject_id(event)), **columns(event.data)} for event in events]
        await upsert_newer(session, _table(model), rows, ["id"])

    return keep


async def keep_frameworks(session: AsyncSession, events: list[ReceivedEvent]) -> None:
    """`framework.published`: the framework and every item of it, retired ones as withdrawn."""
    for event in events:
        row = {**_envelope(event, UUID(event.data["frameworkId"])), **_framework(event.data)}
        if await upsert_newer(session, _table(Framework), [row], ["id"]):
            items = [_item(event, item) for item in event.data["items"]]
            await upsert_newer(session, _table(Competency), items, ["id"])


def _table(model: type[Heard]) -> Table:
    table: Table = model.__table__  # type: ignore[attr-defined]  # every copy is mapped
    return table


def _subject_id(event: ReceivedEvent) -> UUID:
    """The subject's own id, or one made from a subject that is a pair of ids."""
    first, _, second = event.subject.partition(":")
    return uuid5(UUID(first), second) if second else UUID(first)


def _envelope(event: ReceivedEvent, row_id: UUID) -> dict[str, Any]:
    return {
        "district_id": event.district_id,
        "id": row_id,
        "epoch": event.epoch,
        "version": event.version,
        "state": event.state,
    }


def _school(state: State) -> dict[str, Any]:
    return {
        "name": state["name"],
        "level": state.get("level"),
        "grades": state.get("grades") or [],
        "area": state.get("area"),
    }


def _assignment(state: State) -> dict[str, Any]:
    named = {"person_id": UUID(state["personId"]), "org_id": UUID(state["orgId"]), "role": state["role"]}
    return {**named, **_window(state)}


def _relationship(state: State) -> dict[str, Any]:
    named = {"person_id": UUID(state["personId"]), "learner_id": UUID(state["learnerId"])}
    return {**named, "kind": state["kind"], "rights": state.get("rights"), **_window(state)}


def _enrollment(state: State) -> dict[str, Any]:
    named = {"learner_id": UUID(state["learnerId"]), "school_id": UUID(state["schoolId"])}
    return {**named, "grade": state.get("grade"), **_window(state)}


def _placement(state: State) -> dict[str, Any]:
    named = {name: UUID(state[f"{name.removesuffix('_id')}Id"]) for name in ("school_id", "program_id", "cohort_id")}
    return {**named, **_window(state.get("window") or {})}


def _framework(state: State) -> dict[str, Any]:
    return {"identifier": state["identifier"], "title": state.get("title")}


def _item(event: ReceivedEvent, item: State) -> dict[str, Any]:
    return {
        **_envelope(event, UUID(item["id"])),
        "state": item.get("state", event.state) if event.state == "active" else "withdrawn",
        "framework_id": UUID(event.data["frameworkId"]),
        "identifier": item["identifier"],
        "code": item.get("code"),
        "aliases": item.get("aliases") or [],
        "replaced_by": UUID(item["replacedBy"]) if item.get("replacedBy") else None,
    }


def _window(state: State) -> dict[str, Any]:
    return {"from_on": _day(state.get("from")), "to_on": _day(state.get("to"))}


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


keep_schools = keeper(School, _school)
keep_staff = keeper(StaffAssignment, _assignment)
keep_relationships = keeper(Relationship, _relationship)
keep_enrollments = keeper(LearnerEnrollment, _enrollment)
keep_placements = keeper(Placement, _placement)
