"""The rule of mastery, in Python and in SQL."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import DateTime, Numeric, Text, Uuid, column, select, values

from kit.caller import system
from kit.graph import Rows
from services.learner_profile.mastery.domain import DEFAULT_LEVELS, Scale, Standing, level_of, standing, weighted_latest
from services.learner_profile.mastery.queries.standings import standings
from tests.conftest import Sql
from tests.learner_profile.gradebook.lms import Lms, guid
from tests.worlds import TestDistrict

_SCORES = st.lists(
    st.decimals(min_value=0, max_value=1, places=6, allow_nan=False, allow_infinity=False), min_size=1, max_size=9
)
_SINCE = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        (["0.4"], "0.4000"),
        (["0.4", "0.8"], "0.6600"),
        (["0.2", "0.6", "1"], "0.7900"),
        (["0", "0", "0.000077"], "0.0001"),
        (["0.3333", "0.33331"], "0.3333"),
        (["0.00005"], "0.0001"),
    ],
)
def test_the_latest_score_weighs_065_and_the_mean_of_the_older_ones_the_rest(scores: list[str], expected: str) -> None:
    assert weighted_latest([Decimal(score) for score in scores], Decimal("0.65")) == Decimal(expected)


@pytest.mark.parametrize(
    ("score", "name"),
    [("0", "beginning"), ("0.4999", "beginning"), ("0.5", "developing"), ("0.6999", "developing"), ("0.7", "proficient"),
     ("0.8999", "proficient"), ("0.9", "advanced"), ("1", "advanced")],
)  # fmt: skip
def test_a_level_holds_from_its_lower_bound_to_the_next_ones(score: str, name: str) -> None:
    assert level_of(Decimal(score), DEFAULT_LEVELS).name == name


def test_one_piece_of_evidence_is_not_enough_for_a_statement() -> None:
    assert standing([], Scale()) == Standing("NOT_STARTED", None, None, 0)
    assert standing([Decimal(1)], Scale()) == Standing("INSUFFICIENT_EVIDENCE", None, Decimal(1), 1)
    assert standing([Decimal(1), Decimal(1)], Scale()) == Standing("MASTERED", "advanced", Decimal(1), 2)


@pytest.fixture
async def competency(lp_app: FastAPI, districts: tuple[TestDistrict, TestDistrict], sql: Sql, lms: Lms) -> UUID:
    await lms.framework("Maths", "M.1")
    async with sql("learner_profile", districts[0]) as connection:
        found: UUID = await connection.fetchval("select id from competency where identifier = $1", guid("M.1"))
    return found


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(scores=_SCORES)
async def test_sql_and_python_agree(
    lp_app: FastAPI, districts: tuple[TestDistrict, TestDistrict], competency: UUID, scores: list[Decimal]
) -> None:
    async with lp_app.state.database.transaction(system(districts[0].id)) as session:
        found = (await session.execute(standings(_pieces(competency, scores)))).one()
    assert Standing(found.state, found.level, found.score, found.evidence_count) == standing(scores, Scale())
    assert found.as_of == _SINCE + timedelta(days=len(scores) - 1)


def _pieces(competency: UUID, scores: list[Decimal]) -> Rows:
    learner = uuid4()
    told = values(
        column("learner_id", Uuid),
        column("competency_id", Uuid),
        column("score", Numeric),
        column("occurred_at", DateTime(timezone=True)),
        column("source", Text),
        column("source_event_id", Text),
        name="told",
    ).data(
        [
            (learner, competency, score, _SINCE + timedelta(days=index), "lms", f"event {index}")
            for index, score in enumerate(scores)
        ]
    )
    return select(told)
