"""Competencies that need each other, and those who look at what learners make of them."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.conftest import Sql
from tests.learner_profile.gradebook.lms import Lms, guid, package
from tests.learner_profile.schoolhouse import Schoolhouse

Json = Any


@pytest.fixture
def lms(lp: httpx.AsyncClient, schoolhouse: Schoolhouse) -> Lms:
    return Lms(lp, schoolhouse.district)


def precedes(before: str, after: str) -> Json:
    ends = {
        key: {"identifier": guid(code), "title": code, "uri": f"https://x.example/{code}"}
        for key, code in (("originNodeURI", before), ("destinationNodeURI", after))
    }
    changed = {"lastChangeDateTime": "2026-01-05T10:00:00+00:00"}
    return {"identifier": guid(f"{before}-{after}"), "associationType": "precedes", **ends, **changed}


@pytest.fixture
async def codes(lms: Lms, schoolhouse: Schoolhouse, sql: Sql) -> dict[str, UUID]:
    """M.1 and M.2 come before M.3, which comes before M.4; and so does one that we do not hold."""
    wanted = package("Maths", "M.1", "M.2", "M.3", "M.4")
    pairs = (("M.1", "M.3"), ("M.2", "M.3"), ("M.3", "M.4"), ("elsewhere", "M.4"))
    wanted["CFAssociations"] = [precedes(*pair) for pair in pairs]
    (await lms.send("POST", "/v1/frameworks", wanted)).raise_for_status()
    async with sql("learner_profile", schoolhouse.district) as connection:
        return {row["code"]: row["id"] for row in await connection.fetch("select code, id from competency")}


async def shows(lms: Lms, learner: str, code: str, *scores: float) -> None:
    for number, score in enumerate(scores):
        said = {
            "learnerSourcedId": learner,
            "competencyIdentifier": guid(code),
            "score": score,
            "sourceEventId": f"{learner}-{code}-{number}-{uuid4()}",
        }
        (await lms.send("POST", "/v1/evidence", said)).raise_for_status()
