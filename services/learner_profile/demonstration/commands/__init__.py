"""Writes to rubrics and demonstrations."""

from services.learner_profile.demonstration.commands.demonstrations import decide, propose
from services.learner_profile.demonstration.commands.rubrics import put_rubric
from services.learner_profile.demonstration.commands.scores import assess_self, score

__all__ = ["assess_self", "decide", "propose", "put_rubric", "score"]
