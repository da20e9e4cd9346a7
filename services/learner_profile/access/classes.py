"""Who teaches a class."""

from sqlalchemy import (
    ColumnElement,
    and_,
    any_,
)

from services.learner_profile.access.caller import CALLER, TAUGHT, all_of, one
from services.learner_profile.roster.models import (
    Class,
)


def teaches(class_: type[Class]) -> ColumnElement[bool]:
    """The caller teaches this class now."""
    return and_(class_.source == one(CALLER.c.source), class_.sourced_id == any_(all_of(TAUGHT.c.sourced_id)))
