"""Writes of the gradebook, and how its results become evidence."""

from services.learner_profile.gradebook.commands.projection import attach_waiting, project_results
from services.learner_profile.gradebook.commands.push import Outcome, post, push, remove

__all__ = ["Outcome", "attach_waiting", "post", "project_results", "push", "remove"]
