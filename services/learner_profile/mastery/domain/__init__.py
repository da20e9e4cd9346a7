"""How evidence becomes a statement about mastery. The set-based form of the same rules is in `queries`; a test holds them equal."""

from services.learner_profile.mastery.domain.methods import Method, Policy, rounded, score_of, weights
from services.learner_profile.mastery.domain.scales import DEFAULT_LEVELS, SCORE_PLACES, Level, level_of, threshold_of
from services.learner_profile.mastery.domain.standing import Blueprint, Piece, Rule, Standing, State, standing

__all__ = [
    "DEFAULT_LEVELS",
    "SCORE_PLACES",
    "Blueprint",
    "Level",
    "Method",
    "Piece",
    "Policy",
    "Rule",
    "Standing",
    "State",
    "level_of",
    "rounded",
    "score_of",
    "standing",
    "threshold_of",
    "weights",
]
