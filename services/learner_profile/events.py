"""What this service tells the others: SELECTs of whole state, for `kit.outbox.emit_from`, and single facts.

The set-based ones tell the rows of one source that the running transaction wrote.
"""

from kit.outbox import Event
from services.learner_profile.roster.models import Guardianship, StaffAssignment

_STAFF_STATE = """
select 'staff.assigned' as type, s.id::text as subject, s.version, s.state, s.recorded_at as occurred_at,
       jsonb_build_object('personId', s.person_id, 'orgId', s.org_id, 'role', s.role, 'fte', s.fte,
                          'from', s.from_on, 'to', s.to_on) as data
from staff_assignment s"""

STAFF_ASSIGNED = f"{_STAFF_STATE} where s.source = :told_by and s.recorded_at = (select trellis_now())"
EVERY_STAFF_ASSIGNED = _STAFF_STATE

_LEARNER_STATE = """
select 'learner.enrolled' as type, s.learner_id || ':' || s.school_id as subject, s.version, s.state,
       s.recorded_at as occurred_at,
       jsonb_build_object('learnerId', s.learner_id, 'schoolId', s.school_id, 'grade', s.grade,
                          'from', s.from_on, 'to', s.to_on) as data
from school_enrollment s"""

LEARNER_ENROLLED = f"{_LEARNER_STATE} where s.source = :told_by and s.recorded_at = (select trellis_now())"
EVERY_LEARNER_ENROLLED = _LEARNER_STATE

_SCHOOL_STATE = """
select 'school.changed' as type, o.id::text as subject, o.version,
       case o.status when 'active' then 'active' else 'withdrawn' end as state, o.changed_at as occurred_at,
       jsonb_build_object('schoolId', o.id, 'name', o.name, 'level', o.level, 'grades', o.grades,
                          'area', area.name, 'status', o.status, 'identifier', o.identifier,
                          'mergedInto', (select heir.id from org heir
                            where heir.district_id = o.district_id and heir.source = o.source
                              and heir.sourced_id = o.merged_into_sourced_id)) as data
from org o left join org area
  on area.district_id = o.district_id and area.source = o.source and area.sourced_id = o.parent_sourced_id
 and area.type <> 'district'
where o.type = 'school'"""

SCHOOL_CHANGED = f"{_SCHOOL_STATE} and o.source = :told_by and o.changed_at = (select trellis_now())"
EVERY_SCHOOL_CHANGED = _SCHOOL_STATE

EVERY_RELATIONSHIP_CHANGED = """
select 'relationship.changed' as type, g.id::text as subject, g.version, g.state, g.recorded_at as occurred_at,
       jsonb_build_object('personId', g.guardian_id, 'learnerId', g.learner_id, 'kind', 'guardian', 'rights', g.kind,
                          'from', g.from_on, 'to', g.to_on) as data
from guardianship g"""


def relationship_changed(guardianship: Guardianship) -> Event:
    return Event(
        type="relationship.changed",
        subject=str(guardianship.id),
        version=guardianship.version,
        state="active" if guardianship.state == "active" else "withdrawn",
        occurred_at=guardianship.recorded_at,
        data={
            "personId": guardianship.guardian_id,
            "learnerId": guardianship.learner_id,
            "kind": "guardian",
            "rights": guardianship.kind,
            "from": guardianship.from_on,
            "to": guardianship.to_on,
        },
    )


def staff_assigned(assignment: StaffAssignment) -> Event:
    return Event(
        type="staff.assigned",
        subject=str(assignment.id),
        version=assignment.version,
        state="active" if assignment.state == "active" else "withdrawn",
        occurred_at=assignment.recorded_at,
        data={
            "personId": assignment.person_id,
            "orgId": assignment.org_id,
            "role": assignment.role,
            "fte": assignment.fte,
            "from": assignment.from_on,
            "to": assignment.to_on,
        },
    )
