"""Change the rules of mastery: a version is added, and a job brings what it touches up to date."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kit.caller import VerifiedCaller
from kit.jobs import enqueue
from services.learner_profile import access
from services.learner_profile.competency.commands import put_levels
from services.learner_profile.mastery.errors import ScopeIsSettled, UnknownTarget
from services.learner_profile.mastery.models import (
    EvidenceBlueprint,
    MasteryPolicy,
    MasteryPolicyVersion,
    MasteryScale,
)
from services.learner_profile.mastery.queries import held, targets
from services.learner_profile.mastery.schemas import (
    BlueprintIn,
    BlueprintOut,
    LevelIn,
    PolicyIn,
    PolicyOut,
    ScaleIn,
    ScaleOut,
)

RECOMPUTE = "mastery.recompute"
_SCOPE = {"scope", "framework_id"}
_HERE = func.trellis_district()


async def put_policy(session: AsyncSession, caller: VerifiedCaller, policy_id: UUID, given: PolicyIn) -> PolicyOut:
    """Make a policy or its next version; the same again changes nothing. Raises `UnknownTarget` or `ScopeIsSettled`."""
    await _may_rule(session)
    await _alone(session, policy_id)
    await _known(session, given.framework_id)
    before = await held.policy(session, policy_id)
    said = given.model_dump()
    if before and any(getattr(before, name) != said[name] for name in _SCOPE):
        raise ScopeIsSettled
    if before and all(getattr(before, name) == value for name, value in said.items()):
        return before
    if before is None:
        head = {name: said[name] for name in _SCOPE}
        await session.execute(insert(MasteryPolicy).values(district_id=_HERE, id=policy_id, **head))
    version = {name: value for name, value in said.items() if name not in _SCOPE}
    key = {"policy_id": policy_id, "version": before.version + 1 if before else 1}
    await _add(session, caller, MasteryPolicyVersion, {**key, **version})
    await _bring_up_to_date(session, given.framework_id)
    return await held.known_policy(session, policy_id)


async def show_policy(session: AsyncSession, policy_id: UUID, version: int | None) -> PolicyOut:
    """For those who make the rules; raises `NotFound`."""
    await _may_rule(session)
    return await held.known_policy(session, policy_id, version)


async def put_scale(session: AsyncSession, caller: VerifiedCaller, framework_id: UUID, given: ScaleIn) -> ScaleOut:
    """Give a framework another proficiency scale; the one before stays known for what it said. Raises `UnknownTarget`."""
    await _may_rule(session)
    await _alone(session, framework_id)
    since = await _known(session, framework_id)
    levels, version = await held.levels(session, framework_id), await held.scale_version(session, framework_id)
    if levels != given.levels:
        if version == 0:
            await _add(
                session, caller, MasteryScale, {**_arrays(levels), "version": 1, "recorded_at": since}, framework_id
            )
        version = max(version, 1) + 1
        await _add(session, caller, MasteryScale, {**_arrays(given.levels), "version": version}, framework_id)
        rows = [{**level.model_dump(), "position": place} for place, level in enumerate(given.levels)]
        await put_levels(session, framework_id, rows)
        await _bring_up_to_date(session, framework_id)
    return ScaleOut(framework_id=framework_id, version=max(version, 1), levels=given.levels)


async def put_blueprint(
    session: AsyncSession, caller: VerifiedCaller, target_id: UUID, given: BlueprintIn
) -> BlueprintOut:
    """Say which evidence a competency, or every competency of a framework, takes. Raises `UnknownTarget`."""
    await _may_rule(session)
    await _alone(session, target_id)
    target = await held.blueprint_target(session, target_id)
    if target is None:
        raise UnknownTarget
    before = await held.blueprint(session, target_id)
    if before and BlueprintIn.model_validate(before.model_dump(exclude={"target_id", "version"})) == given:
        return before
    version = before.version + 1 if before else 1
    said = {**given.model_dump(), "target_id": target_id, "version": version, "competency_id": target.competency_id}
    said["kinds"] = list(given.kinds) if given.kinds else None
    await _add(session, caller, EvidenceBlueprint, said, target.framework_id)
    await _bring_up_to_date(session, target.framework_id)
    return BlueprintOut(**given.model_dump(), target_id=target_id, version=version)


async def _may_rule(session: AsyncSession) -> None:
    await access.require_role(session, "district_leader", "data_steward")


async def _alone(session: AsyncSession, target_id: UUID) -> None:
    """One version at a time; the rows themselves can only be added, so that they cannot be locked."""
    await session.execute(
        text("select pg_advisory_xact_lock(hashtextextended('mastery-rule:' || trellis_district() || :of, 0))"),
        {"of": str(target_id)},
    )


async def _known(session: AsyncSession, framework_id: UUID | None) -> datetime | None:
    """When the framework came, where one is named; raises `UnknownTarget`."""
    since = await targets.framework_since(session, framework_id) if framework_id else None
    if framework_id and since is None:
        raise UnknownTarget
    return since


async def _add(
    session: AsyncSession,
    caller: VerifiedCaller,
    table: Any,  # noqa: ANN401 - a table
    values: Mapping[str, object],
    framework_id: UUID | None = None,
) -> None:
    own = {"framework_id": framework_id} if framework_id else {}
    by = caller.client_id if caller.person_id is None else str(caller.person_id)
    now = {"district_id": _HERE, "recorded_at": func.trellis_now(), "recorded_by": by}
    await session.execute(insert(table).values(**{**now, **own, **values}))


def _arrays(levels: tuple[LevelIn, ...]) -> dict[str, list[Any]]:
    return {
        "names": [level.name for level in levels],
        "lower_bounds": [level.lower_bound for level in levels],
        "mastered": [level.is_mastered for level in levels],
    }


async def _bring_up_to_date(session: AsyncSession, framework_id: UUID | None) -> None:
    """What touches one framework is brought up to date there; a district's policy everywhere."""
    scope = {"frameworkId": str(framework_id)} if framework_id else {}
    await enqueue(session, RECOMPUTE, scope, key=str(framework_id or "district"))
