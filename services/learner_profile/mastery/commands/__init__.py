"""Keep mastery up to date with the ledger; `rules` and `records` are what people change."""

from services.learner_profile.mastery.commands.ledger import Pair, recompute

__all__ = ["Pair", "recompute"]
