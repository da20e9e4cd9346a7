"""What this service tells the others, and what it hears from them."""

from kit.inbox import Handlers
from kit.outbox import Event
from services.cohort.program.models import Cohort, Placement
from services.cohort.school import commands

HEARD: Handlers = {"school.changed": commands.keep_schools, "staff.assigned": commands.keep_staff}


def placement_changed(placement: Placement, cohort: Cohort) -> Event:
    return Event(
        type="placement.changed",
        subject=str(placement.id),
        version=placement.version,
        state="active" if placement.state == "active" else "withdrawn",
        occurred_at=placement.recorded_at,
        data={
            "schoolId": placement.school_id,
            "programId": placement.program_id,
            "cohortId": placement.cohort_id,
            "window": {"from": cohort.begins_on, "to": cohort.ends_on},
        },
    )


EVERY_PLACEMENT_CHANGED = """
select 'placement.changed' as type, p.id::text as subject, p.version, p.state, p.recorded_at as occurred_at,
       jsonb_build_object('schoolId', p.school_id, 'programId', p.program_id, 'cohortId', p.cohort_id,
                          'window', jsonb_build_object('from', c.begins_on, 'to', c.ends_on)) as data
from placement p join cohort c on c.district_id = p.district_id and c.id = p.cohort_id"""
