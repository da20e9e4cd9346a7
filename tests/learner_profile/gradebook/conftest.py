"""A learning management system that knows the schoolhouse's people by the identifiers of its roster."""

import httpx
import pytest

from tests.learner_profile.gradebook.lms import Lms
from tests.learner_profile.schoolhouse import Schoolhouse


@pytest.fixture
def lms(lp: httpx.AsyncClient, schoolhouse: Schoolhouse) -> Lms:
    return Lms(lp, schoolhouse.district)
