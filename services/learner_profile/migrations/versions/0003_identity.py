"""Create clients with their secrets, issuers and the audit of access, and the lookups that come before a district is known."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kit import migration

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_FIND_DISTRICT = """
create function find_district(wanted text) returns uuid
language sql stable security definer set search_path = '' as $$
  select d.district_id from public.district d where d.slug = wanted
$$"""

_FIND_CLIENT = """
create function find_client(wanted text)
returns table (district_id uuid, scopes text[], source text, roster_source text,
               secret_id uuid, digest bytea, last_used_on date)
language sql stable security definer set search_path = '' as $$
  select c.district_id, c.scopes, c.source, c.roster_source, s.id, s.digest, s.last_used_on
  from public.client c
  join public.client_secret s on s.district_id = c.district_id and s.client_id = c.client_id
  where c.client_id = wanted and c.state = 'active' and (s.expires_at is null or s.expires_at > now())
  order by s.id
$$"""

_FIND_ISSUER = """
create function find_issuer(wanted text, audiences text[])
returns table (district_id uuid, issuer text, audience text, authorized_parties text[], jwks_uri text,
               algorithms text[], claim text, field text, source text, required_claims jsonb)
language sql stable security definer set search_path = '' as $$
  select i.district_id, i.issuer, i.audience, i.authorized_parties, i.jwks_uri,
         i.algorithms, i.claim, i.field, i.source, i.required_claims
  from public.issuer i
  where i.issuer = wanted and i.audience = any (audiences) and i.state = 'active'
  limit 2
$$"""

# lower() is not leakproof, so that under row security a query could not use the index on lower(email).
_FIND_LOGIN = """
create function find_login(login_source text, login_field text, login_value text) returns setof uuid
language plpgsql stable security definer set search_path = '' as $$
begin
  if login_field = 'sourced_id' then
    return query select p.id from public.person p
      where p.district_id = public.trellis_district() and p.source = login_source
        and p.status = 'active' and p.enabled and p.sourced_id = login_value limit 2;
  elsif login_field = 'identifier' then
    return query select p.id from public.person p
      where p.district_id = public.trellis_district() and p.source = login_source
        and p.status = 'active' and p.enabled and p.identifier = login_value limit 2;
  elsif login_field = 'username' then
    return query select p.id from public.person p
      where p.district_id = public.trellis_district() and p.source = login_source
        and p.status = 'active' and p.enabled and p.username = login_value limit 2;
  elsif login_field = 'email' then
    return query select p.id from public.person p
      where p.district_id = public.trellis_district() and p.source = login_source
        and p.status = 'active' and p.enabled and lower(p.email) = lower(login_value) limit 2;
  end if;
end
$$"""

_LOOKUPS = {
    "find_district(text)": _FIND_DISTRICT,
    "find_client(text)": _FIND_CLIENT,
    "find_issuer(text, text[])": _FIND_ISSUER,
    "find_login(text, text, text)": _FIND_LOGIN,
}


def upgrade() -> None:
    _create_clients()
    _create_issuers()
    _create_audit()
    _create_login_indexes()
    migration.secure("client", "client_secret", "issuer", privileges="select, insert, update")
    migration.secure("audit_entry", privileges="select, insert")
    for signature, lookup in _LOOKUPS.items():
        op.execute(lookup)
        op.execute(f"revoke all on function {signature} from public")
        op.execute(f"grant execute on function {signature} to {migration.application_role()}")


def _create_clients() -> None:
    op.create_table(
        "client",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Text(collation="C"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False),
        sa.Column("source", sa.Text(collation="C"), nullable=False),
        sa.Column("roster_source", sa.Text(collation="C"), nullable=False),
        sa.Column("state", sa.Text(), server_default="active", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("state in ('active', 'revoked')", name=op.f("ck_client_state")),
        sa.CheckConstraint("client_id not in ('system', 'operator')", name=op.f("ck_client_client_id")),
        sa.PrimaryKeyConstraint("district_id", "client_id", name=op.f("pk_client")),
        sa.UniqueConstraint("client_id", name=op.f("uq_client_client_id")),
        sa.UniqueConstraint("district_id", "name", name=op.f("uq_client_district_id_name")),
    )
    op.create_table(
        "client_secret",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuid7()"), nullable=False),
        sa.Column("client_id", sa.Text(collation="C"), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.CheckConstraint("length(digest) = 32", name=op.f("ck_client_secret_digest")),
        sa.ForeignKeyConstraint(
            ["district_id", "client_id"],
            ["client.district_id", "client.client_id"],
            name=op.f("fk_client_secret_district_id_client_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_client_secret")),
    )
    op.create_index("ix_client_secret_client", "client_secret", ["district_id", "client_id"], unique=False)


def _create_issuers() -> None:
    op.create_table(
        "issuer",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuid7()"), nullable=False),
        sa.Column("issuer", sa.Text(collation="C"), nullable=False),
        sa.Column("audience", sa.Text(collation="C"), nullable=False),
        sa.Column(
            "authorized_parties", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False
        ),
        sa.Column("jwks_uri", sa.Text(), nullable=False),
        sa.Column("algorithms", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("claim", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(collation="C"), nullable=False),
        sa.Column(
            "required_claims",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("state", sa.Text(), server_default="active", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("field in ('sourced_id', 'identifier', 'username', 'email')", name=op.f("ck_issuer_field")),
        sa.CheckConstraint("state in ('active', 'revoked')", name=op.f("ck_issuer_state")),
        sa.CheckConstraint("cardinality(algorithms) > 0", name=op.f("ck_issuer_algorithms")),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_issuer")),
        sa.UniqueConstraint("issuer", "audience", name=op.f("uq_issuer_issuer_audience")),
    )


def _create_audit() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuid7()"), nullable=False),
        sa.Column(
            "occurred_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column(
            "detail", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_subject", "audit_entry", ["district_id", "subject", "occurred_at"], unique=False)


def _create_login_indexes() -> None:
    for name, column in (("identifier", "identifier"), ("username", "username"), ("email", "lower(email)")):
        op.create_index(
            f"ix_person_login_{name}",
            "person",
            ["district_id", sa.text(column), "source"],
            unique=False,
            postgresql_where=sa.text("status = 'active'"),
        )
