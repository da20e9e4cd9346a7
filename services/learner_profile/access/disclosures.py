"""Who may inspect a learner's whole record, and to whom it was disclosed."""

from sqlalchemy import ColumnElement, and_, any_, or_

from services.learner_profile.access.caller import CALLER, WARDS, all_of, holds_role, one
from services.learner_profile.access.learners import PersonTable, is_learner


def sees_disclosures(learner: PersonTable) -> ColumnElement[bool]:
    """The learner, guardians with rights, and the district's data stewards (34 CFR 99.32(c))."""
    return and_(
        learner.status == "active",
        or_(
            learner.id == one(CALLER.c.id),
            learner.id == any_(all_of(WARDS.c.learner_id)),
            holds_role("data_steward"),
        ),
    )


def inspects(learner: PersonTable) -> ColumnElement[bool]:
    """The same people inspect the whole record (34 CFR 99.10): everybody else sees what the work asks for."""
    return and_(is_learner(learner), sees_disclosures(learner))
