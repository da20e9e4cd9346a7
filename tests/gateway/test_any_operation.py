"""Whatever valid operation somebody writes, the plan and the stock executor give one answer."""

from typing import Any

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_object_type,
)
from hypothesis import HealthCheck, Phase, event, given, reject, settings
from hypothesis import strategies as st

from gateway.errors import RefusedRequest
from gateway.execution.plan import Deviation
from gateway.schema import build_engine
from tests.gateway.conftest import Executors, Unplanned, comparable
from tests.gateway.protocol import CLASSES, COMPETENCIES, FRAMEWORK, HIDDEN, LEARNERS, PROGRAM, RUBRIC, SCHOOLS, World

SCHEMA = build_engine().documents.schema
IDS = {
    "learner": [*LEARNERS, HIDDEN, "nobody"],
    "class": [*CLASSES, HIDDEN],
    "school": [*SCHOOLS, HIDDEN],
    "competencyFramework": [FRAMEWORK, HIDDEN],
    "competency": [*COMPETENCIES, HIDDEN],
    "program": [PROGRAM, HIDDEN],
    "rubric": [RUBRIC, HIDDEN],
}
VALUES: dict[str, list[str | None]] = {
    "first": [None, "0", "1", "3", "$two"],
    "after": [None, None, "null", f'"{LEARNERS[1]}"', f'"{COMPETENCIES[2]}"'],
    "fromOn": ['"2026-01-01"'],
    "toOn": ['"2026-06-30"'],
    "by": ["[ELL]"],
    "competencyIds": [None, "[]", f'"{COMPETENCIES[1]}"', f'["{COMPETENCIES[1]}", "{COMPETENCIES[5]}"]'],
}
KEYS = ["a", "b", "id", "name", "class", "from", "__typename"]
Draw = st.DrawFn


@st.composite
def operations(draw: Draw) -> str:
    """A query over the published schema: aliases, fragments, conditions, arguments and the same field twice."""
    fragments: list[str] = []
    body = draw(_selection(SCHEMA.query_type, 5, fragments))  # type: ignore[arg-type]
    used = "used: me @include(if: $yes) @skip(if: $no) { visibleLearners(first: $two) { totalCount } }"
    return f"query ($yes: Boolean!, $no: Boolean!, $two: Int!) {{ {used} {body[1:]} {' '.join(fragments)}"


@st.composite
def _selection(draw: Draw, parent: GraphQLObjectType, depth: int, fragments: list[str]) -> str:
    names = draw(st.lists(st.sampled_from(_choices(parent, depth)), min_size=1, max_size=4))
    fields = [draw(_field(parent, name, depth, fragments)) for name in names]
    if depth > 1 and len(fragments) < 3 and draw(st.integers(0, 7)) == 0:
        inner = draw(_selection(parent, depth - 1, fragments))
        name = f"F{len(fragments)}"
        fragments.append(f"fragment {name} on {parent.name} {inner}")
        fields.append(f"...{name}")
    if draw(st.integers(0, 7)) == 0:
        fields = [f"... on {parent.name} {{ {' '.join(fields)} }}"]
    return "{ " + " ".join(fields) + " }"


def _choices(parent: GraphQLObjectType, depth: int) -> list[str]:
    leaves = [name for name, each in parent.fields.items() if is_leaf_type(get_named_type(each.type))]
    return ["__typename", *(parent.fields if depth > 0 else leaves)]


@st.composite
def _field(draw: Draw, parent: GraphQLObjectType, name: str, depth: int, fragments: list[str]) -> str:
    alias = f"{draw(st.sampled_from(KEYS[:-1]))}{draw(st.integers(0, 2))}: " if draw(st.integers(0, 3)) == 0 else ""
    condition = draw(st.sampled_from(["", "", "", "", " @include(if: $yes)", " @skip(if: $no)", " @skip(if: $yes)"]))
    if name == "__typename":
        return f"{alias}__typename{condition}"
    definition = parent.fields[name]
    named = get_named_type(definition.type)
    inner = draw(_selection(named, depth - 1, fragments)) if is_object_type(named) else ""
    return f"{alias}{name}{draw(_arguments(name, definition))}{condition} {inner}"


@st.composite
def _arguments(draw: Draw, name: str, definition: GraphQLField) -> str:
    given_ones = {}
    for argument in definition.args:
        value = draw(_value(name, argument))
        if value is not None:
            given_ones[argument] = value
    return "(" + ", ".join(f"{key}: {value}" for key, value in given_ones.items()) + ")" if given_ones else ""


def _value(name: str, argument: str) -> st.SearchStrategy[Any]:
    if (name, argument) == ("trend", "by"):
        return st.just("WEEK")
    if argument == "id":
        return st.sampled_from([f'"{each}"' for each in IDS[name]])
    return st.sampled_from(VALUES.get(argument, [None]))


@settings(
    max_examples=60,
    phases=[Phase.generate],
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(text=operations(), down=st.sampled_from([None, None, "learner_profile", "cohort", "marketplace"]))
async def test_any_operation_has_one_answer(executors: Executors, world: World, text: str, down: str | None) -> None:
    world.down = {down} if down else set()
    for service in executors.app.state.services.by_name.values():
        service.circuit.succeeded()
    variables = {"yes": True, "no": False, "two": 2}
    try:
        planned = await executors.planned(text, variables)
    except RefusedRequest:
        event("not valid")
        reject()
    except Deviation:
        event("given up")
        assert down is not None
    except Unplanned:
        event("left to the stock executor")
        assert ": " in text, "only an alias makes one field two"
    else:
        event("planned")
        assert comparable(planned) == comparable(await executors.stock(text, variables))
