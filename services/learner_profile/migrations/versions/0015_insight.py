"""Create pace, alerts, decisions to advance and published figures."""

import sqlalchemy as sa
from alembic import op

from kit import migration

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pace",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("learner_id", sa.Uuid(), nullable=False),
        sa.Column("competency_id", sa.Uuid(), nullable=False),
        sa.Column("band", sa.Text(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("projected_on", sa.Date(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("band in ('AHEAD', 'ON_PACE', 'BEHIND', 'STALLED')", name=op.f("ck_pace_band")),
        sa.PrimaryKeyConstraint("district_id", "learner_id", "competency_id", name=op.f("pk_pace")),
    )
    op.create_table(
        "pace_target",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column("competency_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id", "competency_id"],
            ["competency.district_id", "competency.id"],
            name=op.f("fk_pace_target_district_id_competency_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "class_id", "competency_id", name=op.f("pk_pace_target")),
    )
    op.create_table(
        "alert_rule",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("after_days", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind in ('PACE_BEHIND', 'PACE_STALLED')", name=op.f("ck_alert_rule_kind")),
        sa.CheckConstraint("after_days between 0 and 365", name=op.f("ck_alert_rule_after_days")),
        sa.PrimaryKeyConstraint("district_id", "kind", name=op.f("pk_alert_rule")),
    )
    op.create_table(
        "alert",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuid7()"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("learner_id", sa.Uuid(), nullable=False),
        sa.Column("competency_id", sa.Uuid(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), server_default="new", nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind in ('PACE_BEHIND', 'PACE_STALLED')", name=op.f("ck_alert_kind")),
        sa.CheckConstraint("state in ('new', 'seen', 'acted', 'dismissed', 'expired')", name=op.f("ck_alert_state")),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_alert")),
    )
    op.create_index(
        "uq_alert_open",
        "alert",
        ["district_id", "learner_id", "competency_id", "kind"],
        unique=True,
        postgresql_where=sa.text("state <> 'expired'"),
    )
    op.create_table(
        "advance_decision",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuid7()"), nullable=False),
        sa.Column("learner_id", sa.Uuid(), nullable=False),
        sa.Column("competency_id", sa.Uuid(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("decision <> 'overridden' or note is not null", name=op.f("ck_advance_decision_note")),
        sa.CheckConstraint("decision in ('advanced', 'held', 'overridden')", name=op.f("ck_advance_decision_decision")),
        sa.ForeignKeyConstraint(
            ["district_id", "competency_id"],
            ["competency.district_id", "competency.id"],
            name=op.f("fk_advance_decision_district_id_competency_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_advance_decision")),
    )
    op.create_index(
        "ix_advance_decision_learner",
        "advance_decision",
        ["district_id", "learner_id", "competency_id", "decided_at"],
        unique=False,
    )
    op.create_table(
        "figures_day",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("district_id", "on_day", name=op.f("pk_figures_day")),
    )
    op.create_table(
        "progress_snapshot",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("scope_id", sa.Uuid(), nullable=False),
        sa.Column("framework_id", sa.Uuid(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("learners", sa.BigInteger(), nullable=False),
        sa.Column("assessed", sa.BigInteger(), nullable=False),
        sa.Column("mastered", sa.BigInteger(), nullable=False),
        sa.Column("developing", sa.BigInteger(), nullable=False),
        sa.Column("insufficient", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("scope in ('class', 'school', 'district')", name=op.f("ck_progress_snapshot_scope")),
        sa.PrimaryKeyConstraint(
            "district_id", "scope", "scope_id", "framework_id", "on_day", name=op.f("pk_progress_snapshot")
        ),
    )
    op.create_table(
        "gap_figure",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("scope_id", sa.Uuid(), nullable=False),
        sa.Column("dimension", sa.Text(), nullable=False),
        sa.Column("group_name", sa.Text(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=True),
        sa.Column("value", sa.Numeric(), nullable=True),
        sa.Column("suppressed", sa.Boolean(), nullable=False),
        sa.CheckConstraint("people is not null or value is null", name=op.f("ck_gap_figure_value")),
        sa.CheckConstraint("people is null = suppressed", name=op.f("ck_gap_figure_suppressed")),
        sa.PrimaryKeyConstraint(
            "district_id", "scope_id", "dimension", "group_name", "on_day", name=op.f("pk_gap_figure")
        ),
    )
    migration.secure("pace", "pace_target", "alert_rule", "alert")
    migration.secure("advance_decision", "figures_day", "progress_snapshot", "gap_figure", privileges="select, insert")
