"""The tables of outbox, inbox, jobs and idempotency, the same in every service's database.

A service's first migration calls `create_eventing()`, later ones `route_events()`; its models call `declare()`.
"""

from kit.eventing_schema.migration import create_eventing, districts_from, route_events, stop_routing
from kit.eventing_schema.tables import declare

__all__ = ["create_eventing", "declare", "districts_from", "route_events", "stop_routing"]
