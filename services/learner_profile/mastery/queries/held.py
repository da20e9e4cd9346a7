"""The rules and records as their own doors show them, in the running transaction."""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.problems import NotFound
from services.learner_profile.mastery.schemas import BlueprintOut, LevelIn, PolicyOut


async def policy(session: AsyncSession, policy_id: UUID, version: int | None = None) -> PolicyOut | None:
    """A version of a policy, or its latest."""
    row = (await session.execute(_POLICY, {"id": policy_id, "version": version})).mappings().first()
    return PolicyOut.model_validate(dict(row)) if row else None


async def known_policy(session: AsyncSession, policy_id: UUID, version: int | None = None) -> PolicyOut:
    """The same; raises `NotFound`."""
    found = await policy(session, policy_id, version)
    if found is None:
        raise NotFound
    return found


_POLICY = text("""
select head.id, told.version, told.name, head.scope, head.framework_id, told.method, told.weight, told.n,
       told.m, told.from_on, told.to_on, told.state, told.recorded_at
from mastery_policy head join mastery_policy_version told
  on told.district_id = head.district_id and told.policy_id = head.id
where head.district_id = trellis_district() and head.id = :id
  and told.version = coalesce(cast(:version as bigint), told.version)
order by told.version desc limit 1""")


async def levels(session: AsyncSession, framework_id: UUID) -> tuple[LevelIn, ...]:
    """A framework's scale now, from the lowest level."""
    rows = (await session.execute(_LEVELS, {"id": framework_id})).mappings()
    return tuple(LevelIn.model_validate(dict(row)) for row in rows)


async def scale_version(session: AsyncSession, framework_id: UUID) -> int:
    """0 for a framework whose first scale was never changed."""
    return int((await session.execute(_SCALE_VERSION, {"id": framework_id})).scalar_one())


_LEVELS = text("""
select name, lower_bound, is_mastered from proficiency_level
where district_id = trellis_district() and framework_id = :id order by lower_bound""")
_SCALE_VERSION = text("""
select coalesce(max(version), 0) from mastery_scale where district_id = trellis_district() and framework_id = :id""")


async def blueprint(session: AsyncSession, target_id: UUID) -> BlueprintOut | None:
    """The latest version."""
    row = (await session.execute(_BLUEPRINT, {"id": target_id})).mappings().first()
    return BlueprintOut.model_validate(dict(row)) if row else None


async def blueprint_target(session: AsyncSession, target_id: UUID) -> Any:  # noqa: ANN401 - a row
    """The framework, and the competency where it is one; None for what the district does not hold."""
    return (await session.execute(_TARGET, {"id": target_id})).one_or_none()


_BLUEPRINT = text("""
select target_id, version, kinds, minimum_count, minimum_by_kind, recency_days, state from evidence_blueprint
where district_id = trellis_district() and target_id = :id order by version desc limit 1""")
_TARGET = text("""
select framework_id, id as competency_id from competency where district_id = trellis_district() and id = :id
union all select id, null from framework where district_id = trellis_district() and id = :id""")


async def report(session: AsyncSession, report_id: UUID) -> bytes:
    """An issued report with its rows as they were frozen; raises `NotFound`."""
    found: str | None = (await session.execute(_REPORT, {"id": report_id})).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found.encode()


_REPORT = text(
    """
select cast(json_build_object('id', r.id, 'title', r.title, 'schoolId', r.school_id, 'frameworkId', r.framework_id,
  'asOf', r.as_of, 'issuedAt', r.issued_at, 'rows', coalesce((
    select json_agg(json_build_object('learnerId', one.learner_id, 'learnerSourcedId', p.sourced_id,
        'competencyId', c.id, 'competencyIdentifier', c.identifier, 'state', one.state, 'level', one.level,
        'score', one.score, 'evidenceCount', one.evidence_count, 'policyId', one.policy_id,
        'policyVersion', one.policy_version) order by p.sourced_id, c.position, c.id)
      from mastery_report_row one
      join person p on p.district_id = one.district_id and p.id = one.learner_id
      join competency c on c.district_id = one.district_id and c.id = one.competency_id
     where one.district_id = r.district_id and one.report_id = r.id), '[]'::json)) as text)
from mastery_report r where r.district_id = trellis_district() and r.id = :id""".replace(
        "'[]'::json", "cast('[]' as json)"
    )
)
