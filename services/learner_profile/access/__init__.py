"""Who may see a learner's records, and who may act for a school or the district: written once, used by every query.

A learner's records are open to the learner, to guardians who hold rights and are not restricted by a court, to those who teach
the learner now, to the leaders and counsellors of the learner's schools, to the district's own roles, and to systems whose
scope the door has checked. The caller must still be an active person of the roster. Everything else sees nothing.
"""

from services.learner_profile.access.aims import is_me, may_plan, party_to
from services.learner_profile.access.caller import (
    READS_RECORDS,
    SEES_EVERY_LEARNER,
    SEES_THE_SCHOOL,
    Reader,
    enrolled_now,
    holds_role,
    in_force,
    of_age,
    reaches_district,
    require_role,
    running,
    serves_school,
    today,
)
from services.learner_profile.access.classes import leads_class, teaches, visible_class
from services.learner_profile.access.demonstration import shows_rubric
from services.learner_profile.access.disclosures import inspects, sees_disclosures
from services.learner_profile.access.insight import (
    decides_for,
    sees_counts_of_school,
    sees_figures_of_district,
    sees_figures_of_school,
    works_with,
)
from services.learner_profile.access.learners import (
    PersonTable,
    is_learner,
    learners_near_me,
    may_assess,
    my_learners,
    visible_learner,
    visible_learner_id,
)
from services.learner_profile.access.plan import guards, takes_part, viewer_rights
from services.learner_profile.access.profile import stands_as

__all__ = [
    "READS_RECORDS",
    "SEES_EVERY_LEARNER",
    "SEES_THE_SCHOOL",
    "PersonTable",
    "Reader",
    "decides_for",
    "enrolled_now",
    "guards",
    "holds_role",
    "in_force",
    "inspects",
    "is_learner",
    "is_me",
    "leads_class",
    "learners_near_me",
    "may_assess",
    "may_plan",
    "my_learners",
    "of_age",
    "party_to",
    "reaches_district",
    "require_role",
    "running",
    "sees_counts_of_school",
    "sees_disclosures",
    "sees_figures_of_district",
    "sees_figures_of_school",
    "serves_school",
    "shows_rubric",
    "stands_as",
    "takes_part",
    "teaches",
    "today",
    "viewer_rights",
    "visible_class",
    "visible_learner",
    "visible_learner_id",
    "works_with",
]
