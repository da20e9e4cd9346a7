"""Create policies of mastery, conferred statuses and reports."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kit import migration

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_NOW = sa.text("now()")
_STATES = "'INSUFFICIENT_EVIDENCE', 'DEVELOPING', 'MASTERED', 'DECAYED'"

_FOLD = (
    """create function exponential_step(held numeric, score numeric, rate numeric) returns numeric
      language plpgsql immutable parallel safe as $$ begin
        return case when held is null then score else held * (1 - rate) + score * rate end; end $$""",
    """create aggregate exponentially_weighted (numeric, numeric) (
      sfunc = exponential_step, stype = numeric, parallel = safe)""",
)


def upgrade() -> None:
    migration.execute_all(_FOLD)
    _kept()
    _policies()
    _rules()
    _statuses()
    _reports()


def _kept() -> None:
    op.create_index(
        "ix_evidence_later",
        "evidence",
        ["district_id", "source", "source_event_id", "revision", "recorded_at"],
        postgresql_where=sa.text("revision > 1"),
    )
    op.add_column("mastery", sa.Column("policy_id", sa.Uuid(), nullable=True))
    op.add_column("mastery", sa.Column("policy_version", sa.BigInteger(), nullable=True))
    op.add_column("mastery", sa.Column("stale_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_mastery_stale", "mastery", ["district_id", "stale_at"], postgresql_where=sa.text("stale_at is not null")
    )
    op.execute(f"""
-- squawk-ignore ban-drop-constraint
alter table mastery drop constraint ck_mastery_state,
  add constraint ck_mastery_state check (state in ('NOT_STARTED', {_STATES})) not valid""")


# Every row that is there has passed the narrower check, so that there is nothing to validate.


def _policies() -> None:
    op.create_table(
        "mastery_policy",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("framework_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "case scope when 'DISTRICT' then framework_id is null when 'FRAMEWORK' then framework_id is not null else false end",
            name=op.f("ck_mastery_policy_scope"),
        ),
        _to("mastery_policy", "framework_id", "framework"),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_mastery_policy")),
    )
    op.create_table(
        "mastery_policy_version",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("weight", sa.Numeric(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("m", sa.BigInteger(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        *_recorded(state=True),
        sa.CheckConstraint(
            "method in ('HIGHEST', 'LATEST', 'MEAN', 'N_AT_MASTERY', 'WEIGHTED_LATEST', 'EXPONENTIALLY_WEIGHTED', 'M_OF_N')",
            name=op.f("ck_mastery_policy_version_method"),
        ),
        sa.CheckConstraint("weight between 0 and 1", name=op.f("ck_mastery_policy_version_weight")),
        sa.CheckConstraint("1 <= m and m <= n", name=op.f("ck_mastery_policy_version_counts")),
        sa.CheckConstraint("from_on < to_on", name=op.f("ck_mastery_policy_version_days")),
        sa.CheckConstraint("state in ('active', 'withdrawn')", name=op.f("ck_mastery_policy_version_state")),
        _to("mastery_policy_version", "policy_id", "mastery_policy"),
        sa.PrimaryKeyConstraint("district_id", "policy_id", "version", name=op.f("pk_mastery_policy_version")),
    )
    migration.secure("mastery_policy", "mastery_policy_version", privileges="select, insert")


def _rules() -> None:
    op.create_table(
        "mastery_scale",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("framework_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("names", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("lower_bounds", postgresql.ARRAY(sa.Numeric()), nullable=False),
        sa.Column("mastered", postgresql.ARRAY(sa.Boolean()), nullable=False),
        *_recorded(),
        sa.CheckConstraint(
            "cardinality(names) between 1 and 20 and cardinality(lower_bounds) = cardinality(names)"
            " and cardinality(mastered) = cardinality(names) and lower_bounds[1] = 0 and true = any(mastered)",
            name=op.f("ck_mastery_scale_levels"),
        ),
        _to("mastery_scale", "framework_id", "framework"),
        sa.PrimaryKeyConstraint("district_id", "framework_id", "version", name=op.f("pk_mastery_scale")),
    )
    op.create_table(
        "evidence_blueprint",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("framework_id", sa.Uuid(), nullable=False),
        sa.Column("competency_id", sa.Uuid(), nullable=True),
        sa.Column("kinds", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("minimum_count", sa.BigInteger(), nullable=False),
        sa.Column("minimum_by_kind", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("recency_days", sa.BigInteger(), nullable=True),
        *_recorded(state=True),
        sa.CheckConstraint(
            "target_id = coalesce(competency_id, framework_id)", name=op.f("ck_evidence_blueprint_target")
        ),
        sa.CheckConstraint("minimum_count >= 1", name=op.f("ck_evidence_blueprint_minimum_count")),
        sa.CheckConstraint("recency_days >= 1", name=op.f("ck_evidence_blueprint_recency_days")),
        sa.CheckConstraint("state in ('active', 'withdrawn')", name=op.f("ck_evidence_blueprint_state")),
        _to("evidence_blueprint", "framework_id", "framework"),
        _to("evidence_blueprint", "competency_id", "competency"),
        sa.PrimaryKeyConstraint("district_id", "target_id", "version", name=op.f("pk_evidence_blueprint")),
    )
    migration.secure("mastery_scale", "evidence_blueprint", privileges="select, insert")


def _statuses() -> None:
    op.create_table(
        "mastery_status",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuid7()"), nullable=False),
        sa.Column("learner_id", sa.Uuid(), nullable=False),
        sa.Column("competency_id", sa.Uuid(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("conferred_by", sa.Uuid(), nullable=False),
        sa.Column("conferred_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        _to("mastery_status", "competency_id", "competency"),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_mastery_status")),
    )
    op.create_index("ix_mastery_status_learner", "mastery_status", ["district_id", "learner_id", "competency_id"])
    op.create_table(
        "mastery_status_withdrawal",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("status_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        _to("mastery_status_withdrawal", "status_id", "mastery_status"),
        sa.PrimaryKeyConstraint("district_id", "status_id", name=op.f("pk_mastery_status_withdrawal")),
    )
    migration.secure("mastery_status", "mastery_status_withdrawal", privileges="select, insert")


def _reports() -> None:
    op.create_table(
        "mastery_report",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("framework_id", sa.Uuid(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.Column("issued_by", sa.Text(collation="C"), nullable=False),
        _to("mastery_report", "framework_id", "framework"),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_mastery_report")),
    )
    op.create_index("ix_mastery_report_school", "mastery_report", ["district_id", "school_id", "issued_at"])
    op.create_table(
        "mastery_report_row",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("learner_id", sa.Uuid(), nullable=False),
        sa.Column("competency_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("score", sa.Numeric(), nullable=True),
        sa.Column("evidence_count", sa.BigInteger(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=True),
        sa.Column("policy_version", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(f"state in ({_STATES})", name=op.f("ck_mastery_report_row_state")),
        _to("mastery_report_row", "report_id", "mastery_report"),
        _to("mastery_report_row", "competency_id", "competency"),
        sa.PrimaryKeyConstraint(
            "district_id", "report_id", "learner_id", "competency_id", name=op.f("pk_mastery_report_row")
        ),
    )
    op.create_index("ix_mastery_report_row_learner", "mastery_report_row", ["district_id", "learner_id", "report_id"])
    migration.secure("mastery_report", "mastery_report_row", privileges="select, insert")


def _recorded(*, state: bool = False) -> list[sa.Column[Any]]:
    columns: list[sa.Column[Any]] = (
        [sa.Column("state", sa.Text(), server_default="active", nullable=False)] if state else []
    )
    return [
        *columns,
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=True),
    ]


def _to(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["district_id", column],
        [f"{parent}.district_id", f"{parent}.id"],
        name=op.f(f"fk_{table}_district_id_{column}"),
    )
