"""The rule of mastery, in Python and in SQL."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import DateTime, Numeric, Text, Uuid, column, select, values

from kit.caller import system
from kit.graph import Rows
from services.learner_profile.mastery.domain import (
    DEFAULT_LEVELS,
    Blueprint,
    Method,
    Piece,
    Policy,
    Rule,
    Standing,
    level_of,
    rounded,
    score_of,
    standing,
    threshold_of,
    weights,
)
from services.learner_profile.mastery.queries.standings import standings
from tests.conftest import Sql
from tests.learner_profile.gradebook.lms import Lms, guid
from tests.worlds import TestDistrict

_SCORES = st.lists(
    st.decimals(min_value=0, max_value=1, places=6, allow_nan=False, allow_infinity=False), min_size=1, max_size=9
)
_METHODS: tuple[Method, ...] = (
    "HIGHEST", "LATEST", "MEAN", "N_AT_MASTERY", "WEIGHTED_LATEST", "EXPONENTIALLY_WEIGHTED", "M_OF_N",
)  # fmt: skip
_POLICIES = st.builds(
    lambda method, weight, counts: Policy(method, weight, max(counts), min(counts)),
    st.sampled_from(_METHODS),
    st.decimals(min_value=0, max_value=1, places=4),
    st.tuples(st.integers(1, 5), st.integers(1, 5)),
)
_SINCE = datetime(2026, 1, 1, tzinfo=UTC)
_THRESHOLD = threshold_of(DEFAULT_LEVELS)


def _of(points: list[int | float], most: int = 5) -> list[Decimal]:
    return [Decimal(str(point)) / most for point in points]


@pytest.mark.parametrize(
    ("policy", "points", "expected"),
    [
        (Policy("HIGHEST"), [3, 1], "3"),
        (Policy("LATEST"), [1, 3], "3"),
        (Policy("N_AT_MASTERY", n=3), [3, 1], None),
        (Policy("N_AT_MASTERY", n=3), [3, 1, 2], None),
        (Policy("N_AT_MASTERY", n=3), [4, 5, 1, 3, 2, 3], "3.75"),
        (Policy("N_AT_MASTERY", n=1), [1, 2], None),
        (Policy("N_AT_MASTERY", n=1), [1, 2, 3], "3"),
        (Policy("N_AT_MASTERY", n=1), [1, 2, 3, 4], "3.5"),
        (Policy("N_AT_MASTERY", n=3), [3, 4, 3], "3.33"),
        (Policy("WEIGHTED_LATEST", Decimal("0.75")), [3], "3"),
        (Policy("WEIGHTED_LATEST", Decimal("0.75")), [3, 1, 5, 4], "3.75"),
        (Policy("WEIGHTED_LATEST", Decimal("0.65")), [2, 3], "2.65"),
        (Policy("WEIGHTED_LATEST", Decimal("0.65")), [2.123], "2.12"),
    ],
)
def test_canvas_outcomes_own_examples_give_canvas_numbers(
    policy: Policy, points: list[int | float], expected: str | None
) -> None:
    """The cases of its `result_analytics_spec` (mastery at 3 of 5 points), whose answers have two places."""
    found = score_of(_of(points), policy, Decimal("0.6"))
    answer = None if found is None else (found * 5).quantize(Decimal("0.01"))
    assert answer == (None if expected is None else Decimal(expected).quantize(Decimal("0.01")))


@pytest.mark.parametrize(
    ("policy", "points", "expected"),
    [
        (Policy("MEAN"), [1, 2, 4], "0.4667"),
        (Policy("EXPONENTIALLY_WEIGHTED", Decimal("0.5")), [1, 3, 5], "0.7000"),
        (Policy("EXPONENTIALLY_WEIGHTED", Decimal("0.65")), [1, 4, 2], "0.4665"),
        (Policy("M_OF_N", n=3, m=2), [5, 1, 4, 3], "0.6000"),
        (Policy("M_OF_N", n=3, m=2), [5], None),
    ],
)
def test_the_other_methods_on_numbers_worked_by_hand(
    policy: Policy, points: list[int | float], expected: str | None
) -> None:
    assert score_of(_of(points), policy, _THRESHOLD) == (None if expected is None else Decimal(expected))


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
def test_without_a_policy_the_latest_weighs_065_and_the_mean_of_the_older_the_rest(
    scores: list[str], expected: str
) -> None:
    assert score_of([Decimal(score) for score in scores], Policy(), _THRESHOLD) == Decimal(expected)


@given(scores=_SCORES, policy=_POLICIES)
def test_the_weights_are_together_one_and_give_the_number(scores: list[Decimal], policy: Policy) -> None:
    weighed = weights(scores, policy, _THRESHOLD)
    if weighed is None:
        assert score_of(scores, policy, _THRESHOLD) is None
        return
    assert (sum(weighed), min(weighed) >= 0) == (1, True)
    exact = sum(weight * Fraction(score) for weight, score in zip(weighed, scores, strict=True))
    assert score_of(scores, policy, _THRESHOLD) == rounded(Fraction(exact))


@given(scores=_SCORES, rate=st.decimals(min_value=0, max_value=1, places=4))
def test_the_exponential_weights_are_the_iteration_solved(scores: list[Decimal], rate: Decimal) -> None:
    held = Fraction(scores[0])
    for score in scores[1:]:
        held = held * (1 - Fraction(rate)) + Fraction(score) * Fraction(rate)
    assert score_of(scores, Policy("EXPONENTIALLY_WEIGHTED", rate), _THRESHOLD) == rounded(held)


@given(scores=_SCORES, counts=st.tuples(st.integers(1, 5), st.integers(1, 5)))
def test_m_of_n_reaches_mastery_exactly_when_m_of_the_last_n_do(scores: list[Decimal], counts: tuple[int, int]) -> None:
    m, n = sorted(counts)
    found = score_of([round(score, 4) for score in scores], Policy("M_OF_N", n=n, m=m), _THRESHOLD)
    reached = sum(round(score, 4) >= _THRESHOLD for score in scores[-n:]) >= m
    assert (found is not None and found >= _THRESHOLD) == reached


@pytest.mark.parametrize(
    ("score", "name"),
    [("0", "beginning"), ("0.4999", "beginning"), ("0.5", "developing"), ("0.6999", "developing"), ("0.7", "proficient"),
     ("0.8999", "proficient"), ("0.9", "advanced"), ("1", "advanced")],
)  # fmt: skip
def test_a_level_holds_from_its_lower_bound_to_the_next_ones(score: str, name: str) -> None:
    assert level_of(Decimal(score), DEFAULT_LEVELS).name == name


def _pieces(scores: list[Decimal], kinds: tuple[str, ...] = ("quiz",)) -> list[Piece]:
    return [
        Piece(score, kinds[index % len(kinds)], _SINCE + timedelta(days=index)) for index, score in enumerate(scores)
    ]


def test_one_piece_of_evidence_is_not_enough_for_a_statement() -> None:
    assert standing([], Rule(), _SINCE) == Standing("NOT_STARTED", None, None, 0)
    one, two = _pieces([Decimal(1)]), _pieces([Decimal(1), Decimal(1)])
    assert standing(one, Rule(), _SINCE) == Standing("INSUFFICIENT_EVIDENCE", None, Decimal(1), 1)
    assert standing(two, Rule(), _SINCE) == Standing("MASTERED", "advanced", Decimal(1), 2)


def test_a_blueprint_counts_its_kinds_and_forgets_what_is_old() -> None:
    shown = _pieces([Decimal(1)] * 4, ("quiz", "lab"))
    only = Rule(blueprint=Blueprint(kinds=frozenset({"lab"}), minimum_count=3))
    assert standing(shown, only, _SINCE) == Standing("INSUFFICIENT_EVIDENCE", None, Decimal(1), 2)
    needs = Rule(blueprint=Blueprint(minimum_by_kind={"project": 1}))
    assert standing(shown, needs, _SINCE).state == "INSUFFICIENT_EVIDENCE"
    fades = Rule(blueprint=Blueprint(recency_days=30))
    assert standing(shown, fades, _SINCE + timedelta(days=20)).state == "MASTERED"
    assert standing(shown, fades, _SINCE + timedelta(days=90)) == Standing("DECAYED", None, None, 0)


@pytest.fixture
async def competency(lp_app: FastAPI, districts: tuple[TestDistrict, TestDistrict], sql: Sql, lms: Lms) -> UUID:
    await lms.framework("Maths", "M.1")
    async with sql("learner_profile", districts[0]) as connection:
        found: UUID = await connection.fetchval("select id from competency where identifier = $1", guid("M.1"))
    return found


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(scores=_SCORES, policy=_POLICIES)
async def test_sql_and_python_agree_to_the_last_place_and_so_do_the_weights(
    lp_app: FastAPI,
    districts: tuple[TestDistrict, TestDistrict],
    competency: UUID,
    scores: list[Decimal],
    policy: Policy,
) -> None:
    chosen = (
        f"select cast(null as uuid) as policy_id, cast(null as bigint) as version, '{policy.method}' as method,"
        f" {policy.weight:f} as weight, {policy.n} as n, {policy.m} as m"
    )
    asked = standings(_told(competency, scores), policy=chosen, explained=True)
    async with lp_app.state.database.transaction(system(districts[0].id)) as session:
        found = (await session.execute(asked)).one()
    at = _SINCE + timedelta(days=len(scores) - 1)
    expected = standing(_pieces(scores), Rule(policy), at)
    assert Standing(found.state, found.level, found.score, found.evidence_count) == expected
    assert found.as_of == at
    weighed = weights(scores, policy, _THRESHOLD)
    if weighed is not None:
        shown = [Decimal(str(one["weight"])) for one in reversed(found.trace)]
        assert [round(float(weight), 9) for weight in shown] == [round(float(weight), 9) for weight in weighed]


def _told(competency: UUID, scores: list[Decimal]) -> Rows:
    learner = uuid4()
    told = values(
        column("id", Uuid),
        column("learner_id", Uuid),
        column("competency_id", Uuid),
        column("score", Numeric),
        column("kind", Text),
        column("occurred_at", DateTime(timezone=True)),
        column("source", Text),
        column("source_event_id", Text),
        name="told",
    ).data(
        [
            (uuid4(), learner, competency, score, "quiz", _SINCE + timedelta(days=index), "lms", f"event {index}")
            for index, score in enumerate(scores)
        ]
    )
    return select(told)
