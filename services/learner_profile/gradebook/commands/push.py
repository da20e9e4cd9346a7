"""Pushes to the gradebook: stored whatever order they come in, and evidence as soon as all that it needs is there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import ColumnElement, func, literal_column, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kit.caller import VerifiedCaller
from kit.ids import uuid7
from kit.problems import Forbidden
from services.learner_profile.gradebook import models
from services.learner_profile.gradebook.commands.projection import project_results
from services.learner_profile.gradebook.queries.pages import namespaces, parent_exists
from services.learner_profile.gradebook.queries.pieces import BOOKS, Book, Cause
from services.learner_profile.gradebook.schemas.members import OBJECTIVES, Objectives
from services.learner_profile.gradebook.schemas.resources import Entry
from services.learner_profile.oneroster.errors import InvalidPayload, UnknownObject
from services.learner_profile.oneroster.schemas.payloads import pointer
from services.learner_profile.oneroster.schemas.records import Record
from services.learner_profile.oneroster.schemas.scalars import Values
from services.learner_profile.source.commands import admit

Table = Any
"""A gradebook table; SQLAlchemy's own types do not know the columns that its classes share."""

_ASSESSMENTS = (models.AssessmentLineItem, models.AssessmentResult)
_CAUSES: dict[Any, Cause] = {
    models.Result: "result",
    models.AssessmentResult: "result",
    models.LineItem: "item",
    models.AssessmentLineItem: "item",
    models.ScoreScale: "scale",
}
"""What evidence has to do with each table; a category has nothing to do with it."""


@dataclass
class Outcome:
    """What a push did: the sourcedIds in the order given, which of them are new, and whether anything changed."""

    sourced_ids: list[str] = field(default_factory=list)
    created: set[str] = field(default_factory=set)
    changed: bool = False


async def push(session: AsyncSession, caller: VerifiedCaller, entry: Entry, records: Sequence[Record]) -> Outcome:
    """Create or change the objects, each with its sourcedId, and turn what they say into evidence."""
    source, outcome = _own_source(caller), Outcome()
    await admit(session, caller)
    roster = {"roster_source": caller.roster_source or source} if hasattr(entry.model, "roster_source") else {}
    for record in records:
        given = replace(record, values=record.values | roster)
        await _put(session, entry, source, given, outcome)
        outcome.sourced_ids.append(record.sourced_id or "")
    if outcome.changed:
        await _project(session, entry, source)
    return outcome


async def post(
    session: AsyncSession,
    caller: VerifiedCaller,
    entry: Entry,
    records: Sequence[Record],
    *,
    parents: Mapping[str, str],
    key: str | None = None,
) -> Outcome:
    """The same below parents, which must be there; raises `UnknownObject`.

    A record without a sourcedId is given one, by `key` the same one when the request is repeated.
    """
    spaces = namespaces(caller)
    known = select(*(parent_exists(name) for name in parents))
    values = {f"{name}_id": sourced_id for name, sourced_id in parents.items()} | spaces
    if not all((await session.execute(known, values)).one()):
        raise UnknownObject
    named = [
        record if record.sourced_id else replace(record, sourced_id=_allocated(caller, key, index))
        for index, record in enumerate(records)
    ]
    return await push(session, caller, entry, named)


async def remove(session: AsyncSession, caller: VerifiedCaller, entry: Entry, sourced_id: str) -> None:
    """Mark the object to be deleted and withdraw what stood on it; once more changes nothing. Raises `UnknownObject`."""
    source, table = _own_source(caller), entry.model
    await admit(session, caller)
    found = select(table.status).where(*_is(table, source, sourced_id)).with_for_update()
    status = (await session.execute(found)).scalar_one_or_none()
    if status is None:
        raise UnknownObject
    if status == "active":
        gone = {"status": "tobedeleted", "date_last_modified": func.trellis_now(), **_raised(table)}
        await session.execute(update(table).where(*_is(table, source, sourced_id)).values(gone))
        await _project(session, entry, source)


async def _project(session: AsyncSession, entry: Entry, source: str) -> None:
    cause = _CAUSES.get(entry.model)
    if cause is not None:
        await project_results(session, source, causes=(cause,), books=_books(entry))


def _books(entry: Entry) -> tuple[Book, ...]:
    if entry.model is models.ScoreScale:
        return BOOKS
    return BOOKS[1:] if entry.model in _ASSESSMENTS else BOOKS[:1]


def _own_source(caller: VerifiedCaller) -> str:
    if not caller.source:
        raise Forbidden("The client has no objects of its own")
    return caller.source


def _allocated(caller: VerifiedCaller, key: str | None, index: int) -> str:
    if key is None:
        return str(uuid7())
    return str(uuid5(NAMESPACE_URL, f"{caller.district_id}/{caller.client_id}/gradebook/{key}/{index}"))


async def _put(session: AsyncSession, entry: Entry, source: str, record: Record, outcome: Outcome) -> None:
    sourced_id = record.sourced_id or ""
    values = record.values | await _kept(session, entry, source, sourced_id, record)
    objectives = values.pop(OBJECTIVES, None)
    created = await _upsert(session, entry.model, source, sourced_id, values)
    if created:
        outcome.created.add(sourced_id)
    told = objectives is not None and await _put_objectives(session, entry, source, sourced_id, objectives)
    if told and created is None:
        await _touch(session, entry.model, source, sourced_id)
    outcome.changed |= told or created is not None


async def _kept(session: AsyncSession, entry: Entry, source: str, sourced_id: str, record: Record) -> Values:
    """What is known of the required members that a record leaves out; a score without a day is of today."""
    if not record.missing:
        return {}
    columns = [entry.members[name].column for name in record.missing]  # type: ignore[attr-defined]  # required members are columns
    known = select(*columns).where(*_is(entry.model, source, sourced_id)).with_for_update()
    row = (await session.execute(known)).one_or_none()
    if row is not None:
        return {column.key: value for column, value in zip(columns, row, strict=True)}
    if record.missing == ("scoreDate",):
        return {"score_on": (await session.execute(select(func.district_today()))).scalar_one()}
    raise InvalidPayload(pointer(record.place, record.missing[0]), "is required")


async def _put_objectives(
    session: AsyncSession, entry: Entry, source: str, owner: str, given: list[dict[str, Any]]
) -> bool:
    """Make the objectives of an object those given; rows that CSV brought and that say the same are kept."""
    member = entry.members["learningObjectiveSet"]
    if not isinstance(member, Objectives):
        return False
    table: Table = member.table
    mine = (table.district_id == func.trellis_district(), table.source == source, member.reference == owner)
    held = (
        select(table.objective_source, table.objective_id, table.sourced_id).where(*mine).order_by(table.status.desc())
    )
    names = {(row[0], row[1]): row[2] for row in await session.execute(held.with_for_update())}
    kept, changed = [], False
    for objective in given:
        said = objective["objective_source"], objective["objective_id"]
        sourced_id = names.get(said, f"{owner}:{said[0]}:{said[1]}")
        values = {**objective, member.reference.key: owner, "status": "active"}
        changed |= await _upsert(session, table, source, sourced_id, values) is not None
        kept.append(sourced_id)
    gone = update(table).where(*mine, table.sourced_id.not_in(kept), table.status == "active")
    withdrawn = gone.values({"status": "tobedeleted", "date_last_modified": func.trellis_now(), **_raised(table)})
    return bool((await session.scalars(withdrawn.returning(table.sourced_id))).all()) or changed


async def _touch(session: AsyncSession, table: Table, source: str, sourced_id: str) -> None:
    """Objectives are part of the object for those who read by `dateLastModified`."""
    touched = {"date_last_modified": func.trellis_now(), **_raised(table)}
    await session.execute(update(table).where(*_is(table, source, sourced_id)).values(touched))


def _is(table: Table, source: str, sourced_id: str) -> tuple[ColumnElement[bool], ...]:
    return table.district_id == func.trellis_district(), table.source == source, table.sourced_id == sourced_id


def _raised(table: Table) -> dict[str, Any]:
    return {"row_hash": None, "version": table.version + 1, "changed_at": func.trellis_now()}


async def _upsert(session: AsyncSession, table: Table, source: str, sourced_id: str, values: Values) -> bool | None:
    """True for a new row, False for one that changed, None for one that was so already; the row stays locked."""
    given = insert(table).values(
        {
            "district_id": func.trellis_district(),
            "source": source,
            "sourced_id": sourced_id,
            "date_last_modified": func.trellis_now(),
            "changed_at": func.trellis_now(),
            **values,
        }
    )
    names = {key: getattr(table, key).property.columns[0].name for key in values}
    differs = tuple_(*(getattr(table, key) for key in values)).is_distinct_from(
        tuple_(*(given.excluded[name] for name in names.values()))
    )
    changes = {"date_last_modified": func.trellis_now()} | {name: given.excluded[name] for name in names.values()}
    written: Any = given.on_conflict_do_update(
        index_elements=["district_id", "source", "sourced_id"], set_=changes | _raised(table), where=differs
    ).returning(literal_column("(xmax = 0)"))
    created: bool | None = (await session.execute(written)).scalar_one_or_none()
    return created
