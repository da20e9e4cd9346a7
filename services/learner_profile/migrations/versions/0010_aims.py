"""Create goals, decisions about next steps, and the days of classes."""

import sqlalchemy as sa
from alembic import op

from kit import migration

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_DAY = """
create function district_day(at timestamptz) returns date language sql stable parallel safe as $$
  select (at at time zone coalesce(
    (select time_zone from district where district_id = trellis_district()), 'UTC'))::date
$$"""
"""The day of an instant in the district's own time zone."""


def upgrade() -> None:
    op.execute(_DAY)
    op.create_table(
        "goal",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("learner_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("baseline", sa.Numeric(), nullable=False),
        sa.Column("target", sa.Numeric(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("competency_ids", sa.ARRAY(sa.Uuid()), server_default=sa.text("'{}'::uuid[]"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("terms_version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "state in ('DRAFT', 'PROPOSED', 'AGREED', 'ON_TRACK', 'AT_RISK', 'MET', 'DROPPED')",
            name=op.f("ck_goal_state"),
        ),
        sa.CheckConstraint("target <> baseline", name=op.f("ck_goal_way_to_go")),
        sa.CheckConstraint("version >= terms_version and terms_version >= 1", name=op.f("ck_goal_version")),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_goal")),
    )
    op.create_index("ix_goal_learner", "goal", ["district_id", "learner_id", "due_on", "id"], unique=False)
    op.create_table(
        "goal_version",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("goal_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("terms_version", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("baseline", sa.Numeric(), nullable=False),
        sa.Column("target", sa.Numeric(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("competency_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "state in ('DRAFT', 'PROPOSED', 'AGREED', 'ON_TRACK', 'AT_RISK', 'MET', 'DROPPED')",
            name=op.f("ck_goal_version_state"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "goal_id"],
            ["goal.district_id", "goal.id"],
            name=op.f("fk_goal_version_district_id_goal_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "goal_id", "version", name=op.f("pk_goal_version")),
    )
    op.create_table(
        "goal_check_in",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("goal_id", sa.Uuid(), nullable=False),
        sa.Column("value", sa.Numeric(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("party in ('LEARNER', 'GUARDIAN', 'TEACHER')", name=op.f("ck_goal_check_in_party")),
        sa.ForeignKeyConstraint(
            ["district_id", "goal_id"],
            ["goal.district_id", "goal.id"],
            name=op.f("fk_goal_check_in_district_id_goal_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_goal_check_in")),
    )
    op.create_index(
        "ix_goal_check_in_goal", "goal_check_in", ["district_id", "goal_id", "occurred_at", "id"], unique=False
    )
    op.create_table(
        "goal_response",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuid7()"), nullable=False),
        sa.Column("goal_id", sa.Uuid(), nullable=False),
        sa.Column("terms_version", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("decision in ('AGREED', 'DECLINED')", name=op.f("ck_goal_response_decision")),
        sa.CheckConstraint("party in ('LEARNER', 'GUARDIAN', 'TEACHER')", name=op.f("ck_goal_response_party")),
        sa.ForeignKeyConstraint(
            ["district_id", "goal_id"],
            ["goal.district_id", "goal.id"],
            name=op.f("fk_goal_response_district_id_goal_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_goal_response")),
    )
    op.create_index(
        "ix_goal_response_goal",
        "goal_response",
        ["district_id", "goal_id", "terms_version", "person_id", "id"],
        unique=False,
    )
    op.create_table(
        "step_decision",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuid7()"), nullable=False),
        sa.Column("learner_id", sa.Uuid(), nullable=False),
        sa.Column("competency_id", sa.Uuid(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("stood_on", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("decision in ('ACCEPTED', 'DECLINED')", name=op.f("ck_step_decision_decision")),
        sa.CheckConstraint("party in ('LEARNER', 'GUARDIAN', 'TEACHER')", name=op.f("ck_step_decision_party")),
        sa.ForeignKeyConstraint(
            ["district_id", "competency_id"],
            ["competency.district_id", "competency.id"],
            name=op.f("fk_step_decision_district_id_competency_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_step_decision")),
    )
    op.create_index(
        "ix_step_decision_step",
        "step_decision",
        ["district_id", "learner_id", "competency_id", "recorded_at", "id"],
        unique=False,
    )
    op.create_table(
        "class_day",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("district_id", "class_id", "day_on", name=op.f("pk_class_day")),
    )
    op.create_table(
        "activity_block",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("group_title", sa.Text(), nullable=True),
        sa.Column("is_for_class", sa.Boolean(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resource_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), server_default="active", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "kind in ('INDIVIDUAL_INSTRUCTION', 'WHOLE_GROUP', 'SMALL_GROUP', 'INDEPENDENT_ONLINE')",
            name=op.f("ck_activity_block_kind"),
        ),
        sa.CheckConstraint("state in ('active', 'withdrawn')", name=op.f("ck_activity_block_state")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_activity_block_span")),
        sa.ForeignKeyConstraint(
            ["district_id", "class_id", "day_on"],
            ["class_day.district_id", "class_day.class_id", "class_day.day_on"],
            name=op.f("fk_activity_block_district_id_class_id_day_on"),
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_activity_block")),
    )
    op.create_index(
        "ix_activity_block_day",
        "activity_block",
        ["district_id", "class_id", "day_on", "starts_at", "id"],
        unique=False,
    )
    op.create_table(
        "activity_seat",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("block_id", sa.Uuid(), nullable=False),
        sa.Column("learner_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id", "block_id"],
            ["activity_block.district_id", "activity_block.id"],
            name=op.f("fk_activity_seat_district_id_block_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "block_id", "learner_id", name=op.f("pk_activity_seat")),
    )
    op.create_index(
        "ix_activity_seat_learner", "activity_seat", ["district_id", "learner_id", "block_id"], unique=False
    )
    op.create_table(
        "activity_attempt",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("block_id", sa.Uuid(), nullable=False),
        sa.Column("learner_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("finished_at >= started_at", name=op.f("ck_activity_attempt_order")),
        sa.ForeignKeyConstraint(
            ["district_id", "block_id"],
            ["activity_block.district_id", "activity_block.id"],
            name=op.f("fk_activity_attempt_district_id_block_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "block_id", "learner_id", name=op.f("pk_activity_attempt")),
    )
    migration.secure("goal", "class_day", "activity_block", "activity_attempt", privileges="select, insert, update")
    migration.secure("activity_seat", privileges="select, insert, delete")
    migration.secure("goal_version", "goal_check_in", "goal_response", "step_decision", privileges="select, insert")
