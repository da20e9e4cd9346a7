"""The root fields of the gateway."""

from tests.access.operations.table import DIRECTOR, LEADER
from tests.access.oracle import (
    Alerted,
    Appointed,
    Assessing,
    Educating,
    LeadingClass,
    Member,
    OwnBlock,
    Owned,
    Parties,
    PeopleOnly,
    Planning,
    Records,
    Rule,
    frozen,
)
from tests.access.scopes import own

GRAPH_FIELDS: dict[str, Rule] = {
    "Query.me": PeopleOnly(),
    "Query.learner": Records("learner"),
    "Query.class": Records("class"),
    "Query.school": Records("school"),
    "Query.district": Member(),
    "Query.competencyFramework": Member(),
    "Query.competency": Member(),
    "Query.program": Member(),
    "Query.searchResources": Member(),
    "Mutation.recordEvidence": Assessing(own("evidence.record")),
    "Mutation.setGoal": Owned(),
    "Mutation.dropGoal": Owned(),
    "Mutation.respondToGoal": Parties(),
    "Mutation.checkInGoal": Parties(),
    "Mutation.decideNextStep": Parties(),
    "Mutation.planDay": Planning(own("schedules.push")),
    "Mutation.updateBlock": OwnBlock(),
    "Mutation.answerAlert": Alerted(),
    "Mutation.decideAdvance": Educating(),
    "Mutation.setPaceTarget": LeadingClass(),
    "Mutation.placeSchool": Appointed(frozen([LEADER, DIRECTOR]), own("programs.push")),
    "Mutation.createListing": Appointed(frozen([LEADER, DIRECTOR]), own("catalog.push")),
    "Subscription.learnerChanged": Records("learner"),
}
"""Every root field of the gateway."""
