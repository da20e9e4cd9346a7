"""Learning tools that report what the schoolhouse's people do."""

import httpx
import pytest

from tests.learner_profile.activity.tools import Tool
from tests.learner_profile.gradebook.lms import Lms
from tests.learner_profile.schoolhouse import Schoolhouse


@pytest.fixture
def tool(lp: httpx.AsyncClient, schoolhouse: Schoolhouse) -> Tool:
    return Tool(lp, schoolhouse.district)


@pytest.fixture
def lms(lp: httpx.AsyncClient, schoolhouse: Schoolhouse) -> Lms:
    """Who imports frameworks and looks at what became of events."""
    return Lms(lp, schoolhouse.district)
