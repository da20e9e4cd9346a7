"""The doors of cohort and marketplace."""

from tests.access.operations.table import COHORT, DIRECTOR, LEADER, MARKETPLACE, table
from tests.access.oracle import Appointed, frozen
from tests.access.scopes import own

OTHER_SERVICES = table(
    COHORT,
    {"steering": Appointed(frozen([LEADER, DIRECTOR]), own("programs.push"))},
    """
    steering  PUT    /v1/programs/{program_id}
    steering  PUT    /v1/programs/{program_id}/cohorts/{cohort_id}
    steering  PUT    /v1/programs/{program_id}/placements/{school_id}
    steering  DELETE /v1/programs/{program_id}/placements/{school_id}
    """,
    "own",
) + table(
    MARKETPLACE,
    {"curating": Appointed(frozen([LEADER, DIRECTOR]), own("catalog.push"))},
    "curating PUT /v1/resources/{resource_id}",
    "own",
)
