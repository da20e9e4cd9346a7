"""Bring a CASE package in: one transaction, in place, nothing merged by code."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kit.outbox import emit_from
from services.learner_profile.access import require_role
from services.learner_profile.activity.commands import attach_waiting
from services.learner_profile.competency import queries
from services.learner_profile.competency.domain.links import cycles, dangling
from services.learner_profile.competency.domain.package import Document, Finding, Item, Package
from services.learner_profile.competency.errors import IdentifierMismatch, PackageRefused
from services.learner_profile.competency.models import Competency, CompetencyAssociation, Framework, ProficiencyLevel
from services.learner_profile.competency.schemas import Counts, FindingOut, ImportReport, listed
from services.learner_profile.mastery.domain import DEFAULT_LEVELS

_SHOWN = 1000
_RETIRED = "deprecated"


async def import_package(
    session: AsyncSession, package: Package, now: datetime, *, identifier: str | None = None, dry_run: bool = False
) -> ImportReport:
    """Import a package or update what an earlier one brought; raises `PackageRefused` with every error found.

    `identifier` is what the address promised. With `dry_run` everything happens and is rolled back.
    """
    await require_role(session, "data_steward", "district_leader")
    document = package.document
    if package.errors or document is None:
        raise PackageRefused(errors=listed(package.findings[:_SHOWN]))
    if identifier is not None and identifier.lower() != document.identifier:
        raise IdentifierMismatch
    async with session.begin_nested() as attempt:
        report = await _imported(session, package, document, now)
        if dry_run:
            await attempt.rollback()
    if not dry_run:
        return report
    return report.model_copy(update={"dry_run": True, "id": None if report.created else report.id})


async def _imported(session: AsyncSession, package: Package, document: Document, now: datetime) -> ImportReport:
    framework, created = await _framework(session, document, now)
    held = await _held(session, package)
    findings = [*package.findings, *_oddities(package, held, framework.id)]
    own = [item for item in package.items if held.get(item.identifier, framework.id) == framework.id]
    items = await _merge_items(session, own, framework.id, now)
    associations = await _merge_associations(session, package, framework.id, now)
    altered = _altered(framework, package, document)
    if not created and (altered or _touches(items) or _touches(associations)):
        framework.version += 1
    if created or altered or _touches(items) or _touches(associations):
        await _describe(session, framework, package, document, now)
        await _tell(session, framework, now)
    became = await attach_waiting(session, lacks=["competency"]) if items.created else 0
    return ImportReport(
        id=framework.id,
        identifier=framework.identifier,
        title=document.title,
        version=framework.version,
        created=created,
        dry_run=False,
        items=items,
        associations=associations,
        became_evidence=became,
        findings=[FindingOut.model_validate(finding) for finding in findings[:_SHOWN]],
    )


async def _framework(session: AsyncSession, document: Document, now: datetime) -> tuple[Framework, bool]:
    """The framework's row, locked, and whether it is new."""
    new = (
        insert(Framework)
        .values(
            district_id=func.trellis_district(),
            identifier=document.identifier,
            title=document.title,
            last_change_at=document.last_change_at,
            document=document.document,
            recorded_at=now,
            changed_at=now,
        )
        .on_conflict_do_nothing(index_elements=["district_id", "identifier"])
        .returning(Framework.id)
    )
    created = (await session.execute(new)).scalar_one_or_none() is not None
    held = select(Framework).where(
        Framework.district_id == func.trellis_district(), Framework.identifier == document.identifier
    )
    framework = (await session.execute(held.with_for_update())).scalar_one()
    if created:
        await session.execute(insert(ProficiencyLevel).values(_default_levels(framework)))
    return framework, created


def _default_levels(framework: Framework) -> list[dict[str, Any]]:
    return [
        {
            "district_id": framework.district_id,
            "framework_id": framework.id,
            "position": position,
            "name": level.name,
            "lower_bound": level.lower_bound,
            "is_mastered": level.is_mastered,
        }
        for position, level in enumerate(DEFAULT_LEVELS)
    ]


def _altered(framework: Framework, package: Package, document: Document) -> bool:
    return (framework.document, framework.definitions, framework.rubrics) != (
        document.document,
        package.definitions,
        {"CFRubrics": package.rubrics},
    )


async def _describe(
    session: AsyncSession, framework: Framework, package: Package, document: Document, now: datetime
) -> None:
    framework.title = document.title
    framework.subject = document.subject
    framework.edition = document.edition
    framework.adoption_status = document.adoption_status
    framework.state = "withdrawn" if (document.adoption_status or "").lower() == _RETIRED else "active"
    framework.last_change_at = document.last_change_at
    framework.status_start_on = document.starts_on
    framework.status_end_on = document.ends_on
    framework.document = document.document
    framework.definitions = package.definitions
    framework.rubrics = {"CFRubrics": package.rubrics}
    framework.changed_at = now
    await session.flush()


async def _tell(session: AsyncSession, framework: Framework, now: datetime) -> None:
    """Publish the framework, and those whose items it gives an heir or another name to."""
    touched = await session.execute(_NEIGHBOURS, {"id": framework.id, "now": now})
    told = [framework.id, *touched.scalars()]
    await emit_from(session, queries.published("f.id = any(cast(:ids as uuid[]))"), ids=told)


_NEIGHBOURS = text("""
update framework f set version = f.version + 1, changed_at = :now
where f.district_id = trellis_district() and f.id <> :id and f.id in (
  select c.framework_id from competency c join competency_association a
    on a.district_id = c.district_id and a.type in ('replacedBy', 'exactMatchOf')
   and (a.origin_identifier = c.identifier or a.destination_identifier = c.identifier)
  where c.district_id = trellis_district() and (
    a.framework_id = :id and a.changed_at = :now
    or a.type = 'replacedBy' and a.destination_identifier in (
         select identifier from competency
          where district_id = trellis_district() and framework_id = :id and recorded_at = :now)))
returning f.id""")


def _oddities(package: Package, held: Mapping[str, UUID], framework_id: UUID) -> list[Finding]:
    taken = [
        Finding(
            f"{item.pointer}/identifier", "owned_elsewhere", "Another framework holds this item; left there", "warning"
        )
        for item in package.items
        if held.get(item.identifier, framework_id) != framework_id
    ]
    known = {*(item.identifier for item in package.items), *held}
    return [*taken, *cycles(package.associations), *dangling(package.associations, known)]


async def _held(session: AsyncSession, package: Package) -> dict[str, UUID]:
    """The framework of each item, and of each document, that the package names and this district holds."""
    ends = {end for association in package.associations for end in (association.origin, association.destination)}
    wanted = sorted({*ends, *(item.identifier for item in package.items)})
    here = func.trellis_district()
    items = select(Competency.identifier, Competency.framework_id).where(
        Competency.district_id == here, Competency.identifier == func.any(wanted)
    )
    documents = select(Framework.identifier, Framework.id).where(
        Framework.district_id == here, Framework.identifier == func.any(wanted)
    )
    return {row[0]: row[1] for row in await session.execute(items.union_all(documents))}


_MERGE_ITEMS = text("""
with given as (
  select * from jsonb_to_recordset(cast(:rows as jsonb)) as given (
    identifier text, code text, statement text, type text, grades jsonb, position bigint, state text,
    last_change_at timestamptz, document jsonb)),
written as (
  insert into competency as held (district_id, framework_id, identifier, code, statement, type, grades, position, state,
                                  last_change_at, document, recorded_at, changed_at)
  select trellis_district(), :framework_id, identifier, code, statement, type,
         array(select jsonb_array_elements_text(grades)), position, state, last_change_at, document, :now, :now
  from given order by position
  on conflict (district_id, identifier) do update set
    code = excluded.code, statement = excluded.statement, type = excluded.type, grades = excluded.grades,
    position = excluded.position, state = excluded.state, last_change_at = excluded.last_change_at,
    document = excluded.document, version = held.version + 1, changed_at = excluded.changed_at
  where held.framework_id = excluded.framework_id
    and (held.code, held.statement, held.type, held.grades, held.position, held.state, held.document) is distinct from
        (excluded.code, excluded.statement, excluded.type, excluded.grades, excluded.position, excluded.state,
         excluded.document)
  returning (xmax = 0) as created)
select count(*) filter (where created), count(*) filter (where not created) from written""")
"""`xmax = 0` tells an inserted row from an updated one."""

_MERGE_ASSOCIATIONS = text("""
with given as (
  select * from jsonb_to_recordset(cast(:rows as jsonb)) as given (
    identifier text, type text, origin text, destination text, sequence_number bigint, position bigint,
    last_change_at timestamptz, document jsonb)),
written as (
  insert into competency_association as held (district_id, framework_id, identifier, type, origin_identifier,
    destination_identifier, sequence_number, position, state, last_change_at, document, recorded_at, changed_at)
  select trellis_district(), :framework_id, identifier, type, origin, destination, sequence_number, position, 'active',
         last_change_at, document, :now, :now
  from given
  on conflict (district_id, framework_id, identifier) do update set
    type = excluded.type, origin_identifier = excluded.origin_identifier,
    destination_identifier = excluded.destination_identifier, sequence_number = excluded.sequence_number,
    position = excluded.position, state = 'active', last_change_at = excluded.last_change_at,
    document = excluded.document, version = held.version + 1, changed_at = excluded.changed_at
  where (held.type, held.origin_identifier, held.destination_identifier, held.sequence_number, held.position, held.state,
         held.document) is distinct from
        (excluded.type, excluded.origin_identifier, excluded.destination_identifier, excluded.sequence_number,
         excluded.position, 'active', excluded.document)
  returning (xmax = 0) as created)
select count(*) filter (where created), count(*) filter (where not created) from written""")


async def _merge_items(session: AsyncSession, items: Sequence[Item], framework_id: UUID, now: datetime) -> Counts:
    rows = [
        {
            "identifier": item.identifier,
            "code": item.code,
            "statement": item.statement,
            "type": item.type,
            "grades": item.grades,
            "position": position,
            "state": "withdrawn" if item.ends_on and item.ends_on <= now.date() else "active",
            "last_change_at": item.last_change_at,
            "document": item.document,
        }
        for position, item in enumerate(items)
    ]
    return await _merge(session, _MERGE_ITEMS, Competency, rows, framework_id, now)


async def _merge_associations(session: AsyncSession, package: Package, framework_id: UUID, now: datetime) -> Counts:
    rows = [
        {
            "identifier": association.identifier,
            "type": association.type,
            "origin": association.origin,
            "destination": association.destination,
            "sequence_number": association.sequence_number,
            "position": position,
            "last_change_at": association.last_change_at,
            "document": association.document,
        }
        for position, association in enumerate(package.associations)
    ]
    return await _merge(session, _MERGE_ASSOCIATIONS, CompetencyAssociation, rows, framework_id, now)


async def _merge(
    session: AsyncSession,
    statement: Any,  # noqa: ANN401 - a text clause
    table: type[Competency | CompetencyAssociation],
    rows: list[dict[str, Any]],
    framework_id: UUID,
    now: datetime,
) -> Counts:
    given = {"rows": orjson.dumps(rows).decode(), "framework_id": framework_id, "now": now}
    created, updated = (await session.execute(statement, given)).one()
    gone = await session.execute(
        update(table)
        .where(table.district_id == func.trellis_district(), table.framework_id == framework_id)
        .where(table.state == "active", table.identifier != func.all([row["identifier"] for row in rows]))
        .values(state="withdrawn", version=table.version + 1, changed_at=now)
        .returning(table.identifier)
    )
    return Counts(
        created=created,
        updated=updated,
        unchanged=len(rows) - created - updated,
        withdrawn=len(gone.scalars().all()),
    )


def _touches(counts: Counts) -> bool:
    return bool(counts.created or counts.updated or counts.withdrawn)
