"""The worlds of insight serve here too."""

from tests.learner_profile.insight.conftest import lms

__all__ = ["lms"]
