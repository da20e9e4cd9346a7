"""What maps a source's objects and actors; evidence follows every change in the same transaction."""

from uuid import UUID

from sqlalchemy import Text, cast, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kit.caller import VerifiedCaller
from kit.problems import NotFound
from services.learner_profile.access import require_role
from services.learner_profile.activity.commands.projection import project_mapped
from services.learner_profile.activity.errors import NoSource
from services.learner_profile.activity.models import ActivityMapping
from services.learner_profile.activity.schemas.mappings import MappingIn

_ROLES = ("data_steward", "district_leader")
_TOLD = ("source", "kind", "match", "value", "competency_identifier", "roster_source", "learner_sourced_id")


async def put_mapping(
    session: AsyncSession, caller: VerifiedCaller, mapping_id: UUID, given: MappingIn
) -> ActivityMapping:
    """Create or change a mapping under the client's own id; the same again changes nothing. A system maps its own source."""
    await require_role(session, *_ROLES)
    values = _values(caller, given)
    held = await _held(session, mapping_id)
    if held is not None and caller.source and held.source != caller.source:
        raise NotFound
    spans: list[tuple[str, str, str]] = [(str(values["source"]), given.match, given.value)]
    if held is not None:
        if held.state == "active" and all(getattr(held, name) == values[name] for name in _TOLD):
            return held
        spans.append((held.source, held.match, held.value))
    kinds = {given.kind, held.kind if held else given.kind}
    changed = {**values, "state": "active", "changed_at": func.trellis_now(), "changed_by": _who()}
    await session.execute(
        insert(ActivityMapping)
        .values(district_id=func.trellis_district(), id=mapping_id, **changed)
        .on_conflict_do_update(
            index_elements=["district_id", "id"], set_={**changed, "version": ActivityMapping.version + 1}
        ),
    )
    for kind in sorted(kinds):
        await project_mapped(session, kind, spans)
    return await _now(session, mapping_id)


async def withdraw_mapping(session: AsyncSession, caller: VerifiedCaller, mapping_id: UUID) -> None:
    """End a mapping and withdraw what stood on it alone; once more changes nothing. Raises `NotFound`."""
    await require_role(session, *_ROLES)
    held = await _held(session, mapping_id)
    if held is None or (caller.source and held.source != caller.source):
        raise NotFound
    if held.state == "active":
        await session.execute(
            update(ActivityMapping)
            .where(ActivityMapping.district_id == func.trellis_district(), ActivityMapping.id == mapping_id)
            .values(
                state="withdrawn",
                version=ActivityMapping.version + 1,
                changed_at=func.trellis_now(),
                changed_by=_who(),
            ),
            execution_options={"synchronize_session": False},
        )
        await project_mapped(session, held.kind, [(held.source, held.match, held.value)])


def _values(caller: VerifiedCaller, given: MappingIn) -> dict[str, str | None]:
    source = caller.source or given.source
    if source is None or given.source not in (None, source):
        raise NoSource
    roster = given.roster_source or caller.roster_source or source
    return {
        "source": source,
        "kind": given.kind,
        "match": given.match,
        "value": given.value,
        "competency_identifier": str(given.competency_identifier) if given.competency_identifier else None,
        "roster_source": roster if given.kind == "actor" else None,
        "learner_sourced_id": given.learner_sourced_id,
    }


async def _held(session: AsyncSession, mapping_id: UUID) -> ActivityMapping | None:
    wanted = select(ActivityMapping).where(
        ActivityMapping.district_id == func.trellis_district(), ActivityMapping.id == mapping_id
    )
    return (await session.execute(wanted.with_for_update())).scalar_one_or_none()


async def _now(session: AsyncSession, mapping_id: UUID) -> ActivityMapping:
    wanted = select(ActivityMapping).where(
        ActivityMapping.district_id == func.trellis_district(), ActivityMapping.id == mapping_id
    )
    return (await session.execute(wanted, execution_options={"populate_existing": True})).scalar_one()


def _who() -> object:
    return func.coalesce(func.trellis_client(), cast(func.trellis_person(), Text))
