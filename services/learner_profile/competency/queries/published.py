"""What other services hear of a framework."""

_STATE = """
select 'framework.published' as type, f.id::text as subject, f.version,
       f.state, f.changed_at as occurred_at,
       jsonb_build_object(
         'frameworkId', f.id, 'identifier', f.identifier, 'title', f.title, 'edition', f.edition,
         'items', (
           select coalesce(jsonb_agg(jsonb_build_object(
             'id', c.id, 'identifier', c.identifier, 'code', c.code, 'state', c.state,
             'aliases', (
               select coalesce(jsonb_agg(distinct alias.name), '[]') from (
                 select nullif(c.document ->> 'alternativeLabel', '') as name
                 union all
                 select case when a.origin_identifier = c.identifier then a.destination_identifier
                             else a.origin_identifier end
                   from competency_association a
                  where a.district_id = c.district_id and a.type = 'exactMatchOf' and a.state = 'active'
                    and (a.origin_identifier = c.identifier or a.destination_identifier = c.identifier)) alias
                where alias.name is not null),
             'replacedBy', (
               select heir.id from competency_association a
                 join competency heir on heir.district_id = a.district_id and heir.identifier = a.destination_identifier
                where a.district_id = c.district_id and a.type = 'replacedBy' and a.state = 'active'
                  and a.origin_identifier = c.identifier
                order by a.sequence_number, a.position limit 1)) order by c.position), '[]')
           from competency c where c.district_id = f.district_id and c.framework_id = f.id)) as data
from framework f where f.district_id = trellis_district()"""


def published(condition: str = "true") -> str:
    """A query of `framework.published` events, for `kit.outbox.emit_from`: the frameworks `f` that satisfy the condition.

    `aliases` are other labels and the identifiers that other frameworks give to the same item; `replacedBy` is the
    competency that took a retired item's place, once we hold it.
    """
    return f"{_STATE} and {condition}"
