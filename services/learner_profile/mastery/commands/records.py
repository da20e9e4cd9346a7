"""What people say about mastery: statuses that educators confer, and reports that are frozen when they are issued."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kit.caller import VerifiedCaller
from kit.idempotency import Attempt
from kit.problems import BadInput, NotFound
from services.learner_profile import access
from services.learner_profile.mastery.errors import AlreadyWithdrawn, NotYoursToConfer, ReportIsFrozen, UnknownTarget
from services.learner_profile.mastery.models import (
    MasteryReport,
    MasteryReportRow,
    MasteryStatus,
    MasteryStatusWithdrawal,
)
from services.learner_profile.mastery.queries import held, targets
from services.learner_profile.mastery.queries.standings import of_school
from services.learner_profile.mastery.schemas import ReportIn, StatusIn, WithdrawalIn

_HERE = func.trellis_district()
_ROW = ("learner_id", "competency_id", "state", "level", "score", "evidence_count", "policy_id", "policy_version")


async def confer(session: AsyncSession, caller: VerifiedCaller, attempt: Attempt, given: StatusIn) -> UUID:
    """Confer a status on a learner whom the caller teaches; raises `NotFound`, `NotYoursToConfer` or `UnknownTarget`."""
    return await attempt.once(session, lambda: _confer(session, caller, given))


async def _confer(session: AsyncSession, caller: VerifiedCaller, given: StatusIn) -> UUID:
    await _may_confer(session, given.learner_id)
    if not await targets.holds_competency(session, given.competency_id):
        raise UnknownTarget
    said = {**given.model_dump(), "conferred_by": caller.person_id, "conferred_at": func.trellis_now()}
    made = insert(MasteryStatus).values(district_id=_HERE, **said).returning(MasteryStatus.id)
    status_id: UUID = (await session.execute(made)).scalar_one()
    return status_id


async def withdraw(session: AsyncSession, caller: VerifiedCaller, status_id: UUID, given: WithdrawalIn) -> UUID:
    """Take a status back; the same reason again changes nothing. Raises `NotFound`, `NotYoursToConfer`, `AlreadyWithdrawn`."""
    held = select(MasteryStatus.learner_id).where(MasteryStatus.district_id == _HERE, MasteryStatus.id == status_id)
    learner_id = (await session.execute(held)).scalar_one_or_none()
    if learner_id is None:
        raise NotFound
    await _may_confer(session, learner_id)
    said = {"reason": given.reason, "withdrawn_by": caller.person_id, "withdrawn_at": func.trellis_now()}
    first = insert(MasteryStatusWithdrawal).values(district_id=_HERE, status_id=status_id, **said)
    await session.execute(first.on_conflict_do_nothing())
    told = select(MasteryStatusWithdrawal.reason).where(
        MasteryStatusWithdrawal.district_id == _HERE, MasteryStatusWithdrawal.status_id == status_id
    )
    if (await session.execute(told)).scalar_one() != given.reason:
        raise AlreadyWithdrawn
    return status_id


async def _may_confer(session: AsyncSession, learner_id: UUID) -> None:
    may = await targets.may_assess(session, learner_id)
    if may is None:
        raise NotFound
    if not may:
        raise NotYoursToConfer


async def issue_report(session: AsyncSession, caller: VerifiedCaller, report_id: UUID, given: ReportIn) -> UUID:
    """Freeze where a school's learners stand; the same again issues nothing. Raises `UnknownTarget` or `ReportIsFrozen`."""
    await access.require_role(session, "district_leader", "data_steward")
    known = await targets.framework_since(session, given.framework_id)
    if known is None or not await targets.holds_school(session, given.school_id):
        raise UnknownTarget
    if given.as_of and (await session.execute(select(func.trellis_now() < given.as_of))).scalar_one():
        raise BadInput("asOf is not later than now")
    by = caller.client_id if caller.person_id is None else str(caller.person_id)
    said = given.model_dump(exclude={"as_of"})
    as_of = given.as_of or func.trellis_now()
    made = (
        insert(MasteryReport)
        .values(district_id=_HERE, id=report_id, **said, as_of=as_of, issued_at=func.trellis_now(), issued_by=by)
        .on_conflict_do_nothing()
        .returning(MasteryReport.as_of)
    )
    issued_as_of = (await session.execute(made)).scalar_one_or_none()
    if issued_as_of is None:
        await _is_the_same(session, report_id, given)
        return report_id
    stood = of_school(given.school_id, given.framework_id, issued_as_of).subquery()
    rows = select(
        _HERE,
        select(MasteryReport.id)
        .where(MasteryReport.district_id == _HERE, MasteryReport.id == report_id)
        .scalar_subquery(),
        *(stood.c[name] for name in _ROW),
    ).where(stood.c.state != "NOT_STARTED")
    await session.execute(insert(MasteryReportRow).from_select(["district_id", "report_id", *_ROW], rows))
    return report_id


async def show_report(session: AsyncSession, report_id: UUID) -> bytes:
    """For those who issue reports; raises `NotFound`."""
    await access.require_role(session, "district_leader", "data_steward")
    return await held.report(session, report_id)


async def _is_the_same(session: AsyncSession, report_id: UUID, given: ReportIn) -> None:
    held = select(MasteryReport).where(MasteryReport.district_id == _HERE, MasteryReport.id == report_id)
    report = (await session.execute(held)).scalar_one()
    said = given.model_dump(exclude_none=True)
    if any(getattr(report, name) != value for name, value in said.items()):
        raise ReportIsFrozen
