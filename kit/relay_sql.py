"""The relay's statements."""

from sqlalchemy import ARRAY, Text, Uuid, bindparam, text

CLAIM = text("""
with recursive waiting (district_id) as (
  (select district_id from outbox_delivery where consumer = :consumer and state = 'pending' order by district_id limit 1)
  union all
  select (select d.district_id from outbox_delivery d
           where d.consumer = :consumer and d.state = 'pending' and d.district_id > waiting.district_id
           order by d.district_id limit 1)
    from waiting where waiting.district_id is not null),
share as (
  select waiting.district_id, greatest(cast(:size as bigint) / count(*) over (), 1) as size
    from waiting cross join lateral (
      select from outbox_delivery d
       where d.consumer = :consumer and d.state = 'pending' and d.district_id = waiting.district_id
         and d.next_attempt_at <= now()
       limit 1) due),
claimed as (
  select mine.* from share cross join lateral (
    select d.district_id, d.event_id, d.attempts, d.next_attempt_at from outbox_delivery d
     where d.consumer = :consumer and d.state = 'pending' and d.district_id = share.district_id
       and d.next_attempt_at <= now()
     order by d.next_attempt_at limit share.size for update skip locked) mine
   limit :size)
select c.district_id, c.event_id, c.attempts, greatest(now() - c.next_attempt_at, interval '0') as waited,
       jsonb_build_object(
         'id', o.id, 'type', o.type, 'subject', o.subject, 'time', o.recorded_at,
         'data', o.data || jsonb_build_object(
           'districtId', o.district_id, 'version', o.version, 'epoch', o.epoch, 'state', o.state,
           'occurredAt', o.occurred_at))::text as envelope
  from claimed c join outbox o on o.district_id = c.district_id and o.id = c.event_id""")
"""What is due for a consumer, the oldest of each district, locked until the transaction ends; other relays pass it over."""

_KEYS = (bindparam("districts", type_=ARRAY(Uuid)), bindparam("events", type_=ARRAY(Uuid)))

DELIVERED = text("""
update outbox_delivery d set state = 'delivered', delivered_at = clock_timestamp(), last_error = null
  from unnest(cast(:districts as uuid[]), cast(:events as uuid[])) as key (district_id, event_id)
 where d.district_id = key.district_id and d.event_id = key.event_id and d.consumer = :consumer""").bindparams(*_KEYS)

REFUSED = text("""
update outbox_delivery d set attempts = d.attempts + 1, last_error = key.code,
       state = case when d.attempts + 1 >= :most then 'parked' else 'pending' end,
       next_attempt_at = clock_timestamp()
         + least(600, power(2, d.attempts + 1)) * (0.5 + random() / 2) * interval '1 second'
  from unnest(cast(:districts as uuid[]), cast(:events as uuid[]), cast(:codes as text[]))
       as key (district_id, event_id, code)
 where d.district_id = key.district_id and d.event_id = key.event_id and d.consumer = :consumer""").bindparams(
    *_KEYS, bindparam("codes", type_=ARRAY(Text))
)
