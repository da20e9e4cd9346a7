"""The contracts are checked against a filled world."""

from tests.learner_profile.conftest import schoolhouse

__all__ = ["schoolhouse"]
