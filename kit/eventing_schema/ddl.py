"""The statements of `create_eventing`. Released statements are never edited: a change is a statement of its own in a later migration."""

OUTBOX = (
    """create table outbox (
      district_id uuid not null,
      id uuid not null,
      type text not null,
      subject text not null,
      version bigint not null,
      epoch bigint not null,
      state text not null,
      occurred_at timestamptz not null,
      recorded_at timestamptz default clock_timestamp() not null,
      data jsonb not null,
      txid bigint default (pg_current_xact_id()::text)::bigint not null,
      constraint pk_outbox primary key (district_id, id),
      constraint ck_outbox_state check (state in ('active', 'withdrawn')),
      constraint ck_outbox_version check (version >= 0 and epoch >= 0),
      constraint ck_outbox_data check (jsonb_typeof(data) = 'object'))""",
    "create index ix_outbox_txid on outbox (txid)",
    "create index ix_outbox_recorded_at on outbox using brin (recorded_at)",
    """create table outbox_delivery (
      district_id uuid not null,
      event_id uuid not null,
      consumer text not null,
      state text default 'pending' not null,
      attempts bigint default 0 not null,
      next_attempt_at timestamptz default clock_timestamp() not null,
      delivered_at timestamptz,
      last_error text,
      constraint pk_outbox_delivery primary key (district_id, event_id, consumer),
      constraint ck_outbox_delivery_state check (state in ('pending', 'delivered', 'parked')),
      constraint ck_outbox_delivery_last_error check (last_error ~ '^[A-Z0-9_]{1,64}$'))""",
    """create index ix_outbox_delivery_pending on outbox_delivery (consumer, district_id, next_attempt_at)
      where state = 'pending'""",
    "create index ix_outbox_delivery_parked on outbox_delivery (consumer) where state = 'parked'",
    """create table outbox_route (
      type text not null,
      consumer text not null,
      constraint pk_outbox_route primary key (type, consumer))""",
    """create table producer_epoch (
      single boolean default true not null,
      epoch bigint not null,
      constraint pk_producer_epoch primary key (single),
      constraint ck_producer_epoch_single check (single))""",
    "insert into producer_epoch (epoch) values (0)",
)

INBOX = (
    """create table inbox (
      district_id uuid not null,
      producer text not null,
      event_id uuid not null,
      received_at timestamptz default now() not null,
      constraint pk_inbox primary key (district_id, producer, event_id))""",
    "create index ix_inbox_received_at on inbox (received_at)",
    """create table feed (
      producer text not null,
      heard_at timestamptz not null,
      behind interval default '0' not null,
      constraint pk_feed primary key (producer))""",
    """create table served_district (
      district_id uuid not null,
      constraint pk_served_district primary key (district_id))""",
)

WORK = (
    """create table job (
      district_id uuid not null,
      id uuid not null,
      kind text not null,
      key text,
      payload jsonb not null,
      state text default 'queued' not null,
      run_after timestamptz default now() not null,
      lease_until timestamptz,
      leased_by text,
      attempts bigint default 0 not null,
      max_attempts bigint default 5 not null,
      error text,
      created_at timestamptz default now() not null,
      finished_at timestamptz,
      constraint pk_job primary key (district_id, id),
      constraint ck_job_state check (state in ('queued', 'running', 'retrying', 'done', 'failed')),
      constraint ck_job_lease check ((state = 'running') = (lease_until is not null and leased_by is not null)),
      constraint ck_job_error check (error ~ '^[A-Z0-9_]{1,64}$'))""",
    """create index ix_job_due on job (coalesce(lease_until, run_after))
      where state in ('queued', 'retrying', 'running')""",
    "create unique index uq_job_key on job (district_id, kind, key) where state = 'queued'",
    "create index ix_job_finished_at on job (finished_at)",
    """create table schedule (
      kind text not null,
      next_at timestamptz not null,
      lease_until timestamptz,
      leased_by text,
      last_error text,
      constraint pk_schedule primary key (kind))""",
    """create table idempotency_key (
      district_id uuid not null,
      caller text not null,
      key text not null,
      request_hash text not null,
      result_id uuid,
      created_at timestamptz default now() not null,
      constraint pk_idempotency_key primary key (district_id, caller, key))""",
    "create index ix_idempotency_key_created_at on idempotency_key (created_at)",
)

TABLES = (*OUTBOX, *INBOX, *WORK)

FUNCTIONS = (
    """create function trellis_districts() returns setof uuid language sql stable as $$
      select district_id from served_district order by 1 $$""",
    """create function raise_epoch() returns bigint language sql volatile as $$
      update producer_epoch set epoch = epoch + 1 returning epoch $$""",
    # What committed since a snapshot began after it or was still running in it: exact, however long a transaction took.
    """create function outbox_since(seen pg_snapshot)
      returns table (district_id uuid, subject text) language sql stable as $$
      select o.district_id, o.subject from outbox o
       where o.txid >= (pg_snapshot_xmax(seen)::text)::bigint
         and o.txid < (pg_snapshot_xmax(pg_current_snapshot())::text)::bigint
      union
      select o.district_id, o.subject from outbox o
       where o.txid = any (array(select (running::text)::bigint from pg_snapshot_xip(seen) as running)) $$""",
    """create function claim_job(wanted text[], worker text, lease interval)
      returns table (district_id uuid, id uuid, kind text, payload json, attempts bigint, max_attempts bigint)
      language sql volatile as $$
      update job set state = 'running', attempts = job.attempts + 1, leased_by = worker,
             lease_until = clock_timestamp() + lease
       where (job.district_id, job.id) = (
         select due.district_id, due.id from job due
          where due.state in ('queued', 'retrying', 'running') and coalesce(due.lease_until, due.run_after) <= now()
            and due.attempts < due.max_attempts and due.kind = any (wanted)
          order by coalesce(due.lease_until, due.run_after) limit 1 for update skip locked)
      returning job.district_id, job.id, job.kind, job.payload::json, job.attempts, job.max_attempts $$""",
    """create function fail_abandoned_jobs() returns bigint language sql volatile as $$
      with lost as (
        select district_id, id from job
         where state in ('queued', 'retrying', 'running') and coalesce(lease_until, run_after) <= now()
           and attempts >= max_attempts for update skip locked),
      failed as (
        update job set state = 'failed', error = 'LEASE_ENDED', lease_until = null, leased_by = null,
               finished_at = clock_timestamp()
          from lost where job.district_id = lost.district_id and job.id = lost.id returning 1)
      select count(*) from failed $$""",
    """create function job_counts() returns table (kind text, state text, jobs bigint)
      language sql stable as $$
      select j.kind, j.state, count(*) from job j where j.state <> 'done' group by 1, 2 $$""",
    """create function forget_delivered(keep interval, most bigint) returns bigint language sql volatile as $$
      with old as (
        select o.district_id, o.id from outbox o
         where o.recorded_at < now() - keep and not exists (
           select from outbox_delivery d
            where d.district_id = o.district_id and d.event_id = o.id and d.state <> 'delivered')
         limit most),
      deliveries as (
        delete from outbox_delivery d using old where d.district_id = old.district_id and d.event_id = old.id),
      events as (
        delete from outbox o using old where o.district_id = old.district_id and o.id = old.id returning 1)
      select count(*) from events $$""",
    """create function forget_handled(keep interval) returns void language sql volatile as $$
      delete from inbox where received_at < now() - keep;
      delete from job where finished_at < now() - keep;
      delete from idempotency_key where created_at < now() - keep $$""",
    """create function feed_is_fresh(name text) returns boolean language sql stable as $$
      select exists (
        select from feed where producer = name and now() - heard_at + behind <= interval '60 seconds') $$""",
)

ACROSS_DISTRICTS = (
    "trellis_districts()",
    "raise_epoch()",
    "outbox_since(pg_snapshot)",
    "claim_job(text[], text, interval)",
    "fail_abandoned_jobs()",
    "job_counts()",
    "forget_delivered(interval, bigint)",
    "forget_handled(interval)",
)
"""Functions that run as the owner and see every district: they return what a worker must have, to the application role alone."""
