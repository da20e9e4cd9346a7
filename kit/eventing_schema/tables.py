"""The same tables as SQLAlchemy knows them, so that `alembic check` holds migrations and code together."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Interval,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB


def declare(metadata: MetaData) -> None:
    """Add the tables to a service's metadata, which has the naming convention of `kit.models`."""
    _outbox(metadata)
    _deliveries(metadata)
    _routes_and_epoch(metadata)
    _inbox(metadata)
    _jobs(metadata)
    _schedules_and_keys(metadata)


def _district() -> Column[object]:
    return Column("district_id", Uuid, nullable=False)


def _number(name: str, default: str | None = None) -> Column[int]:
    return Column(name, BigInteger, nullable=False, server_default=text(default) if default else None)


def _words(*names: str) -> list[Column[str]]:
    return [Column(name, Text, nullable=False) for name in names]


def _at(name: str, default: str | None = None, *, nullable: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable, server_default=text(default) if default else None)


def _outbox(metadata: MetaData) -> None:
    Table(
        "outbox",
        metadata,
        _district(),
        Column("id", Uuid, nullable=False),
        *_words("type", "subject", "state"),
        _number("version"),
        _number("epoch"),
        _at("occurred_at"),
        _at("recorded_at", "clock_timestamp()"),
        Column("data", JSONB, nullable=False),
        _number("txid", "(pg_current_xact_id()::text)::bigint"),
        PrimaryKeyConstraint("district_id", "id"),
        CheckConstraint("state in ('active', 'withdrawn')", name="state"),
        CheckConstraint("version >= 0 and epoch >= 0", name="version"),
        CheckConstraint("jsonb_typeof(data) = 'object'", name="data"),
        Index(None, "txid"),
        Index(None, "recorded_at", postgresql_using="brin"),
    )


def _deliveries(metadata: MetaData) -> None:
    Table(
        "outbox_delivery",
        metadata,
        _district(),
        Column("event_id", Uuid, nullable=False),
        Column("consumer", Text, nullable=False),
        Column("state", Text, nullable=False, server_default=text("'pending'")),
        _number("attempts", "0"),
        _at("next_attempt_at", "clock_timestamp()"),
        _at("delivered_at", nullable=True),
        Column("last_error", Text),
        PrimaryKeyConstraint("district_id", "event_id", "consumer"),
        CheckConstraint("state in ('pending', 'delivered', 'parked')", name="state"),
        CheckConstraint("last_error ~ '^[A-Z0-9_]{1,64}$'", name="last_error"),
        Index(
            "ix_outbox_delivery_pending",
            "consumer",
            "district_id",
            "next_attempt_at",
            postgresql_where=text("state = 'pending'"),
        ),
        Index("ix_outbox_delivery_parked", "consumer", postgresql_where=text("state = 'parked'")),
    )


def _routes_and_epoch(metadata: MetaData) -> None:
    Table("outbox_route", metadata, *_words("type", "consumer"), PrimaryKeyConstraint("type", "consumer"))
    Table(
        "producer_epoch",
        metadata,
        Column("single", Boolean, nullable=False, server_default=text("true")),
        _number("epoch"),
        PrimaryKeyConstraint("single"),
        CheckConstraint("single", name="single"),
    )


def _inbox(metadata: MetaData) -> None:
    Table(
        "inbox",
        metadata,
        _district(),
        *_words("producer"),
        Column("event_id", Uuid, nullable=False),
        _at("received_at", "now()"),
        PrimaryKeyConstraint("district_id", "producer", "event_id"),
        Index(None, "received_at"),
    )
    Table(
        "feed",
        metadata,
        *_words("producer"),
        _at("heard_at"),
        Column("behind", Interval, nullable=False, server_default=text("'00:00:00'::interval")),
        PrimaryKeyConstraint("producer"),
    )
    Table("served_district", metadata, _district(), PrimaryKeyConstraint("district_id"))


def _jobs(metadata: MetaData) -> None:
    Table(
        "job",
        metadata,
        _district(),
        Column("id", Uuid, nullable=False),
        *_words("kind"),
        Column("key", Text),
        Column("payload", JSONB, nullable=False),
        Column("state", Text, nullable=False, server_default=text("'queued'")),
        _at("run_after", "now()"),
        _at("lease_until", nullable=True),
        Column("leased_by", Text),
        _number("attempts", "0"),
        _number("max_attempts", "5"),
        Column("error", Text),
        _at("created_at", "now()"),
        _at("finished_at", nullable=True),
        PrimaryKeyConstraint("district_id", "id"),
        CheckConstraint("state in ('queued', 'running', 'retrying', 'done', 'failed')", name="state"),
        CheckConstraint("(state = 'running') = (lease_until is not null and leased_by is not null)", name="lease"),
        CheckConstraint("error ~ '^[A-Z0-9_]{1,64}$'", name="error"),
        Index(
            "ix_job_due",
            text("coalesce(lease_until, run_after)"),
            postgresql_where=text("state in ('queued', 'retrying', 'running')"),
        ),
        Index("uq_job_key", "district_id", "kind", "key", unique=True, postgresql_where=text("state = 'queued'")),
        Index(None, "finished_at"),
    )


def _schedules_and_keys(metadata: MetaData) -> None:
    Table(
        "schedule",
        metadata,
        *_words("kind"),
        _at("next_at"),
        _at("lease_until", nullable=True),
        Column("leased_by", Text),
        Column("last_error", Text),
        PrimaryKeyConstraint("kind"),
    )
    Table(
        "idempotency_key",
        metadata,
        _district(),
        *_words("caller", "key", "request_hash"),
        Column("result_id", Uuid),
        _at("created_at", "now()"),
        PrimaryKeyConstraint("district_id", "caller", "key"),
        Index(None, "created_at"),
    )
