"""A learning management system in the first district."""

import httpx
import pytest

from tests.learner_profile.gradebook.lms import Lms
from tests.worlds import TestDistrict


@pytest.fixture
def lms(lp: httpx.AsyncClient, districts: tuple[TestDistrict, TestDistrict]) -> Lms:
    return Lms(lp, districts[0])
