"""What migrations call."""

from collections.abc import Iterable, Mapping

from alembic import op
from sqlalchemy import text

from kit.eventing_schema.ddl import ACROSS_DISTRICTS, FUNCTIONS, TABLES
from kit.migration import application_role, execute_all, relay_role, secure


def create_eventing() -> None:
    """Create the tables, their policies and the functions that look across districts."""
    application, relay = application_role(), relay_role()
    execute_all((*TABLES, *FUNCTIONS))
    secure("outbox", "outbox_delivery", "inbox", "served_district", privileges="select, insert")
    secure("job", "idempotency_key", privileges="select, insert, update")
    execute_all(
        (
            f"grant select on producer_epoch, outbox_route to {application}",
            f"grant select, insert, update on feed, schedule to {application}",
            f"grant select on outbox, inbox to {relay}",
            f"grant select, update on outbox_delivery to {relay}",
            f"create policy relay on outbox for select to {relay} using (true)",
            f"create policy relay on inbox for select to {relay} using (true)",
            f"create policy relay on outbox_delivery to {relay} using (true) with check (true)",
            *_across_districts(ACROSS_DISTRICTS, application),
        )
    )


def _across_districts(functions: Iterable[str], role: str) -> list[str]:
    names = ", ".join(functions)
    definers = [f"alter function {name} security definer set search_path = public, pg_temp" for name in functions]
    revoked = f"revoke execute on function {names} from public"
    return [*definers, revoked, f"grant execute on function {names} to {role}"]


def route_events(routes: Mapping[str, Iterable[str]]) -> None:
    """Say which services hear of which type of event: `{"school.changed": ("cohort", "marketplace")}`.

    A consumer that is added later hears of what was before from `republish`.
    """
    for kind, consumers in routes.items():
        for consumer in consumers:
            op.execute(_ROUTE.bindparams(type=kind, consumer=consumer))


_ROUTE = text("insert into outbox_route (type, consumer) values (:type, :consumer) on conflict do nothing")


def stop_routing(kind: str, consumer: str) -> None:
    """Take a route back; what is already on its way still arrives."""
    op.execute(
        text("delete from outbox_route where type = :type and consumer = :consumer").bindparams(
            type=kind, consumer=consumer
        )
    )


def districts_from(table: str, column: str = "id") -> None:
    """Let the worker find the districts in a table of the service's own, where the service is the one that creates them.

    Elsewhere they are the districts whose events arrived.
    """
    op.execute(
        f"create or replace function trellis_districts() returns setof uuid language sql stable security definer "
        f'set search_path = public, pg_temp as $$ select t."{column}" from "{table}" t order by 1 $$'
    )
