"""What systems tell, entry by entry of a batch: the good ones are taken, the others are named with their place."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from kit.caller import VerifiedCaller
from kit.problems import NotFound
from services.learner_profile.profile import queries
from services.learner_profile.profile.commands.ledger import Told, record
from services.learner_profile.profile.schemas import EntriesIn, EntriesReport, EntryIn, RefusedEntry
from services.learner_profile.profile.schemas.contents import AssessmentResult, SkillRating
from services.learner_profile.source.commands import admit


async def take_entries(session: AsyncSession, caller: VerifiedCaller, given: EntriesIn) -> EntriesReport:
    """Record a batch; of two entries under one name the later one of the batch counts."""
    await admit(session, caller)
    refused: list[RefusedEntry] = []
    read = dict(_read(given, refused))
    learners = await queries.learners_of(
        session, caller.roster_source or caller.source or "", {one.learner_sourced_id for one in read.values()}
    )
    scales = await queries.scales(
        session, {one.content.assessment for one in read.values() if isinstance(one.content, AssessmentResult)}
    )
    told: dict[tuple[str, str], Told] = {}
    for index, one in read.items():
        refusal = _refusal(index, one, learners, scales)
        if refusal:
            refused.append(refusal)
        else:
            entry = _told(caller, one, learners)
            told[entry.kind, entry.source_record_id] = entry
    recorded = await record(session, list(told.values())) if told else 0
    refused.sort(key=lambda entry: entry.index)
    return EntriesReport(recorded=recorded, unchanged=len(told) - recorded, refused=tuple(refused))


async def withdraw_entry(session: AsyncSession, caller: VerifiedCaller, kind: str, source_record_id: str) -> None:
    """End an entry of the system's own; raises `NotFound` where there is none to end."""
    await admit(session, caller)
    source = caller.source or ""
    learner_id = await queries.learner_told_of(session, source, kind, source_record_id)
    if learner_id is None:
        raise NotFound
    await record(session, [Told(learner_id, kind, source, source_record_id, None, None)])


def _read(given: EntriesIn, refused: list[RefusedEntry]) -> Any:  # noqa: ANN401 - pairs of index and entry
    for index, raw in enumerate(given.entries):
        try:
            yield index, EntryIn.model_validate(raw)
        except ValidationError as invalid:
            error = invalid.errors()[0]
            place = "/" + "/".join(map(str, error["loc"]))
            refused.append(RefusedEntry(index=index, place=place, code=error["type"].upper(), message=error["msg"]))


def _refusal(
    index: int, one: EntryIn, learners: Mapping[str, Any], scales: Mapping[str, queries.Scale]
) -> RefusedEntry | None:
    if one.learner_sourced_id not in learners:
        return _refused(index, "/learnerSourcedId", "UNKNOWN_LEARNER", "The roster knows no such learner")
    if isinstance(one.content, SkillRating) and one.content.rater not in ("SELF", "TEACHER"):
        return _refused(index, "/content/rater", "SELF_OR_TEACHER", "A system tells whether learner or teacher rated")
    return _off_the_scale(index, one.content, scales) if isinstance(one.content, AssessmentResult) else None


def _off_the_scale(index: int, result: AssessmentResult, scales: Mapping[str, queries.Scale]) -> RefusedEntry | None:
    scale = scales.get(result.assessment)
    if scale is None:
        return _refused(index, "/content/assessment", "UNKNOWN_ASSESSMENT", "The district defines no such assessment")
    if not scale.lowest <= result.score <= scale.highest:
        return _refused(index, "/content/score", "OUTSIDE_SCALE", "The score lies outside the assessment's scale")
    return None


def _refused(index: int, place: str, code: str, message: str) -> RefusedEntry:
    return RefusedEntry(index=index, place=place, code=code, message=message)


def _told(caller: VerifiedCaller, one: EntryIn, learners: Mapping[str, Any]) -> Told:
    content = one.content.model_dump(mode="json", by_alias=True, exclude={"kind"})
    return Told(
        learners[one.learner_sourced_id],
        one.content.kind,
        caller.source or "",
        one.source_record_id,
        one.occurred_at,
        content,
    )
