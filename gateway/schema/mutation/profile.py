"""What people say of a learner to whom they stand; systems push by REST."""

# ruff: noqa: A002 - arguments carry their public names
from collections.abc import Callable, Mapping
from typing import Annotated, Any

import strawberry
from strawberry import ID, UNSET

from gateway.joins import Write, joined
from gateway.types.profile import (
    Basis,
    EntryKind,
    ExperienceState,
    ExperienceType,
    InternetAccess,
    MilestoneState,
    MilestoneType,
    PortfolioState,
    PreferenceAspect,
    Skill,
)
from gateway.types.refusal import Refusal
from gateway.types.scalars import Date, DateTime
from gateway.types.sources import LEARNER_PROFILE


@strawberry.input(description="An interest: STATED by the learner, OBSERVED by a teacher.")
class InterestInput:
    label: str
    basis: Basis = Basis.STATED


@strawberry.input(description="A condition that helps: STATED by the learner, OBSERVED by a teacher.")
class PreferenceInput:
    aspect: PreferenceAspect
    statement: str
    basis: Basis = Basis.STATED
    is_retired: bool = False


@strawberry.input(description="Work of the learner's own, under an https address.")
class PortfolioItemInput:
    title: str
    url: str
    state: PortfolioState
    description: str | None = UNSET
    evidence_ids: list[ID] | None = UNSET


@strawberry.input(description="A rating on any scale; who rates follows from who speaks.")
class SkillRatingInput:
    skill: Skill
    rating: float
    scale_min: float
    scale_max: float
    comment: str | None = UNSET


@strawberry.input
class MilestoneInput:
    type: MilestoneType
    title: str
    due_on: Date | None = UNSET
    state: MilestoneState
    reason: str | None = UNSET


@strawberry.input
class ExperienceInput:
    type: ExperienceType
    title: str
    state: ExperienceState
    partner: str | None = UNSET
    mentor: str | None = UNSET
    hours: float | None = UNSET
    from_on: Date | None = UNSET
    to_on: Date | None = UNSET


@strawberry.input(description="For the learner and for guardians who hold rights.")
class DigitalAccessInput:
    internet_access_in_residence: InternetAccess
    internet_access_type: str | None = UNSET
    primary_learning_device: str | None = UNSET


@strawberry.type(description="An entry of the profile as it stands.")
class SavedEntry:
    id: ID
    kind: EntryKind
    revision: int
    occurred_at: DateTime
    recorded_at: DateTime


@strawberry.type
class ProfileEntryPayload:
    entry: SavedEntry


ProfileEntryResult = Annotated[ProfileEntryPayload | Refusal, strawberry.union("ProfileEntryResult")]
_DOOR = "/v1/learners/{learnerId}/profile/{id}"


def _saying(kind: EntryKind) -> Write:
    return Write(LEARNER_PROFILE, "PUT", _DOOR, "ProfileEntryPayload", "entry", _content(kind))


def _content(kind: EntryKind) -> Callable[[Mapping[str, Any]], Mapping[str, Any]]:
    def body(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        given = {name: value for name, value in arguments["input"].items() if value is not None}
        return {"content": {"kind": kind.value, **given}}

    return body


@strawberry.type
class ProfileMutations:
    @joined(_saying(EntryKind.INTEREST))
    def record_interest(self, learner_id: ID, id: ID, input: InterestInput) -> ProfileEntryResult | None:
        """The client names the entry: the same id again corrects it."""

    @joined(_saying(EntryKind.PREFERENCE))
    def state_preference(self, learner_id: ID, id: ID, input: PreferenceInput) -> ProfileEntryResult | None:
        """The client names the entry: the same id again corrects it."""

    @joined(_saying(EntryKind.PORTFOLIO_ITEM))
    def save_portfolio_item(self, learner_id: ID, id: ID, input: PortfolioItemInput) -> ProfileEntryResult | None:
        """For the learner; the same id again corrects it."""

    @joined(_saying(EntryKind.SKILL_RATING))
    def rate_skill(self, learner_id: ID, id: ID, input: SkillRatingInput) -> ProfileEntryResult | None:
        """For the learner, who teaches the learner, and who sits in a class with the learner."""

    @joined(_saying(EntryKind.MILESTONE))
    def update_milestone(self, learner_id: ID, id: ID, input: MilestoneInput) -> ProfileEntryResult | None:
        """For the learner, and for those who lead or counsel at the learner's school."""

    @joined(_saying(EntryKind.EXPERIENCE))
    def record_experience(self, learner_id: ID, id: ID, input: ExperienceInput) -> ProfileEntryResult | None:
        """For the learner, and for those who lead or counsel at the learner's school."""

    @joined(_saying(EntryKind.DIGITAL_ACCESS))
    def report_digital_access(self, learner_id: ID, id: ID, input: DigitalAccessInput) -> ProfileEntryResult | None:
        """For the learner and guardians who hold rights."""
