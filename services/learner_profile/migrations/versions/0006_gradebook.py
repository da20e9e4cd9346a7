"""Create the gradebook: scales, categories, line items, results and their learning objectives."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kit import migration

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TABLES = (
    "category",
    "score_scale",
    "line_item",
    "line_item_objective",
    "assessment_line_item",
    "assessment_line_item_objective",
    "result",
    "result_objective",
    "assessment_result",
    "assessment_result_objective",
)

_NUMBER = r"-?\d{1,12}(?:\.\d{1,12})?"
_BOUNDS = rf"^\s*({_NUMBER})\s*%?\s*(?:-\s*({_NUMBER})\s*%?)?\s*$"
_SCORE_STEPS = f"""
create function score_steps(steps jsonb) returns table (label text, low numeric, high numeric)
language sql immutable parallel safe as $$
  select lower(btrim(case when left_ is null then step ->> 'itemValueLHS' else step ->> 'itemValueRHS' end)),
         (coalesce(left_, right_))[1]::numeric,
         coalesce((coalesce(left_, right_))[2], (coalesce(left_, right_))[1])::numeric
  from jsonb_array_elements(case jsonb_typeof(steps) when 'array' then steps else '[]' end) step
  cross join lateral (select regexp_match(step ->> 'itemValueLHS', '{_BOUNDS}') as left_,
                             regexp_match(step ->> 'itemValueRHS', '{_BOUNDS}') as right_) bounds
$$"""


def upgrade() -> None:
    op.execute(_SCORE_STEPS)
    _create("category", _text("title"), _number("weight"))
    _create_score_scale()
    _create_items()
    _create_results()
    _create_objectives()
    migration.secure(*_TABLES)


def _create_score_scale() -> None:
    _create(
        "score_scale",
        _id("roster_source", nullable=False),
        _text("title"),
        _text("type"),
        _id("org_sourced_id"),
        _id("course_sourced_id"),
        _id("class_sourced_id"),
        sa.Column("steps", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
    )
    _index("score_scale", "class", "roster_source", "class_sourced_id")


def _create_items() -> None:
    _create(
        "line_item",
        *_item_columns(),
        sa.Column("assign_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        _id("school_sourced_id"),
        _id("category_sourced_id"),
        _id("grading_period_sourced_id"),
        _id("academic_session_sourced_id"),
    )
    _create("assessment_line_item", *_item_columns(), _id("parent_sourced_id"))
    _index("line_item", "class", "roster_source", "class_sourced_id")
    _index("line_item", "school", "roster_source", "school_sourced_id")
    _index("line_item", "changed", "changed_at")
    _index("assessment_line_item", "changed", "changed_at")


def _create_results() -> None:
    _create("result", *_result_columns(), _id("class_sourced_id"))
    _create("assessment_result", *_result_columns(), _number("percentile"))
    _index("result", "class", "roster_source", "class_sourced_id")
    for table in ("result", "assessment_result"):
        _index(table, "item", "source", "item_sourced_id")
        _index(table, "student", "roster_source", "student_sourced_id")
        _index(table, "changed", "changed_at")


def _create_objectives() -> None:
    for item in ("line_item", "assessment_line_item"):
        _create(f"{item}_objective", _id("item_sourced_id", nullable=False), *_objective_columns())
        _index(f"{item}_objective", "item", "source", "item_sourced_id")
    for result in ("result", "assessment_result"):
        table = f"{result}_objective"
        _create(
            table,
            _id("result_sourced_id", nullable=False),
            *_objective_columns(),
            _number("score"),
            _text("text_score", nullable=True),
            _text("waiting_for", nullable=True),
            sa.CheckConstraint(
                "waiting_for in ('result', 'item', 'learner', 'competency', 'range')",
                name=op.f(f"ck_{table}_waiting_for"),
            ),
        )
        _index(table, "result", "source", "result_sourced_id")
        _index(table, "changed", "changed_at")
        _index(table, "waiting", "source", "sourced_id", postgresql_where=sa.text("waiting_for is not null"))


def _item_columns() -> list[Any]:
    return [
        _id("roster_source", nullable=False),
        _text("title"),
        _text("description", nullable=True),
        _id("class_sourced_id"),
        _id("score_scale_sourced_id"),
        _number("result_value_min"),
        _number("result_value_max"),
    ]


def _result_columns() -> list[Any]:
    return [
        _id("roster_source", nullable=False),
        _id("item_sourced_id", nullable=False),
        _id("student_sourced_id", nullable=False),
        _id("score_scale_sourced_id"),
        sa.Column("score_status", sa.Text(), server_default="fully graded", nullable=False),
        _number("score"),
        _text("text_score", nullable=True),
        sa.Column("score_on", sa.Date(), nullable=False),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=True),
        _text("comment", nullable=True),
        *(sa.Column(name, sa.Boolean(), nullable=True) for name in ("in_progress", "incomplete", "late", "missing")),
    ]


def _objective_columns() -> list[Any]:
    return [_text("objective_source"), _id("objective_id", nullable=False)]


def _create(table: str, *columns: Any) -> None:  # noqa: ANN401 - columns and constraints
    now = sa.text("now()")
    op.create_table(
        table,
        sa.Column("district_id", sa.Uuid(), nullable=False),
        _id("source", nullable=False),
        _id("sourced_id", nullable=False),
        *columns,
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        sa.Column("date_last_modified", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("metadata", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("row_hash", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.CheckConstraint("status in ('active', 'tobedeleted')", name=op.f(f"ck_{table}_status")),
        sa.PrimaryKeyConstraint("district_id", "source", "sourced_id", name=op.f(f"pk_{table}")),
    )


def _index(table: str, name: str, *columns: str, **options: Any) -> None:  # noqa: ANN401 - Alembic's own
    op.create_index(f"ix_{table}_{name}", table, ["district_id", *columns], **options)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _id(name: str, *, nullable: bool = True) -> sa.Column[str]:
    return sa.Column(name, sa.Text(collation="C"), nullable=nullable)


def _number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Numeric(), nullable=True)
