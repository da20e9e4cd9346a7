"""The rule of pace, in Python and in SQL."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kit.caller import system
from services.learner_profile.insight.commands import refresh_pace
from services.learner_profile.insight.domain.pace import Progress, band, projected_on
from tests.conftest import Sql
from tests.learner_profile.schoolhouse import Schoolhouse

_TODAY = date(2026, 3, 2)


def _progress(slope: float | None, *, score: float = 0.5, days_ago: int = 1) -> Progress:
    return Progress(score=score, bound=0.7, slope=slope, latest_on=_TODAY - timedelta(days=days_ago))


@pytest.mark.parametrize(
    ("slope", "expected"),
    [(0.02, date(2026, 3, 11)), (0.2, date(2026, 3, 2)), (0.0, None), (-0.01, None), (None, None), (0.00001, None)],
)
def test_the_trend_is_followed_to_the_day_on_which_it_reaches_mastery(
    slope: float | None, expected: date | None
) -> None:
    assert projected_on(_progress(slope), _TODAY) == expected


def test_what_has_the_score_already_only_lacks_evidence() -> None:
    assert projected_on(_progress(None, score=0.9), _TODAY) == _TODAY


@pytest.mark.parametrize(
    ("progress", "due_on", "expected"),
    [
        (_progress(0.02, days_ago=14), date(2026, 6, 1), "STALLED"),
        (_progress(0.02), None, "ON_PACE"),
        (_progress(0.02), date(2026, 3, 25), "AHEAD"),
        (_progress(0.02), date(2026, 3, 24), "ON_PACE"),
        (_progress(0.02), date(2026, 3, 11), "ON_PACE"),
        (_progress(0.02), date(2026, 3, 10), "BEHIND"),
        (_progress(-0.02), date(2026, 6, 1), "BEHIND"),
        (_progress(None), date(2026, 3, 2), "ON_PACE"),
        (_progress(None), date(2026, 3, 1), "BEHIND"),
    ],
)
def test_pace_is_the_projected_day_against_the_day_on_which_it_is_due(
    progress: Progress, due_on: date | None, expected: str
) -> None:
    assert band(progress, due_on, _TODAY) == expected


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    pieces=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 100)), min_size=1, max_size=5),
    due_in=st.integers(-30, 90),
)
async def test_sql_and_python_agree(
    lp_app: FastAPI,
    schoolhouse: Schoolhouse,
    codes: dict[str, UUID],
    sql: Sql,
    pieces: list[tuple[int, int]],
    due_in: int,
) -> None:
    async with sql("learner_profile", schoolhouse.district) as connection:
        today = await connection.fetchval("select district_today()")
    competency, due_on = codes["M.1"], today + timedelta(days=due_in)
    moments = [
        (datetime.combine(today - timedelta(days=ago), datetime.min.time(), UTC).replace(hour=12), score / 100)
        for ago, score in pieces
    ]
    progress = _as_told(moments)
    async with lp_app.state.database.transaction(system(schoolhouse.district.id)) as session:
        connection = await (await session.connection()).get_raw_connection()
        raw: Any = connection.driver_connection
        learner = await raw.fetchval("select uuid7()")
        await raw.execute(
            """insert into mastery (district_id, learner_id, competency_id, state, score, evidence_count, as_of)
               values (trellis_district(), $1, $2, 'DEVELOPING', $3::float8::numeric, 2, $4)""",
            learner, competency, progress.score, max(moments)[0],
        )  # fmt: skip
        for number, (moment, score) in enumerate(moments):
            await raw.execute(
                """insert into evidence (district_id, learner_id, competency_id, score, kind, source, source_event_id,
                                         occurred_at)
                   values (trellis_district(), $1, $2, $3::float8::numeric, 'test', $4, $5, $6)""",
                learner, competency, score, str(learner), str(number), moment,
            )  # fmt: skip
        await raw.execute(
            """update academic_session set end_on = $1 where type = 'schoolYear'""",
            max(due_on, today + timedelta(days=1)),
        )
        await refresh_pace(session, [(learner, competency)])
        found = await raw.fetchrow("select band, projected_on, due_on from pace where learner_id = $1", learner)
    due = max(due_on, today + timedelta(days=1))
    assert (found["band"], found["projected_on"], found["due_on"]) == (
        band(progress, due, today),
        projected_on(progress, today),
        due,
    )


def _as_told(moments: list[tuple[datetime, float]]) -> Progress:
    days = [moment.timestamp() / 86400 for moment, _ in moments]
    scores = [score for _, score in moments]
    middle, mean = sum(days) / len(days), sum(scores) / len(scores)
    spread = sum((day - middle) ** 2 for day in days)
    lean = sum((day - middle) * (score - mean) for day, score in zip(days, scores, strict=True))
    slope = round(lean / spread, 12) if spread > 1e-6 else None
    return Progress(score=round(mean, 2), bound=0.7, slope=slope, latest_on=max(moments)[0].date())
