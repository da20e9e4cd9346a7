"""Create the catalogue, and the copies of what others tell."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kit import migration

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TABLES = (
    "competency",
    "framework",
    "learner_enrollment",
    "placement",
    "relationship",
    "resource",
    "school",
    "staff_assignment",
    "alignment",
)

TODAY = """
create function trellis_today() returns date language sql stable parallel safe as $$
  select (trellis_now() at time zone 'UTC')::date
$$"""
JOINED = """
create function joined(words text[]) returns text language sql immutable parallel safe as $$
  select array_to_string(words, ' ')
$$"""
"""`array_to_string` is not declared immutable, because it may call output functions; for text it is."""
SEARCH = """
create function search_resources(words text) returns table (id uuid, rank real)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if words is null then
    return query select r.id, 0::real from resource r
     where r.district_id = trellis_district() and r.approval <> 'retired';
  else
    return query select r.id, ts_rank(r.search, websearch_to_tsquery('english', words)) from resource r
     where r.district_id = trellis_district() and r.approval <> 'retired'
       and r.search @@ websearch_to_tsquery('english', words);
  end if;
end $$"""


def upgrade() -> None:
    op.execute("create extension if not exists btree_gin")
    op.execute(JOINED)
    op.create_table(
        "competency",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("framework_id", sa.Uuid(), nullable=False),
        sa.Column("identifier", sa.Text(collation="C"), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("aliases", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("replaced_by", sa.Uuid(), nullable=True),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint("state in ('active', 'withdrawn')", name=op.f("ck_competency_state")),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_competency")),
    )
    op.create_index("ix_competency_framework", "competency", ["district_id", "framework_id"], unique=False)
    op.create_index("ix_competency_identifier", "competency", ["district_id", "identifier"], unique=False)
    op.create_table(
        "framework",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("identifier", sa.Text(collation="C"), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint("state in ('active', 'withdrawn')", name=op.f("ck_framework_state")),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_framework")),
    )
    op.create_table(
        "learner_enrollment",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("learner_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint("state in ('active', 'withdrawn')", name=op.f("ck_learner_enrollment_state")),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_learner_enrollment")),
    )
    op.create_index("ix_learner_enrollment_learner", "learner_enrollment", ["district_id", "learner_id"], unique=False)
    op.create_index("ix_learner_enrollment_school", "learner_enrollment", ["district_id", "school_id"], unique=False)
    op.create_table(
        "placement",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint("state in ('active', 'withdrawn')", name=op.f("ck_placement_state")),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_placement")),
    )
    op.create_index("ix_placement_school", "placement", ["district_id", "school_id"], unique=False)
    op.create_table(
        "relationship",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("learner_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rights", sa.Text(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint("state in ('active', 'withdrawn')", name=op.f("ck_relationship_state")),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_relationship")),
    )
    op.create_index("ix_relationship_learner", "relationship", ["district_id", "learner_id"], unique=False)
    op.create_index("ix_relationship_person", "relationship", ["district_id", "person_id"], unique=False)
    op.create_table(
        "resource",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("licence", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("grades", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False),
        sa.Column("keywords", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False),
        sa.Column("approval", sa.Text(), nullable=False),
        sa.Column("listed_by", sa.Text(), nullable=False),
        sa.Column(
            "search",
            postgresql.TSVECTOR(),
            sa.Computed(
                "setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', joined(keywords)), 'B') || setweight(to_tsvector('english', coalesce(description, '')), 'C')",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "approval in ('listed', 'under_review', 'approved', 'retired')", name=op.f("ck_resource_approval")
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_resource")),
    )
    op.create_index("ix_resource_search", "resource", ["district_id", "search"], unique=False, postgresql_using="gin")
    op.create_table(
        "school",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("grades", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("area", sa.Text(), nullable=True),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint("state in ('active', 'withdrawn')", name=op.f("ck_school_state")),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_school")),
    )
    op.create_table(
        "staff_assignment",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint("state in ('active', 'withdrawn')", name=op.f("ck_staff_assignment_state")),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_staff_assignment")),
    )
    op.create_index("ix_staff_assignment_person", "staff_assignment", ["district_id", "person_id"], unique=False)
    op.create_table(
        "alignment",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("resource_id", sa.Uuid(), nullable=False),
        sa.Column("identifier", sa.Text(collation="C"), nullable=False),
        sa.Column("strength", sa.Numeric(precision=4, scale=3), nullable=False),
        sa.CheckConstraint("strength > 0 and strength <= 1", name=op.f("ck_alignment_strength")),
        sa.ForeignKeyConstraint(
            ["district_id", "resource_id"],
            ["resource.district_id", "resource.id"],
            name=op.f("fk_alignment_district_id_resource_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "resource_id", "identifier", name=op.f("pk_alignment")),
    )
    op.create_index("ix_alignment_identifier", "alignment", ["district_id", "identifier"], unique=False)
    migration.secure(*_TABLES)
    op.execute(TODAY)
    op.execute(SEARCH)
    migration.only_for_application("search_resources(text)")
