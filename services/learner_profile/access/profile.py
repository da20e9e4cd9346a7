"""As what somebody stands to a learner who tells something about the learner."""

from typing import Any

from sqlalchemy import ARRAY, SQLColumnExpression, Text, and_, any_, case, exists, func
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import aliased

from services.learner_profile.access.aims import is_me
from services.learner_profile.access.caller import CALLER, WARDS, all_of, enrolled_now, one
from services.learner_profile.access.learners import PersonTable, at_a_school_i_serve, taught_by_me, visible_learner
from services.learner_profile.roster.models import Enrollment


def stands_as(learner: PersonTable) -> SQLColumnExpression[list[str]]:
    """Everything that holds of these; nothing for whoever may not know the learner. Classmates sit in a class together now."""
    known = and_(learner.status == "active", visible_learner(learner))
    parties = {
        "SELF": is_me(learner),
        "GUARDIAN": learner.id == any_(all_of(WARDS.c.learner_id)),
        "TEACHER": taught_by_me(learner),
        "COUNSELOR": at_a_school_i_serve(learner),
        "OTHER": visible_learner(learner),
    }
    held: list[Any] = [case((and_(known, holds), name)) for name, holds in parties.items()]
    held.append(case((and_(learner.status == "active", ~is_me(learner), _sits_with_me(learner)), "CLASSMATE")))
    everything: array[Any] = array(held, type_=Text)
    return func.array_remove(everything, None, type_=ARRAY(Text))


def _sits_with_me(learner: PersonTable) -> SQLColumnExpression[bool]:
    seat, mine = aliased(Enrollment), aliased(Enrollment)
    return exists().where(
        and_(seat.district_id == learner.district_id, seat.source == learner.source),
        seat.source == one(CALLER.c.source),
        seat.person_sourced_id == learner.sourced_id,
        seat.role == "student",
        enrolled_now(seat),
        mine.district_id == seat.district_id,
        mine.source == seat.source,
        mine.class_sourced_id == seat.class_sourced_id,
        mine.person_sourced_id == one(CALLER.c.sourced_id),
        mine.role == "student",
        enrolled_now(mine),
    )
