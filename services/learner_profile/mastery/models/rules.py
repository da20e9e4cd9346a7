"""The rules of mastery: versions are added, never changed, so that any day's rule can be found again."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, ForeignKeyConstraint, Numeric, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kit.models import DistrictKey, Utc
from services.learner_profile.models import Base


class MasteryPolicy(Base):
    """What a policy is for; framework goes before district."""

    __tablename__ = "mastery_policy"
    __table_args__ = (
        CheckConstraint(
            "case scope when 'DISTRICT' then framework_id is null when 'FRAMEWORK' then framework_id is not null else false end",
            name="scope",
        ),
        ForeignKeyConstraint(["district_id", "framework_id"], ["framework.district_id", "framework.id"]),
    )

    district_id: Mapped[DistrictKey]
    id: Mapped[UUID] = mapped_column(primary_key=True)
    scope: Mapped[str]
    framework_id: Mapped[UUID | None]


class MasteryPolicyVersion(Base):
    """One version of a policy; the highest one recorded until an instant is the one that was known then."""

    __tablename__ = "mastery_policy_version"
    __table_args__ = (
        CheckConstraint(
            "method in ('HIGHEST', 'LATEST', 'MEAN', 'N_AT_MASTERY', 'WEIGHTED_LATEST', 'EXPONENTIALLY_WEIGHTED', 'M_OF_N')",
            name="method",
        ),
        CheckConstraint("weight between 0 and 1", name="weight"),
        CheckConstraint("1 <= m and m <= n", name="counts"),
        CheckConstraint("from_on < to_on", name="days"),
        CheckConstraint("state in ('active', 'withdrawn')", name="state"),
        ForeignKeyConstraint(["district_id", "policy_id"], ["mastery_policy.district_id", "mastery_policy.id"]),
    )

    district_id: Mapped[DistrictKey]
    policy_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    method: Mapped[str]
    weight: Mapped[Decimal]
    n: Mapped[int]
    m: Mapped[int]
    from_on: Mapped[date | None]
    to_on: Mapped[date | None]
    """The first day on which it no longer holds."""
    state: Mapped[str] = mapped_column(server_default="active")
    recorded_at: Mapped[Utc] = mapped_column(server_default=func.now())
    recorded_by: Mapped[str | None]


class MasteryScale(Base):
    """One version of a framework's proficiency scale; the arrays go by level, from the lowest. `proficiency_level` holds the latest."""

    __tablename__ = "mastery_scale"
    __table_args__ = (
        CheckConstraint(
            "cardinality(names) between 1 and 20 and cardinality(lower_bounds) = cardinality(names)"
            " and cardinality(mastered) = cardinality(names) and lower_bounds[1] = 0 and true = any(mastered)",
            name="levels",
        ),
        ForeignKeyConstraint(["district_id", "framework_id"], ["framework.district_id", "framework.id"]),
    )

    district_id: Mapped[DistrictKey]
    framework_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    names: Mapped[list[str]] = mapped_column(ARRAY(Text))
    lower_bounds: Mapped[list[Decimal]] = mapped_column(ARRAY(Numeric))
    mastered: Mapped[list[bool]] = mapped_column(ARRAY(Boolean))
    recorded_at: Mapped[Utc] = mapped_column(server_default=func.now())
    recorded_by: Mapped[str | None]


class EvidenceBlueprint(Base):
    """One version of what evidence a framework, or one of its competencies, takes for a statement."""

    __tablename__ = "evidence_blueprint"
    __table_args__ = (
        CheckConstraint("target_id = coalesce(competency_id, framework_id)", name="target"),
        CheckConstraint("minimum_count >= 1", name="minimum_count"),
        CheckConstraint("recency_days >= 1", name="recency_days"),
        CheckConstraint("state in ('active', 'withdrawn')", name="state"),
        ForeignKeyConstraint(["district_id", "framework_id"], ["framework.district_id", "framework.id"]),
        ForeignKeyConstraint(["district_id", "competency_id"], ["competency.district_id", "competency.id"]),
    )

    district_id: Mapped[DistrictKey]
    target_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    framework_id: Mapped[UUID]
    competency_id: Mapped[UUID | None]
    kinds: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    """The kinds that count; null where all do."""
    minimum_count: Mapped[int]
    minimum_by_kind: Mapped[dict[str, int]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    recency_days: Mapped[int | None]
    """Evidence that is older does not count."""
    state: Mapped[str] = mapped_column(server_default="active")
    recorded_at: Mapped[Utc] = mapped_column(server_default=func.now())
    recorded_by: Mapped[str | None]
