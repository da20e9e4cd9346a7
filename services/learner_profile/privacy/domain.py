"""Which tables name a learner, and how each of them is reached.

A table of district data stands in `REACHED` or in `NAMES_NO_LEARNER`; a test holds both to the database's own catalogue.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Reach:
    """`where` selects the learner's rows of the table `t`, by `:id` or by the roster's `:source` and `:sourced_id`.

    `less` is an SQL array of the columns that are left out of a row.
    """

    where: str
    less: str = "'{}'"


def _by_id(column: str = "learner_id") -> Reach:
    return Reach(f"t.{column} = :id")


def _by_name(column: str, source: str = "source") -> Reach:
    return Reach(f"t.{source} = :source and t.{column} = :sourced_id")


def _through(above: str, column: str, reach: Reach, key: str = "id") -> Reach:
    """Rows that name a row of `above`, which is reached in its turn."""
    mine = reach.where.replace("t.", f"{above}.")
    return Reach(f"""exists (select from {above} where {above}.district_id = t.district_id
                      and {above}.{key} = t.{column} and {mine})""")


def _of_result(above: str) -> Reach:
    """What a result says of one objective; a sourcedId is unique in its source."""
    return Reach(f"""exists (select from {above} where {above}.district_id = t.district_id
                      and {above}.source = t.source and {above}.sourced_id = t.result_sourced_id
                      and {above}.roster_source = :source and {above}.student_sourced_id = :sourced_id)""")


_MAPPED: Final = "m.district_id = t.district_id and m.source = t.source and m.kind = 'actor' and m.state = 'active'"
_OBSERVED: Final = f"""t.actor in (
    select cast(:sourced_id as text)
    union all
    select case m.match when 'exact' then m.value else m.value || :sourced_id end from activity_mapping m
     where m.district_id = trellis_district() and m.kind = 'actor' and m.state = 'active'
       and m.roster_source = :source and coalesce(m.learner_sourced_id, :sourced_id) = :sourced_id)
  and (select named.roster_source = :source and named.sourced_id = :sourced_id from (
         select 1 as rank, length(m.value) as length, m.roster_source, m.learner_sourced_id as sourced_id
           from activity_mapping m where {_MAPPED} and m.match = 'exact' and m.value = t.actor
         union all
         select 2, length(m.value), m.roster_source, substr(t.actor, length(m.value) + 1)
           from activity_mapping m where {_MAPPED} and m.match = 'prefix' and starts_with(t.actor, m.value)
         union all
         select 3, 0, t.roster_source, t.actor) named
       order by named.rank, named.length desc, named.roster_source, named.sourced_id limit 1)"""
"""An observation is of the learner by the rule by which it becomes evidence."""
_EVENT: Final = f"""(t.source, t.event_id, t.actor) in (
  select t.source, t.event_id, t.actor from activity_observation t
   where t.district_id = trellis_district() and {_OBSERVED})"""
_PEER: Final = """case when t.content ->> 'rater' = 'PEER'
  then array['source', 'source_record_id', 'recorded_by'] else '{}' end"""

REACHED: Final[dict[str, Reach]] = {
    # The roster. Who a learner's agents are is told by guardianships, which know whom a court restricts.
    "person": Reach("t.id = :id", "array['agent_sourced_ids']"),
    "person_role": _by_name("person_sourced_id"),
    "demographic": _by_name("sourced_id"),
    "enrollment": _by_name("person_sourced_id"),
    "school_enrollment": _by_id(),
    "staff_assignment": _by_id("person_id"),
    "guardianship": _by_id(),
    "adult_access": _through("guardianship", "id", _by_id()),
    # Grades
    "result": _by_name("student_sourced_id", "roster_source"),
    "result_objective": _of_result("result"),
    "assessment_result": _by_name("student_sourced_id", "roster_source"),
    "assessment_result_objective": _of_result("assessment_result"),
    # What learning tools report
    "activity_event": Reach(_EVENT),
    "activity_observation": Reach(_OBSERVED),
    "activity_mapping": _by_name("learner_sourced_id", "roster_source"),
    "activity_seat": _by_id(),
    "activity_attempt": _by_id(),
    # What was learned
    "evidence": _by_id(),
    "mastery": _by_id(),
    "mastery_status": _by_id(),
    "mastery_status_withdrawal": _through("mastery_status", "status_id", _by_id()),
    "mastery_report_row": _by_id(),
    "demonstration": _by_id(),
    "demonstration_step": _through("demonstration", "demonstration_id", _by_id()),
    "rubric_score": _through("demonstration", "demonstration_id", _by_id()),
    # What is planned
    "goal": _by_id(),
    "goal_version": _through("goal", "goal_id", _by_id()),
    "goal_response": _through("goal", "goal_id", _by_id()),
    "goal_check_in": _through("goal", "goal_id", _by_id()),
    "plan": _by_id(),
    "plan_version": _through("plan", "plan_id", _by_id()),
    "plan_response": _through("plan", "plan_id", _by_id()),
    "step_decision": _by_id(),
    "pace": _by_id(),
    "advance_decision": _by_id(),
    "alert": _by_id(),
    # The profile, without the names of classmates who rated
    "profile_entry": Reach("t.learner_id = :id", _PEER),
    # Who was shown it
    "disclosure": _by_id(),
}
"""How the rows that name a learner are found, by table; the record has the tables in this order."""

_SCHOOLS: Final = "describes schools, classes and terms"
_CATALOGUE: Final = "describes what is taught and assessed"
_RULES: Final = "is a rule of the district"
_FIGURES: Final = "counts people in groups"
_SYSTEMS: Final = "is about systems, their secrets and who administers them"
_TRANSPORT: Final = "passes rows on that stand in tables of their own"
NAMES_NO_LEARNER: Final[dict[str, str]] = {
    **dict.fromkeys(("district", "served_district", "org", "academic_session", "course", "class"), _SCHOOLS),
    **dict.fromkeys(("class_day", "activity_block"), "is the plan of a class; who takes part is told by seats"),
    **dict.fromkeys(("category", "score_scale", "line_item", "line_item_objective", "ags_line_item"), _CATALOGUE),
    **dict.fromkeys(("assessment_line_item", "assessment_line_item_objective", "assessment"), _CATALOGUE),
    **dict.fromkeys(("framework", "competency", "competency_association", "proficiency_level"), _CATALOGUE),
    **dict.fromkeys(("rubric", "rubric_version", "evidence_blueprint", "mastery_scale"), _CATALOGUE),
    **dict.fromkeys(("mastery_policy", "mastery_policy_version", "adult_access_rule", "alert_rule"), _RULES),
    **dict.fromkeys(("pace_target",), _RULES),
    "mastery_report": "is the head of a report; the learner's lines are told",
    **dict.fromkeys(("progress_snapshot", "gap_figure", "figures_day"), _FIGURES),
    **dict.fromkeys(("client", "client_secret", "issuer", "source_system", "audit_entry"), _SYSTEMS),
    **dict.fromkeys(("roster_run", "roster_chunk", "roster_problem"), _TRANSPORT),
    **dict.fromkeys(("outbox", "outbox_delivery", "inbox", "job", "idempotency_key"), _TRANSPORT),
}
"""Why a table is no part of a learner's record."""
