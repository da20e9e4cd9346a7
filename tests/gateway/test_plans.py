"""A plan answers what the stock executor answers, with one call for each service, noun and level."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from gateway.execution.plan import Deviation
from tests.gateway.conftest import Ask, Executors, comparable
from tests.gateway.protocol import CLASSES, COMPETENCIES, FRAMEWORK, HIDDEN, LEARNERS, PROGRAM, RUBRIC, SCHOOLS, World

MORNING = """
query Morning($first: Int = 3) {
  me { displayName roles { role orgName }
    learner { displayName grade
      school { name cohort { name phase window { from to } } }
      classes { title teachers { displayName } }
      mastery(first: $first) { edges { node { competency { code statement } state level score asOf } } pageInfo { hasNextPage endCursor } }
      evidence(first: 2) { edges { node { occurredAt score competency { code } } } }
      suggestedResources(first: 2) { edges { node { reasons resource { title alignments { strength competency { code } } } } } }
    }
  }
}"""
OPERATIONS = [
    MORNING,
    "{ me { __typename id visibleLearners(first: 3) { edges { cursor node { id school { name } } } } } }",
    f'{{ learner(id: "{LEARNERS[1]}") {{ name: displayName again: displayName id }} }}',
    f'{{ learner(id: "{HIDDEN}") {{ displayName school {{ name }} }} }}',
    '{ learner(id: "not an id") { displayName } }',
    f'{{ a: learner(id: "{LEARNERS[1]}") {{ grade }} b: learner(id: "{LEARNERS[2]}") {{ grade }} }}',
    f'{{ a: learner(id: "{LEARNERS[1]}") {{ one: mastery(first: 1) {{ edges {{ node {{ state }} }} }} two: mastery(first: 2, after: "{COMPETENCIES[2]}") {{ edges {{ cursor }} }} }} }}',
    f'{{ learner(id: "{LEARNERS[1]}") {{ mastery(first: 2) {{ edges {{ node {{ competency {{ grades framework {{ title items(first: 1) {{ edges {{ node {{ code }} }} }} }} resources(first: 1) {{ edges {{ node {{ title }} }} }} }} }} }} }} }} }}',
    f'{{ learner(id: "{LEARNERS[1]}") {{ mastery(first: 2) {{ edges {{ node {{ competency {{ g: grades kind: __typename identifier }} }} }} }} }} }}',
    f'{{ class(id: "{CLASSES[0]}") {{ title school {{ name cohort {{ name }} }} learners(first: 4) {{ edges {{ node {{ displayName mastery(first: 3, competencyIds: ["{COMPETENCIES[0]}", "{COMPETENCIES[3]}"]) {{ edges {{ node {{ state }} }} }} }} }} }} }} }}',
    f'{{ class(id: "{CLASSES[0]}") {{ learners(first: 6) {{ edges {{ node {{ school {{ cohort {{ name schools {{ name level }} }} }} suggestedResources(first: 3) {{ edges {{ node {{ competency {{ grades }} resource {{ id }} }} }} }} }} }} }} }} }}',
    f'{{ school(id: "{SCHOOLS[0]}") {{ name classes {{ edges {{ node {{ title learners(first: 2) {{ edges {{ node {{ grade }} }} }} }} }} }} learners(first: 5) {{ totalCount edges {{ node {{ displayName }} }} }} }} }}',
    "{ district { name timeZone schools { edges { node { name cohort { capacity { used } } } } } } }",
    f'{{ competencyFramework(id: "{FRAMEWORK}") {{ title items(first: 2) {{ edges {{ node {{ code framework {{ state }} }} }} }} }} }}',
    f'{{ competency(id: "{COMPETENCIES[1]}") {{ statement framework {{ title }} resources {{ edges {{ node {{ title kind }} }} }} }} }}',
    f'{{ program(id: "{PROGRAM}") {{ name mode mandate cohorts {{ name schools {{ name grades }} }} placements {{ edges {{ node {{ cohortName school {{ name level cohort {{ name }} }} }} }} }} }} }}',
    '{ searchResources(text: "fractions", filter: {kinds: ["VIDEO"]}) { totalCount facets { name values { value count } } edges { node { title alignments { competency { code grades } strength } } } pageInfo { endCursor } } }',
    "query ($yes: Boolean = true, $no: Boolean = false) { me { id @skip(if: $yes) displayName @include(if: $yes) learner @include(if: $no) { grade } } }",
    "fragment Who on Learner { displayName ...More } fragment More on Learner { grade school { ...S } } fragment S on School { name cohort { name } } { me { learner { ...Who ... on Learner { id school { level } } } } }",
    f'{{ competency(id: "{COMPETENCIES[1]}") {{ frameworkId framework {{ title }} }} }}',
    f'{{ competency(id: "{COMPETENCIES[1]}") {{ prerequisites {{ identifier competency {{ code type framework {{ title }} }} }} }} }}',
    f'{{ rubric(id: "{RUBRIC}") {{ title criteria {{ title weight competencies {{ code type }} levels {{ name points description }} }} }} }}',
    "{ __typename t: __typename me { t: __typename } }",
    "{ me { learner { school { id } } } me { learner { school { name cohort { id } } } } }",
]


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_a_plan_answers_what_the_stock_executor_answers(executors: Executors, operation: str) -> None:
    planned, stock = await executors.planned(operation, {}), await executors.stock(operation, {})
    assert comparable(planned) == comparable(stock)
    assert list(_keys(planned["data"])) == list(_keys(stock["data"]))
    assert "errors" not in stock


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("down", ["learner_profile", "cohort", "marketplace"])
async def test_an_outage_blanks_the_same_fields_by_plan_and_by_stock_executor(
    executors: Executors, world: World, operation: str, down: str
) -> None:
    world.down.add(down)
    stock = await executors.stock(operation, {})
    with suppress(Deviation):
        assert comparable(await executors.planned(operation, {})) == comparable(stock)


async def test_a_morning_page_takes_one_call_for_each_service_noun_and_level(ask: Ask, world: World) -> None:
    body = await ask(MORNING)
    assert body["data"]["me"]["learner"]["school"]["cohort"]["name"] == "First"
    assert [(service, path) for service, path, _ in world.calls] == [
        ("learner_profile", "/graph/me"),
        ("learner_profile", "/graph/learners"),
        ("cohort", "/graph/schools"),
        ("marketplace", "/graph/competencies"),
    ]


async def test_only_selected_sections_are_asked_for_with_their_arguments(ask: Ask, world: World) -> None:
    await ask("query ($n: Int!) { me { learner { mastery(first: $n) { edges { cursor } } } } }", n=4)
    assert world.calls[1][2] == {
        "ids": [LEARNERS[0]],
        "sections": [{"key": "mastery", "name": "mastery", "args": {"first": 4}}],
    }


def _keys(value: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        for key, one in value.items():
            yield key
            yield from _keys(one)
    elif isinstance(value, list):
        for one in value:
            yield from _keys(one)
