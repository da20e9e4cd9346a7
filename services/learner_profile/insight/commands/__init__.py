"""Writes of insight: pace follows the ledger, figures are taken once a day, people answer."""

from services.learner_profile.insight.commands.answers import answer_alert, decide_advance, set_pace_target, set_rule
from services.learner_profile.insight.commands.figures import take_figures
from services.learner_profile.insight.commands.pace import refresh_pace

__all__ = ["answer_alert", "decide_advance", "refresh_pace", "set_pace_target", "set_rule", "take_figures"]
