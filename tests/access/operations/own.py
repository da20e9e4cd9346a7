"""The learner profile service's own doors."""

from tests.access.operations.table import ANALYST, LEADER, LEARNER_PROFILE, STEWARD, table
from tests.access.oracle import (
    Alerted,
    Appointed,
    Assessing,
    Educating,
    Inspecting,
    LeadingClass,
    Member,
    OwnBlock,
    Owned,
    Parties,
    Planning,
    Public,
    Scoped,
    Telling,
    frozen,
)
from tests.access.scopes import oneroster, own

OWN_DOORS = table(
    LEARNER_PROFILE,
    {
        "public": Public(),
        "member": Member(),
        "administrators": Appointed(frozen([LEADER, STEWARD])),
        "figures": Appointed(frozen([LEADER, STEWARD, ANALYST])),
        "guardianships": Appointed(frozen([STEWARD]), own("guardianships.push")),
        "assignments": Appointed(frozen([STEWARD]), own("staff-assignments.push")),
        "runs": Appointed(frozen([STEWARD]), own("roster.push")),
        "frameworks": Appointed(frozen([LEADER, STEWARD]), own("frameworks.push")),
        "reports": Appointed(frozen([LEADER, STEWARD]), own("mastery.report")),
        "statuses": Assessing(frozenset()),
        "evidence": Assessing(own("evidence.record")),
        "owner": Owned(),
        "parties": Parties(),
        "planners": Planning(own("schedules.push")),
        "block": OwnBlock(),
        "profiles": Scoped(own("profile.push")),
        "assessments": Appointed(frozen([LEADER, STEWARD]), own("profile.push")),
        "tellers": Telling(),
        "educators": Educating(),
        "inspectors": Inspecting(),
        "alerted": Alerted(),
        "class_leaders": LeadingClass(),
        "waiting": Scoped(oneroster("gradebook.readonly")),
    },
    """
    public          GET    /.well-known/jwks.json
    public          GET    /.well-known/oauth-authorization-server
    public          POST   /oauth2/token
    administrators  GET    /v1/clients
    administrators  GET    /v1/clients/{client_id}/audit
    administrators  POST   /v1/clients/{client_id}/secrets
    administrators  DELETE /v1/clients/{client_id}
    guardianships   PUT    /v1/guardianships/{guardianship_id}
    guardianships   DELETE /v1/guardianships/{guardianship_id}
    guardianships   PUT    /v1/guardianships/{guardianship_id}/adult-access
    guardianships   DELETE /v1/guardianships/{guardianship_id}/adult-access
    administrators  PUT    /v1/adult-access-rules/{kind}
    assignments     PUT    /v1/staff-assignments/{assignment_id}
    assignments     DELETE /v1/staff-assignments/{assignment_id}
    runs            GET    /v1/roster/runs
    runs            POST   /v1/roster/runs
    runs            GET    /v1/roster/runs/{run_id}
    runs            GET    /v1/roster/runs/{run_id}/problems
    runs            GET    /v1/roster/runs/{run_id}/problems.csv
    runs            POST   /v1/roster/runs/{run_id}/confirm
    runs            POST   /v1/roster/runs/{run_id}/cancel
    runs            GET    /v1/roster/waiting
    runs            GET    /v1/roster/sources/{source}
    runs            PUT    /v1/roster/sources/{source}
    member          GET    /v1/frameworks
    member          GET    /v1/frameworks/{identifier}
    frameworks      POST   /v1/frameworks
    frameworks      PUT    /v1/frameworks/{identifier}
    frameworks      PUT    /v1/rubrics/{rubric_id}
    owner           PUT    /v1/demonstrations/{demonstration_id}
    owner           PUT    /v1/demonstrations/{demonstration_id}/self-assessment
    statuses        PUT    /v1/demonstrations/{demonstration_id}/decision
    statuses        PUT    /v1/demonstrations/{demonstration_id}/score
    evidence        POST   /v1/evidence
    owner           PUT    /v1/goals/{goal_id}
    owner           PUT    /v1/goals/{goal_id}/end
    parties         PUT    /v1/goals/{goal_id}/response
    parties         PUT    /v1/goals/{goal_id}/check-ins/{check_in_id}
    parties         POST   /v1/step-decisions
    parties         POST   /v1/plans
    parties         POST   /v1/plans/{plan_id}/responses
    parties         PUT    /v1/plans/{plan_id}/end
    planners        PUT    /v1/classes/{class_id}/days/{day}
    block           PUT    /v1/blocks/{block_id}/attempt
    alerted         PUT    /v1/alerts/{alert_id}/answer
    administrators  PUT    /v1/alert-rules/{kind}
    profiles        POST   /v1/profile/entries
    profiles        DELETE /v1/profile/entries/{kind}/{source_record_id}
    assessments     PUT    /v1/assessments/{identifier}
    tellers         PUT    /v1/learners/{learner_id}/profile/{record_id}
    tellers         DELETE /v1/learners/{learner_id}/profile/{kind}/{record_id}
    inspectors      GET    /v1/learners/{learner_id}/record
    educators       POST   /v1/learners/{learner_id}/advance-decisions
    class_leaders   PUT    /v1/classes/{class_id}/pace-targets/{competency_id}
    frameworks      PUT    /v1/mastery/policies/{policy_id}
    frameworks      GET    /v1/mastery/policies/{policy_id}
    frameworks      PUT    /v1/mastery/scales/{framework_id}
    frameworks      PUT    /v1/mastery/blueprints/{target_id}
    reports         PUT    /v1/mastery/reports/{report_id}
    reports         GET    /v1/mastery/reports/{report_id}
    figures         POST   /v1/mastery/what-if
    statuses        POST   /v1/mastery/statuses
    statuses        POST   /v1/mastery/statuses/{status_id}/withdrawal
    waiting         GET    /v1/gradebook/waiting
    member          GET    /ims/case/v1p1/CFPackages/{identifier}
    member          GET    /ims/case/v1p1/CFDocuments
    member          GET    /ims/case/v1p1/CFDocuments/{identifier}
    member          GET    /ims/case/v1p1/CFItems/{identifier}
    member          GET    /ims/case/v1p1/CFAssociations/{identifier}
    member          GET    /ims/case/v1p1/CFItemAssociations/{identifier}
    """,
    "own",
)
