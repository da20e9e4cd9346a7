"""Every published operation and who may call it: one line each. A new operation fails the matrix until it stands here.

The rules are the oracle's. Paths, scopes and roles are written out, not taken from the services: this is what is meant to be
published, and the test compares.
"""

from tests.access.operations.activity_doors import ACTIVITY_DOORS
from tests.access.operations.batch_reads import GRAPH
from tests.access.operations.graph_fields import GRAPH_FIELDS
from tests.access.operations.oneroster_doors import gradebook, rostering
from tests.access.operations.others import OTHER_SERVICES
from tests.access.operations.own import OWN_DOORS
from tests.access.operations.table import Operation
from tests.access.oracle import Public

OPERATIONS: list[Operation] = [
    *OWN_DOORS,
    *ACTIVITY_DOORS,
    *OTHER_SERVICES,
    *GRAPH,
    *rostering("v1p2", "/ims/oneroster/rostering/v1p2"),
    *rostering("v1p1", "/ims/oneroster/v1p1"),
    *gradebook("v1p2", "/ims/oneroster/gradebook/v1p2"),
    *gradebook("v1p1", "/ims/oneroster/v1p1"),
]

UNPUBLISHED = {
    "/livez": Public(),
    "/readyz": Public(),
    "/metrics": Public(),
    "/docs": Public(),
    "/openapi.json": Public(),
    "/docs/oauth2-redirect": Public(),
}
"""What a process answers beside its documents, whoever asks; `/events` and development's `/dev/clock` have tests of their own."""

__all__ = ["GRAPH_FIELDS", "OPERATIONS", "UNPUBLISHED", "Operation"]
