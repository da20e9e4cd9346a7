"""The gradebook as the source systems tell it: scales, categories, line items, results and their learning objectives.

A row belongs to the `source` that pushed it. What it says about people, classes, schools and terms resolves in its
`roster_source`; what it says about other gradebook rows resolves in its own source. There are no foreign keys: a result may
come before its line item, its learner or the framework of its objectives, and then waits.
"""

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from kit.models import SourcedId, Utc
from services.learner_profile.models import Base
from services.learner_profile.roster.models import Rostered


class Graded(Rostered):
    """A gradebook row; writers that change one set `changed_at` to the instant that they hand to the projection."""

    _references: ClassVar[dict[str, tuple[str, ...]]] = {}

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805 - SQLAlchemy's class-level attribute
        name = cls.__tablename__  # type: ignore[attr-defined]
        return (
            CheckConstraint("status in ('active', 'tobedeleted')", name="status"),
            *(Index(f"ix_{name}_{index}", "district_id", *columns) for index, columns in cls._references.items()),
        )


class Category(Graded, Base):
    __tablename__ = "category"

    title: Mapped[str]
    weight: Mapped[Decimal | None]


class ScoreScale(Graded, Base):
    __tablename__ = "score_scale"
    _references: ClassVar = {"class": ("roster_source", "class_sourced_id")}

    roster_source: Mapped[SourcedId]
    title: Mapped[str]
    type: Mapped[str]
    org_sourced_id: Mapped[SourcedId | None]
    course_sourced_id: Mapped[SourcedId | None]
    class_sourced_id: Mapped[SourcedId | None]
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    """OneRoster's scoreScaleValue: `[{"itemValueLHS": "90-100", "itemValueRHS": "A"}]`; the left side is the lowest score."""


class Item(Graded):
    """What line items and assessment line items share."""

    roster_source: Mapped[SourcedId]
    title: Mapped[str]
    description: Mapped[str | None]
    class_sourced_id: Mapped[SourcedId | None]
    score_scale_sourced_id: Mapped[SourcedId | None]
    result_value_min: Mapped[Decimal | None]
    result_value_max: Mapped[Decimal | None]


class LineItem(Item, Base):
    __tablename__ = "line_item"
    _references: ClassVar = {
        "class": ("roster_source", "class_sourced_id"),
        "school": ("roster_source", "school_sourced_id"),
        "changed": ("changed_at",),
    }

    assign_at: Mapped[Utc | None]
    due_at: Mapped[Utc | None]
    school_sourced_id: Mapped[SourcedId | None]
    category_sourced_id: Mapped[SourcedId | None]
    grading_period_sourced_id: Mapped[SourcedId | None]
    academic_session_sourced_id: Mapped[SourcedId | None]


class AssessmentLineItem(Item, Base):
    __tablename__ = "assessment_line_item"
    _references: ClassVar = {"changed": ("changed_at",)}

    parent_sourced_id: Mapped[SourcedId | None]


class Scored(Graded):
    """What results and assessment results share; the item is a line item or an assessment line item."""

    roster_source: Mapped[SourcedId]
    item_sourced_id: Mapped[SourcedId]
    student_sourced_id: Mapped[SourcedId]
    score_scale_sourced_id: Mapped[SourcedId | None]
    score_status: Mapped[str] = mapped_column(server_default="fully graded")
    """exempt, fully graded, not submitted, partially graded, submitted, or `ext:` and a word of the sender's."""
    score: Mapped[Decimal | None]
    text_score: Mapped[str | None]
    score_on: Mapped[date]
    scored_at: Mapped[Utc | None]
    """The instant, where a sender told one; OneRoster's scoreDate is a day."""
    comment: Mapped[str | None]
    in_progress: Mapped[bool | None]
    incomplete: Mapped[bool | None]
    late: Mapped[bool | None]
    missing: Mapped[bool | None]


_RESULT_REFERENCES: dict[str, tuple[str, ...]] = {
    "item": ("source", "item_sourced_id"),
    "student": ("roster_source", "student_sourced_id"),
    "changed": ("changed_at",),
}


class Result(Scored, Base):
    __tablename__ = "result"
    _references: ClassVar = {**_RESULT_REFERENCES, "class": ("roster_source", "class_sourced_id")}

    class_sourced_id: Mapped[SourcedId | None]


class AssessmentResult(Scored, Base):
    __tablename__ = "assessment_result"
    _references: ClassVar = _RESULT_REFERENCES

    percentile: Mapped[Decimal | None]


class ItemObjective(Graded):
    """A learning objective that an item is meant for. CSV gives such a row an id of its own; through REST, where it stands
    inside its item, the id is made: `<item>:<source>:<objective>`.
    """

    _references: ClassVar = {"item": ("source", "item_sourced_id")}

    item_sourced_id: Mapped[SourcedId]
    objective_source: Mapped[str]
    """`case`, `unknown`, or a slash and a word of the sender's."""
    objective_id: Mapped[SourcedId]


class LineItemObjective(ItemObjective, Base):
    __tablename__ = "line_item_objective"


class AssessmentLineItemObjective(ItemObjective, Base):
    __tablename__ = "assessment_line_item_objective"


class ResultObjectiveColumns(Graded):
    """A result's score on one learning objective; ids as for `ItemObjective`."""

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805 - SQLAlchemy's class-level attribute
        name = cls.__tablename__  # type: ignore[attr-defined]
        return (
            CheckConstraint("status in ('active', 'tobedeleted')", name="status"),
            CheckConstraint("waiting_for in ('result', 'item', 'learner', 'competency', 'range')", name="waiting_for"),
            Index(f"ix_{name}_result", "district_id", "source", "result_sourced_id"),
            Index(f"ix_{name}_changed", "district_id", "changed_at"),
            Index(
                f"ix_{name}_waiting",
                "district_id",
                "source",
                "sourced_id",
                postgresql_where=text("waiting_for is not null"),
            ),
        )

    result_sourced_id: Mapped[SourcedId]
    objective_source: Mapped[str]
    objective_id: Mapped[SourcedId]
    score: Mapped[Decimal | None]
    text_score: Mapped[str | None]
    waiting_for: Mapped[str | None]
    """What this score still lacks to become evidence; written by the projection, and by intake where no framework has it."""


class ResultObjective(ResultObjectiveColumns, Base):
    __tablename__ = "result_objective"


class AssessmentResultObjective(ResultObjectiveColumns, Base):
    __tablename__ = "assessment_result_objective"
