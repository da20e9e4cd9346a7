"""The doors of the standards that report activity."""

from tests.access.operations.table import LEADER, LEARNER_PROFILE, STEWARD, table
from tests.access.oracle import Appointed, Public, Scoped, frozen
from tests.access.scopes import ags, own

ACTIVITY_DOORS = table(
    LEARNER_PROFILE,
    {
        "public": Public(),
        "caliper": Scoped(own("caliper.push")),
        "writes": Scoped(own("xapi.write")),
        "reads": Scoped(own("xapi.read")),
        "maps": Appointed(frozen([LEADER, STEWARD]), own("activity.map")),
        "items": Scoped(ags("lineitem")),
        "see_items": Scoped(ags("lineitem", "lineitem.readonly")),
        "results": Scoped(ags("result.readonly")),
        "scores": Scoped(ags("score")),
    },
    """
    caliper    GET    /caliper
    caliper    POST   /caliper
    public     GET    /xapi/about
    reads      GET    /xapi/statements
    writes     POST   /xapi/statements
    writes     PUT    /xapi/statements
    see_items  GET    /lti/ags/v2/contexts/{class_id}/lineitems
    items      POST   /lti/ags/v2/contexts/{class_id}/lineitems
    see_items  GET    /lti/ags/v2/contexts/{class_id}/lineitems/{line_item_id}
    items      PUT    /lti/ags/v2/contexts/{class_id}/lineitems/{line_item_id}
    items      DELETE /lti/ags/v2/contexts/{class_id}/lineitems/{line_item_id}
    results    GET    /lti/ags/v2/contexts/{class_id}/lineitems/{line_item_id}/results
    scores     POST   /lti/ags/v2/contexts/{class_id}/lineitems/{line_item_id}/scores
    maps       GET    /v1/activity/mappings
    maps       GET    /v1/activity/mappings/{mapping_id}
    maps       PUT    /v1/activity/mappings/{mapping_id}
    maps       DELETE /v1/activity/mappings/{mapping_id}
    maps       GET    /v1/activity/waiting
    """,
    "own",
)
