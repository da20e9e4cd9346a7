"""Writes to goals and to what is decided about next steps."""

from services.learner_profile.aims.commands.goals import check_in, drop_goal, respond, set_goal
from services.learner_profile.aims.commands.steps import decide_step

__all__ = ["check_in", "decide_step", "drop_goal", "respond", "set_goal"]
