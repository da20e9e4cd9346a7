"""What the marketplace lists and where each school stands in the rollout."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

from local.demo.catalog import RESOURCES
from local.demo.districts import plan_district
from local.demo.framework import items
from local.demo.rollout import cohorts, placements, program

ANCHOR = date(2026, 11, 20)
FULTON = plan_district("fulton-like", seed=7, anchor=ANCHOR)
HENRY = plan_district("henry-like", seed=7, anchor=ANCHOR)


def test_resources_align_to_items_of_the_framework_under_addresses_of_their_own() -> None:
    codes = {item.code for item in items()}
    assert len(RESOURCES) >= 60
    assert {code for resource in RESOURCES for code in resource.codes} <= codes
    assert len({resource.url for resource in RESOURCES}) == len(RESOURCES)
    ids = {resource.id(district) for resource in RESOURCES for district in ("foxglove", "harrow")}
    assert len(ids) == 2 * len(RESOURCES)


def test_something_serves_the_equations_that_myra_works_on_and_fits_an_interest_in_space() -> None:
    fitting = [r.title for r in RESOURCES if "MA.08.ALG.1" in r.codes and "space" in r.keywords]
    assert fitting == ["Rocket Fuel Equations"]


def test_where_schools_choose_all_ninety_five_have_a_place_in_one_of_five_cohorts() -> None:
    placed = list(placements(FULTON))
    assert program(FULTON).mode == "choice"
    assert Counter(placement.school.place for placement in placed) == dict.fromkeys(range(95), 1)
    assert list(Counter(p.cohort.position for p in placed).values()) == [c.capacity for c in cohorts(FULTON)]


def test_where_schools_apply_thirty_two_have_a_seat_and_nine_seats_are_open() -> None:
    placed = list(placements(HENRY))
    assert program(HENRY).mode == "competitive"
    assert list(Counter(p.cohort.position for p in placed).items()) == [(1, 6), (2, 9), (3, 8), (4, 9)]
    assert cohorts(HENRY)[-1].capacity == 9
    assert len(HENRY.schools) - len(placed) >= 14


def test_cohorts_follow_one_another_and_the_day_lies_amid_them() -> None:
    for district in (FULTON, HENRY):
        groups = cohorts(district)
        assert all(one.begins_on < two.begins_on for one, two in pairwise(groups))
        assert all(cohort.begins_on < cohort.launches_on < cohort.ends_on for cohort in groups)
        assert any(cohort.begins_on < ANCHOR < cohort.ends_on for cohort in groups)
    lengths = {cohort.ends_on - cohort.begins_on for cohort in cohorts(FULTON)}
    assert all(timedelta(days=540) < length < timedelta(days=552) for length in lengths)
