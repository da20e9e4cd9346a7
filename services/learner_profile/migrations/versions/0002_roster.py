"""Create the roster: orgs, sessions, courses, classes, people, their roles, enrolments and guardians."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kit import migration
from kit.eventing_schema import migration as eventing

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TABLES = (
    "academic_session",
    "class",
    "course",
    "demographic",
    "district",
    "enrollment",
    "guardianship",
    "org",
    "person",
    "person_role",
    "school_enrollment",
    "source_system",
    "staff_assignment",
)

DISTRICT_TODAY = """
create function district_today() returns date language sql stable parallel safe as $$
  select (trellis_now() at time zone coalesce(
    (select time_zone from district where district_id = trellis_district()), 'UTC'))::date
$$"""


def upgrade() -> None:
    op.create_table(
        "academic_session",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(collation="C"), nullable=False),
        sa.Column("sourced_id", sa.Text(collation="C"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuid7()"), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=False),
        sa.Column("parent_sourced_id", sa.Text(collation="C"), nullable=True),
        sa.Column("school_year", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        sa.Column("date_last_modified", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "metadata", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("row_hash", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("status in ('active', 'tobedeleted')", name=op.f("ck_academic_session_status")),
        sa.PrimaryKeyConstraint("district_id", "source", "sourced_id", name=op.f("pk_academic_session")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_academic_session_district_id_id")),
    )
    op.create_table(
        "class",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(collation="C"), nullable=False),
        sa.Column("sourced_id", sa.Text(collation="C"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuid7()"), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("class_code", sa.Text(), nullable=True),
        sa.Column("class_type", sa.Text(), server_default="scheduled", nullable=False),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("grades", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False),
        sa.Column("subjects", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False),
        sa.Column("subject_codes", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False),
        sa.Column("periods", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False),
        sa.Column("course_sourced_id", sa.Text(collation="C"), nullable=False),
        sa.Column("school_sourced_id", sa.Text(collation="C"), nullable=False),
        sa.Column(
            "term_sourced_ids", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False
        ),
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        sa.Column("date_last_modified", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "metadata", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("row_hash", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("status in ('active', 'tobedeleted')", name=op.f("ck_class_status")),
        sa.PrimaryKeyConstraint("district_id", "source", "sourced_id", name=op.f("pk_class")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_class_district_id_id")),
    )
    op.create_index("ix_class_course", "class", ["district_id", "source", "course_sourced_id"], unique=False)
    op.create_index("ix_class_school", "class", ["district_id", "source", "school_sourced_id"], unique=False)
    op.create_table(
        "course",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(collation="C"), nullable=False),
        sa.Column("sourced_id", sa.Text(collation="C"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuid7()"), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("school_year_sourced_id", sa.Text(collation="C"), nullable=True),
        sa.Column("course_code", sa.Text(), nullable=True),
        sa.Column("grades", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False),
        sa.Column("org_sourced_id", sa.Text(collation="C"), nullable=True),
        sa.Column("subjects", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False),
        sa.Column("subject_codes", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False),
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        sa.Column("date_last_modified", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "metadata", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("row_hash", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("status in ('active', 'tobedeleted')", name=op.f("ck_course_status")),
        sa.PrimaryKeyConstraint("district_id", "source", "sourced_id", name=op.f("pk_course")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_course_district_id_id")),
    )
    op.create_table(
        "demographic",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(collation="C"), nullable=False),
        sa.Column("sourced_id", sa.Text(collation="C"), nullable=False),
        sa.Column("birth_on", sa.Date(), nullable=True),
        sa.Column("sex", sa.Text(), nullable=True),
        sa.Column("american_indian_or_alaska_native", sa.Boolean(), nullable=True),
        sa.Column("asian", sa.Boolean(), nullable=True),
        sa.Column("black_or_african_american", sa.Boolean(), nullable=True),
        sa.Column("native_hawaiian_or_other_pacific_islander", sa.Boolean(), nullable=True),
        sa.Column("white", sa.Boolean(), nullable=True),
        sa.Column("two_or_more_races", sa.Boolean(), nullable=True),
        sa.Column("hispanic_or_latino", sa.Boolean(), nullable=True),
        sa.Column("country_of_birth_code", sa.Text(), nullable=True),
        sa.Column("state_of_birth", sa.Text(), nullable=True),
        sa.Column("city_of_birth", sa.Text(), nullable=True),
        sa.Column("public_school_residence_status", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        sa.Column("date_last_modified", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "metadata", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("row_hash", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("status in ('active', 'tobedeleted')", name=op.f("ck_demographic_status")),
        sa.PrimaryKeyConstraint("district_id", "source", "sourced_id", name=op.f("pk_demographic")),
    )
    op.create_table(
        "district",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), server_default="America/New_York", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("district_id", name=op.f("pk_district")),
        sa.UniqueConstraint("slug", name=op.f("uq_district_slug")),
    )
    op.create_table(
        "enrollment",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(collation="C"), nullable=False),
        sa.Column("sourced_id", sa.Text(collation="C"), nullable=False),
        sa.Column("class_sourced_id", sa.Text(collation="C"), nullable=False),
        sa.Column("school_sourced_id", sa.Text(collation="C"), nullable=False),
        sa.Column("person_sourced_id", sa.Text(collation="C"), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("is_primary", sa.Boolean(), nullable=True),
        sa.Column("begin_on", sa.Date(), nullable=True),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        sa.Column("date_last_modified", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "metadata", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("row_hash", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("status in ('active', 'tobedeleted')", name=op.f("ck_enrollment_status")),
        sa.PrimaryKeyConstraint("district_id", "source", "sourced_id", name=op.f("pk_enrollment")),
    )
    op.create_index(
        "ix_enrollment_class", "enrollment", ["district_id", "source", "class_sourced_id", "role"], unique=False
    )
    op.create_index("ix_enrollment_person", "enrollment", ["district_id", "source", "person_sourced_id"], unique=False)
    op.create_index("ix_enrollment_school", "enrollment", ["district_id", "source", "school_sourced_id"], unique=False)
    op.create_table(
        "guardianship",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("guardian_id", sa.Uuid(), nullable=False),
        sa.Column("learner_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("state", sa.Text(), server_default="active", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "kind in ('rights_holder', 'contact', 'court_restriction')", name=op.f("ck_guardianship_kind")
        ),
        sa.CheckConstraint("state in ('active', 'withdrawn')", name=op.f("ck_guardianship_state")),
        sa.CheckConstraint("from_on is null or to_on is null or from_on <= to_on", name=op.f("ck_guardianship_window")),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_guardianship")),
    )
    op.create_index("ix_guardianship_guardian", "guardianship", ["district_id", "guardian_id"], unique=False)
    op.create_index("ix_guardianship_learner", "guardianship", ["district_id", "learner_id"], unique=False)
    op.create_table(
        "org",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(collation="C"), nullable=False),
        sa.Column("sourced_id", sa.Text(collation="C"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuid7()"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=True),
        sa.Column("parent_sourced_id", sa.Text(collation="C"), nullable=True),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("grades", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False),
        sa.Column("merged_into_sourced_id", sa.Text(collation="C"), nullable=True),
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        sa.Column("date_last_modified", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "metadata", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("row_hash", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("status in ('active', 'tobedeleted')", name=op.f("ck_org_status")),
        sa.PrimaryKeyConstraint("district_id", "source", "sourced_id", name=op.f("pk_org")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_org_district_id_id")),
    )
    op.create_table(
        "person",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(collation="C"), nullable=False),
        sa.Column("sourced_id", sa.Text(collation="C"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuid7()"), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("user_ids", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("middle_name", sa.Text(), nullable=True),
        sa.Column("preferred_first_name", sa.Text(), nullable=True),
        sa.Column("preferred_middle_name", sa.Text(), nullable=True),
        sa.Column("preferred_last_name", sa.Text(), nullable=True),
        sa.Column("pronouns", sa.Text(), nullable=True),
        sa.Column("identifier", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("sms", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column(
            "agent_sourced_ids", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False
        ),
        sa.Column("grades", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False),
        sa.Column("user_master_identifier", sa.Text(), nullable=True),
        sa.Column(
            "resource_sourced_ids", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False
        ),
        sa.Column("primary_org_sourced_id", sa.Text(collation="C"), nullable=True),
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        sa.Column("date_last_modified", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "metadata", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("row_hash", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("status in ('active', 'tobedeleted')", name=op.f("ck_person_status")),
        sa.PrimaryKeyConstraint("district_id", "source", "sourced_id", name=op.f("pk_person")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_person_district_id_id")),
    )
    op.create_table(
        "person_role",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(collation="C"), nullable=False),
        sa.Column("sourced_id", sa.Text(collation="C"), nullable=False),
        sa.Column("person_sourced_id", sa.Text(collation="C"), nullable=False),
        sa.Column("role_type", sa.Text(), server_default="primary", nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("begin_on", sa.Date(), nullable=True),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.Column("org_sourced_id", sa.Text(collation="C"), nullable=False),
        sa.Column("user_profile_sourced_id", sa.Text(collation="C"), nullable=True),
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        sa.Column("date_last_modified", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "metadata", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("row_hash", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("role_type in ('primary', 'secondary')", name=op.f("ck_person_role_role_type")),
        sa.CheckConstraint("status in ('active', 'tobedeleted')", name=op.f("ck_person_role_status")),
        sa.PrimaryKeyConstraint("district_id", "source", "sourced_id", name=op.f("pk_person_role")),
    )
    op.create_index(
        "ix_person_role_org", "person_role", ["district_id", "source", "org_sourced_id", "role"], unique=False
    )
    op.create_index(
        "ix_person_role_person", "person_role", ["district_id", "source", "person_sourced_id"], unique=False
    )
    op.create_table(
        "school_enrollment",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("learner_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(collation="C"), nullable=False),
        sa.Column("grade", sa.Text(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), server_default="active", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("state in ('active', 'withdrawn')", name=op.f("ck_school_enrollment_state")),
        sa.PrimaryKeyConstraint("district_id", "learner_id", "school_id", name=op.f("pk_school_enrollment")),
    )
    op.create_index(
        "ix_school_enrollment_school", "school_enrollment", ["district_id", "school_id", "learner_id"], unique=False
    )
    op.create_table(
        "source_system",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(collation="C"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), server_default="live", nullable=False),
        sa.Column("absence", sa.Text(), server_default="remove", nullable=False),
        sa.Column("removal_share", sa.Numeric(), server_default="0.2", nullable=False),
        sa.Column("last_good_run_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("absence in ('remove', 'keep')", name=op.f("ck_source_system_absence")),
        sa.CheckConstraint("state in ('live', 'paused')", name=op.f("ck_source_system_state")),
        sa.CheckConstraint("removal_share between 0 and 1", name=op.f("ck_source_system_removal_share")),
        sa.PrimaryKeyConstraint("district_id", "source", name=op.f("pk_source_system")),
    )
    op.create_table(
        "staff_assignment",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("fte", sa.Numeric(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(collation="C"), nullable=True),
        sa.Column("state", sa.Text(), server_default="active", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("origin in ('roster', 'door')", name=op.f("ck_staff_assignment_origin")),
        sa.CheckConstraint("state in ('active', 'withdrawn')", name=op.f("ck_staff_assignment_state")),
        sa.CheckConstraint("fte >= 0 and fte <= 1", name=op.f("ck_staff_assignment_fte")),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_staff_assignment")),
    )
    op.create_index("ix_staff_assignment_org", "staff_assignment", ["district_id", "org_id", "role"], unique=False)
    op.create_index("ix_staff_assignment_person", "staff_assignment", ["district_id", "person_id"], unique=False)
    op.execute(DISTRICT_TODAY)
    migration.secure(*_TABLES)
    eventing.districts_from("district", "district_id")
    eventing.route_events(
        {
            "school.changed": ("cohort", "marketplace"),
            "staff.assigned": ("cohort", "marketplace"),
            "relationship.changed": ("marketplace",),
            "learner.enrolled": ("marketplace",),
            "framework.published": ("marketplace",),
        }
    )
