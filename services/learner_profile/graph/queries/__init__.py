"""The nouns of the graph that the roster supplies, each one SELECT whatever is asked of it."""

from services.learner_profile.graph.queries.classes import CLASSES
from services.learner_profile.graph.queries.learners import LEARNERS
from services.learner_profile.graph.queries.people import ME, PERSONS
from services.learner_profile.graph.queries.schools import DISTRICT, SCHOOLS

__all__ = ["CLASSES", "DISTRICT", "LEARNERS", "ME", "PERSONS", "SCHOOLS"]
