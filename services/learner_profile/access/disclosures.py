"""Who may see to whom a learner's records were disclosed."""

from sqlalchemy import ColumnElement, and_, any_, or_

from services.learner_profile.access.caller import CALLER, WARDS, all_of, holds_role, one
from services.learner_profile.access.learners import PersonTable


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
