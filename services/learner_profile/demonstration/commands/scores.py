"""Judge demonstrations by their rubrics: the learner for oneself, and the teacher as evidence."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import func, insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.learner_profile.aims.queries import Standing, stand_to
from services.learner_profile.demonstration import queries
from services.learner_profile.demonstration.commands.demonstrations import advance, judged, locked
from services.learner_profile.demonstration.domain import Scored, may_act, share
from services.learner_profile.demonstration.errors import (
    DemonstrationState,
    EssentialUnscored,
    NotYourDemonstration,
    UnknownLevel,
)
from services.learner_profile.demonstration.models import Demonstration, RubricScore
from services.learner_profile.demonstration.schemas import ScoreIn
from services.learner_profile.evidence.commands.ledger import Way, enter_ledger, record_all

Criteria = Sequence[Mapping[str, Any]]
_SOURCE = "trellis:rubrics"
_WANTED = """
wanted as (
  select source, event_id, counts, learner_id, competency_id, score, null::numeric as raw_score, null::text as raw_text,
         kind, title, occurred_at
  from jsonb_to_recordset(cast(:said as jsonb)) as said (
    source text, event_id text, counts boolean, learner_id uuid, competency_id uuid, score numeric, kind text, title text,
    occurred_at timestamptz))"""


async def assess_self(session: AsyncSession, demonstration_id: UUID, given: ScoreIn) -> None:
    """What the learner says of it, kept beside the teacher's score; the work is done with that.

    Raises `NotFound`, `NotYourDemonstration`, `DemonstrationState` or `UnknownLevel`.
    """
    held = await locked(session, demonstration_id)
    standing = await stand_to(session, held.learner_id)
    if not standing.is_learner:
        raise NotYourDemonstration
    if not may_act("assess_self", held.state):
        raise DemonstrationState
    criteria = await queries.criteria_of(session, held)
    await _add(session, held, standing, given, share(_scored(criteria, given).values()))
    if held.state == "APPROVED":
        await advance(session, held, standing, "DONE", None)


async def score(session: AsyncSession, demonstration_id: UUID, given: ScoreIn) -> None:
    """Score it; each competency that the rubric is aligned to gains evidence, and another score corrects it.

    Raises `NotFound`, `NotYoursToJudge`, `DemonstrationState`, `UnknownLevel` or `EssentialUnscored`.
    """
    held, standing = await judged(session, demonstration_id)
    if not may_act("score", held.state):
        raise DemonstrationState
    criteria = await queries.criteria_of(session, held)
    scored = _scored(criteria, given)
    if any(one["isEssential"] and one["key"] not in scored for one in criteria):
        raise EssentialUnscored
    if not await _add(session, held, standing, given, share(scored.values())):
        return
    if held.state != "ASSESSED":
        await advance(session, held, standing, "ASSESSED", None)
    await enter_ledger(session, alone=False)
    said = orjson.dumps(_evidence(held, criteria, scored)).decode()
    await record_all(session, _WANTED, Way(), said=said)


def _scored(criteria: Criteria, given: ScoreIn) -> dict[str, Scored]:
    """By the criterion's key; raises `UnknownLevel`. `Decimal(str(...))`: see `schemas.Points`."""
    known = {one["key"]: one for one in criteria}
    found = {}
    for chosen in given.levels:
        criterion = known.get(chosen.criterion)
        points = {level["name"]: Decimal(str(level["points"])) for level in criterion["levels"]} if criterion else {}
        if criterion is None or chosen.level not in points:
            raise UnknownLevel
        weight = Decimal(str(criterion["weight"]))
        found[chosen.criterion] = Scored(weight, points[chosen.level], max(points.values()))
    return found


def _evidence(held: Demonstration, criteria: Criteria, scored: Mapping[str, Scored]) -> list[dict[str, object]]:
    """One piece for each competency: the share of the scored criteria aligned to it. With none left it is withdrawn."""
    aligned: dict[str, list[Scored]] = {}
    for criterion in criteria:
        for competency_id in criterion["competencyIds"]:
            chosen = scored.get(criterion["key"])
            aligned.setdefault(competency_id, []).extend([chosen] if chosen else [])
    return [
        {
            "source": _SOURCE,
            "event_id": f"{held.id}:{competency_id}",
            "counts": bool(chosen),
            "learner_id": str(held.learner_id),
            "competency_id": competency_id,
            "score": str(share(chosen)) if chosen else None,
            "kind": "rubric",
            "title": held.title,
            "occurred_at": held.done_at,
        }
        for competency_id, chosen in aligned.items()
    ]


async def _add(session: AsyncSession, held: Demonstration, by: Standing, given: ScoreIn, total: Decimal) -> bool:
    """Whether it says something new."""
    levels = [one.model_dump() for one in sorted(given.levels, key=lambda one: one.criterion)]
    party = str(by.party)
    if await queries.latest_score(session, held, party) == (levels, given.note):
        return False
    added = insert(RubricScore).values(
        district_id=held.district_id,
        demonstration_id=held.id,
        party=party,
        levels=levels,
        total=total,
        note=given.note,
        person_id=by.person_id,
        recorded_at=func.trellis_now(),
    )
    await session.execute(added)
    return True
