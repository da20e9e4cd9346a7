"""Pushes: an object is created, changed or marked to be deleted, and what follows from it is settled in the same transaction.

The standard's own REST rostering is read-only. Records are taken in any order, since references are names; the same
record twice changes nothing and tells nobody.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import ColumnElement, func, literal_column, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kit.caller import VerifiedCaller
from kit.ids import uuid7
from kit.problems import Forbidden
from services.learner_profile.oneroster.errors import InvalidPayload, UnknownObject
from services.learner_profile.oneroster.queries.operations import COLLECTIONS
from services.learner_profile.oneroster.schemas.doors import DOORS
from services.learner_profile.oneroster.schemas.payloads import pointer
from services.learner_profile.oneroster.schemas.records import Record
from services.learner_profile.oneroster.schemas.related import IN_V1P1, RoleGiven
from services.learner_profile.oneroster.schemas.resources import ENROLLMENT, ORG, USER, Resource
from services.learner_profile.oneroster.schemas.scalars import Values
from services.learner_profile.roster.commands import settle
from services.learner_profile.roster.models import Class, Person, PersonRole
from services.learner_profile.source.commands import admit

Table = Any
"""A rostered table; SQLAlchemy's own types do not know the columns that its classes share."""


@dataclass
class Outcome:
    """What a push did: the sourcedIds in the order given, which of them are new, and what is to be settled."""

    sourced_ids: list[str] = field(default_factory=list)
    created: set[str] = field(default_factory=set)
    people: set[str] = field(default_factory=set)
    orgs: set[str] = field(default_factory=set)


async def push(
    session: AsyncSession, caller: VerifiedCaller, resource: Resource, records: list[Record], key: str | None = None
) -> Outcome:
    """Create or change the objects; `key` makes the sourcedIds that we allocate the same when the request is repeated."""
    source, outcome = _own_source(caller), Outcome()
    await admit(session, caller)
    for index, record in enumerate(records):
        sourced_id = record.sourced_id or _allocated(caller, resource, record, key and f"{key}/{index}")
        changed = await _put(session, resource, source, sourced_id, record, outcome)
        outcome.sourced_ids.append(sourced_id)
        _note(outcome, resource, sourced_id, changed=changed)
    await _settle(session, source, outcome)
    return outcome


async def push_below(
    session: AsyncSession,
    caller: VerifiedCaller,
    resource: Resource,
    records: list[Record],
    parent: tuple[str, str],
    key: str | None = None,
) -> Outcome:
    """The same below one object, given by its collection and sourcedId; raises `UnknownObject` where there is none."""
    collection, sourced_id = parent
    table: Table = DOORS["v1p2"].resources[COLLECTIONS[collection].resource].model
    known = select(table.sourced_id).where(
        *_is(table, _own_source(caller), sourced_id), COLLECTIONS[collection].condition
    )
    if (await session.execute(known)).scalar_one_or_none() is None:
        raise UnknownObject
    return await push(session, caller, resource, records, key)


async def remove(
    session: AsyncSession, caller: VerifiedCaller, resource: Resource, collection: str, sourced_id: str
) -> None:
    """Mark the object to be deleted; once more changes nothing. Raises `UnknownObject`."""
    source, outcome = _own_source(caller), Outcome()
    await admit(session, caller)
    table: Table = resource.model
    found = select(table).where(*_is(table, source, sourced_id), COLLECTIONS[collection].condition).with_for_update()
    row = (await session.scalars(found)).one_or_none()
    if row is None:
        raise UnknownObject
    if row.status == "tobedeleted":
        return
    await session.execute(
        update(table)
        .where(*_is(table, source, sourced_id))
        .values({"status": "tobedeleted", "date_last_modified": func.trellis_now(), **_raised(table)})
    )
    _note(outcome, resource, sourced_id, changed=True)
    await _settle(session, source, outcome)


def _own_source(caller: VerifiedCaller) -> str:
    if not caller.source:
        raise Forbidden("The client has no objects of its own")
    return caller.source


def _allocated(caller: VerifiedCaller, resource: Resource, record: Record, key: str | None) -> str:
    """A new sourcedId; the same again for the same key, and for a seat that says the same of the same person."""
    if resource.model is ENROLLMENT.model:
        seat = ("class_sourced_id", "person_sourced_id", "role", "begin_on")
        key = key or "/".join(str(record.values.get(column)) for column in seat)
    if key is None:
        return str(uuid7())
    return str(uuid5(NAMESPACE_URL, f"{caller.district_id}/{caller.client_id}/{resource.many}/{key}"))


def _note(outcome: Outcome, resource: Resource, sourced_id: str, *, changed: bool) -> None:
    if changed and resource.model is USER.model:
        outcome.people.add(sourced_id)
    if changed and resource.model is ORG.model:
        outcome.orgs.add(sourced_id)


async def _settle(session: AsyncSession, source: str, outcome: Outcome) -> None:
    if outcome.people or outcome.orgs:
        await settle(session, source, people=sorted(outcome.people), orgs=sorted(outcome.orgs))


async def _put(
    session: AsyncSession, resource: Resource, source: str, sourced_id: str, record: Record, outcome: Outcome
) -> bool:
    values = record.values | await _kept(session, resource, source, sourced_id, record)
    created = await _upsert(session, resource.model, source, sourced_id, values)
    if created:
        outcome.created.add(sourced_id)
    changed = created is not None
    if record.roles is not None and await _put_roles(session, source, sourced_id, record.roles) and not changed:
        await _touch_person(session, source, sourced_id)
        changed = True
    return changed


async def _kept(session: AsyncSession, resource: Resource, source: str, sourced_id: str, record: Record) -> Values:
    """What is known of the required members that a record leaves out; raises `InvalidPayload` where nothing is."""
    if not record.missing:
        return {}
    table: Table = resource.model
    columns = {name: resource.members[name].column for name in record.missing}  # type: ignore[attr-defined]  # required members are columns
    known = select(*columns.values()).where(*_is(table, source, sourced_id)).with_for_update()
    row = (await session.execute(known)).one_or_none()
    if row is not None:
        return {column.key: value for column, value in zip(columns.values(), row, strict=True)}
    if resource.model is ENROLLMENT.model and record.missing == ("school",):
        return await _school_of_class(session, source, record)
    raise InvalidPayload(pointer(record.place, record.missing[0]), "is required")


async def _school_of_class(session: AsyncSession, source: str, record: Record) -> Values:
    known = select(Class.school_sourced_id).where(*_is(Class, source, record.values["class_sourced_id"]))
    school = (await session.execute(known)).scalar_one_or_none()
    if school is None:
        raise InvalidPayload(pointer(record.place, "school"), "is required as long as the class is unknown")
    return {"school_sourced_id": school}


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
    held = tuple_(*(_as_written(key, getattr(table, key)) for key in values))
    told = tuple_(*(_as_written(key, given.excluded[name]) for key, name in names.items()))
    changes = {"date_last_modified": func.trellis_now()} | {name: given.excluded[name] for name in names.values()}
    written: Any = given.on_conflict_do_update(
        index_elements=["district_id", "source", "sourced_id"],
        set_=changes | _raised(table),
        where=held.is_distinct_from(told),
    ).returning(literal_column("(xmax = 0)"))
    created: bool | None = (await session.execute(written)).scalar_one_or_none()
    return created


def _as_written(key: str, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The column to the precision in which the doors write it, so that what was read from them is no change."""
    return func.date_trunc("milliseconds", column) if key == "date_last_modified" else column


async def _put_roles(session: AsyncSession, source: str, person: str, given: list[RoleGiven]) -> bool:
    """Make the person's roles those given, keeping the rows that hold the same role in the same org."""
    mine = PersonRole.district_id == func.trellis_district(), PersonRole.source == source
    rows = select(PersonRole).where(*mine, PersonRole.person_sourced_id == person).order_by(PersonRole.status.desc())
    held = {(row.org_sourced_id, row.role): row for row in await session.scalars(rows)}
    kept, changed = set(), False
    for role in given:
        row = _same_role(held, role)
        sourced_id = row.sourced_id if row else f"{person}:{role.org_sourced_id}:{role.role}"
        values = _role_values(role, person) | (_finer(row) if row and role.coarse else {})
        changed |= await _upsert(session, PersonRole, source, sourced_id, values) is not None
        kept.add(sourced_id)
    gone = (
        update(PersonRole)
        .where(
            *mine,
            PersonRole.person_sourced_id == person,
            PersonRole.sourced_id.not_in(kept),
            PersonRole.status == "active",
        )
        .values({"status": "tobedeleted", "date_last_modified": func.trellis_now(), **_raised(PersonRole)})
        .returning(PersonRole.sourced_id)
    )
    return bool((await session.scalars(gone)).all()) or changed


def _same_role(held: dict[tuple[str, str], PersonRole], role: RoleGiven) -> PersonRole | None:
    """The row that already says this; a role that 1.1 can only name coarsely is also said by the finer one."""
    exact = held.get((role.org_sourced_id, role.role))
    if exact is not None or not role.coarse:
        return exact
    finer = (row for (org, name), row in held.items() if org == role.org_sourced_id and IN_V1P1.get(name) == role.role)
    return next((row for row in finer if row.status == "active"), None)


def _finer(row: PersonRole) -> Values:
    return {name: getattr(row, name) for name in ("role", "role_type", "begin_on", "end_on", "user_profile_sourced_id")}


def _role_values(role: RoleGiven, person: str) -> Values:
    return {
        "person_sourced_id": person,
        "org_sourced_id": role.org_sourced_id,
        "role": role.role,
        "role_type": role.role_type,
        "begin_on": role.begin_on,
        "end_on": role.end_on,
        "user_profile_sourced_id": role.user_profile_sourced_id,
        "status": "active",
    }


async def _touch_person(session: AsyncSession, source: str, sourced_id: str) -> None:
    """Roles are part of the user for those who read by `dateLastModified`."""
    touched = {"date_last_modified": func.trellis_now(), **_raised(Person)}
    await session.execute(update(Person).where(*_is(Person, source, sourced_id)).values(touched))
