"""Plan a class's day, and record how far a learner is."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kit.caller import VerifiedCaller
from kit.problems import NotFound
from services.learner_profile.day import queries
from services.learner_profile.day.errors import (
    BlockAhead,
    BlockElsewhere,
    NotInTheClass,
    NotOfThatDay,
    NotYoursToPlan,
    StaleVersion,
)
from services.learner_profile.day.models import ActivityAttempt, ActivityBlock, ActivitySeat, ClassDay
from services.learner_profile.day.schemas import AttemptIn, BlockIn, DayIn

_INSTANT = timedelta(microseconds=1)
_STATED = ("kind", "title", "group_title", "is_for_class", "starts_at", "ends_at", "resource_id", "state")


async def plan_day(session: AsyncSession, caller: VerifiedCaller, class_name: str, day: date, given: DayIn) -> UUID:
    """Make this the plan of the class for the day; answers the class's id. The same plan again changes nothing.

    Raises `NotFound`, `NotYoursToPlan`, `StaleVersion`, `NotOfThatDay`, `NotInTheClass` or `BlockElsewhere`.
    """
    found = await queries.plannable(session, caller, class_name)
    if found is None:
        raise NotFound
    class_id, is_mine = found
    if not is_mine:
        raise NotYoursToPlan
    held = await _locked_day(session, class_id, day)
    if given.version not in {None, held.version}:
        raise StaleVersion(current=held.version)
    await _refuse_other_days(session, day, given)
    members = await _members(session, class_id, day, given)
    changed = await _write_blocks(session, class_id, day, given)
    changed |= await _write_seats(session, members)
    changed |= await _withdraw_others(session, class_id, day, given)
    if changed:
        held.version += 1
        held.recorded_at = (await session.execute(select(func.trellis_now()))).scalar_one()
        held.recorded_by = caller.client_id if caller.person_id is None else str(caller.person_id)
        await session.flush()
    return class_id


async def record_attempt(session: AsyncSession, block_id: UUID, given: AttemptIn) -> None:
    """Say that the caller has begun or finished an own block; each is kept as it was first said.

    Raises `NotFound` or `BlockAhead`.
    """
    found = await queries.own_block(session, block_id)
    if found is None:
        raise NotFound
    if not found[1]:
        raise BlockAhead
    said = insert(ActivityAttempt).values(
        district_id=func.trellis_district(),
        block_id=block_id,
        learner_id=func.trellis_person(),
        started_at=func.trellis_now(),
        finished_at=func.trellis_now() if given.state == "DONE" else None,
    )
    finished = func.coalesce(ActivityAttempt.finished_at, said.excluded.finished_at)
    key = ["district_id", "block_id", "learner_id"]
    await session.execute(said.on_conflict_do_update(index_elements=key, set_={"finished_at": finished}))


async def _locked_day(session: AsyncSession, class_id: UUID, day: date) -> ClassDay:
    place = insert(ClassDay).values(
        district_id=func.trellis_district(), class_id=class_id, day_on=day, recorded_at=func.trellis_now()
    )
    await session.execute(place.on_conflict_do_nothing())
    held = select(ClassDay).where(
        ClassDay.district_id == func.trellis_district(), ClassDay.class_id == class_id, ClassDay.day_on == day
    )
    return (await session.scalars(held.with_for_update())).one()


async def _refuse_other_days(session: AsyncSession, day: date, given: DayIn) -> None:
    """A block lies on the district's own day, which in spring has 23 hours and in autumn 25; midnight ends it."""
    if not given.blocks:
        return
    first, last = min(one.starts_at for one in given.blocks), max(one.ends_at for one in given.blocks)
    days = select(func.district_day(first), func.district_day(last - _INSTANT))
    if tuple((await session.execute(days)).one()) != (day, day):
        raise NotOfThatDay


async def _members(session: AsyncSession, class_id: UUID, day: date, given: DayIn) -> dict[UUID, set[UUID]]:
    """The learners of each block that is not for the whole class."""
    names = [name for block in given.blocks for name in block.learners]
    known = await queries.seated(session, class_id, day, names)
    if not known.keys() >= set(names):
        raise NotInTheClass
    return {block.id: {known[name] for name in block.learners} for block in given.blocks}


async def _write_blocks(session: AsyncSession, class_id: UUID, day: date, given: DayIn) -> bool:
    if not given.blocks:
        return False
    rows = [
        {"district_id": func.trellis_district(), "class_id": class_id, "day_on": day, **_stated(block),
         "recorded_at": func.trellis_now()}
        for block in sorted(given.blocks, key=lambda block: block.id)
    ]  # fmt: skip
    put = insert(ActivityBlock).values(rows)
    said = {name: put.excluded[name] for name in _STATED}
    differs = tuple_(*(getattr(ActivityBlock, name) for name in said)).is_distinct_from(tuple_(*said.values()))
    is_here = tuple_(ActivityBlock.class_id, ActivityBlock.day_on) == tuple_(put.excluded.class_id, put.excluded.day_on)
    raised = {**said, "version": ActivityBlock.version + 1, "recorded_at": func.trellis_now()}
    upsert = put.on_conflict_do_update(index_elements=["district_id", "id"], set_=raised, where=differs & is_here)
    changed = (await session.execute(upsert.returning(ActivityBlock.id))).all()
    elsewhere = select(ActivityBlock.id).where(
        ActivityBlock.district_id == func.trellis_district(),
        ActivityBlock.id.in_([block.id for block in given.blocks]),
        (ActivityBlock.class_id != class_id) | (ActivityBlock.day_on != day),
    )
    if (await session.execute(elsewhere)).first() is not None:
        raise BlockElsewhere
    return bool(changed)


def _stated(block: BlockIn) -> dict[str, Any]:
    return {**block.model_dump(exclude={"learners"}), "is_for_class": not block.learners, "state": "active"}


async def _write_seats(session: AsyncSession, members: dict[UUID, set[UUID]]) -> bool:
    seats = [(block_id, learner_id) for block_id, learners in members.items() for learner_id in sorted(learners)]
    gone = (
        delete(ActivitySeat)
        .where(ActivitySeat.district_id == func.trellis_district(), ActivitySeat.block_id.in_(members))
        .where(tuple_(ActivitySeat.block_id, ActivitySeat.learner_id).not_in(seats))
    )
    changed = bool((await session.execute(gone.returning(ActivitySeat.block_id))).all())
    if not seats:
        return changed
    rows = [{"district_id": func.trellis_district(), "block_id": one, "learner_id": other} for one, other in seats]
    put = insert(ActivitySeat).values(rows).on_conflict_do_nothing().returning(ActivitySeat.block_id)
    return bool((await session.execute(put)).all()) or changed


async def _withdraw_others(session: AsyncSession, class_id: UUID, day: date, given: DayIn) -> bool:
    ended = (
        update(ActivityBlock)
        .where(
            ActivityBlock.district_id == func.trellis_district(),
            ActivityBlock.class_id == class_id,
            ActivityBlock.day_on == day,
            ActivityBlock.state == "active",
            ActivityBlock.id.not_in([block.id for block in given.blocks]),
        )
        .values(state="withdrawn", version=ActivityBlock.version + 1, recorded_at=func.trellis_now())
    )
    return bool((await session.execute(ended.returning(ActivityBlock.id))).all())
