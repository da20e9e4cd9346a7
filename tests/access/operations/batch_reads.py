"""What the services answer the gateway."""

from tests.access.operations.table import COHORT, LEARNER_PROFILE, MARKETPLACE, table
from tests.access.oracle import Member, PeopleOnly, Records

GRAPH = (
    table(
        LEARNER_PROFILE,
        {
            "member": Member(),
            "people": PeopleOnly(),
            **{noun: Records(noun) for noun in ("learner", "class", "person", "school", "plan")},
        },
        """
    learner  POST /graph/learners
    learner  GET  /graph/learners/{learner_id}/changes
    class    POST /graph/classes
    person   POST /graph/persons
    school   POST /graph/schools
    plan     POST /graph/plans
    people   POST /graph/me
    member   POST /graph/district
    member   POST /graph/frameworks
    member   POST /graph/competencies
    member   POST /graph/rubrics
    """,
        "graph",
    )
    + table(
        COHORT,
        {"member": Member()},
        """
    member   POST /graph/schools
    member   POST /graph/programs
    """,
        "graph",
    )
    + table(
        MARKETPLACE,
        {"member": Member()},
        """
    member   POST /graph/competencies
    member   POST /graph/resources
    member   POST /graph/search-resources
    """,
        "graph",
    )
)
