"""Operations are bounded before they are validated, and again with their variables before they run."""

import pytest
from graphql import get_introspection_query

from gateway.errors import RefusedRequest
from gateway.execution.documents import Documents
from gateway.execution.engine import Asked, Engine
from tests.gateway.protocol import LEARNERS, SCHOOLS

NESTED = "{ school(id: 1) " + "{ classes { edges { node { school " * 6 + "{ id }" + " } } } }" * 6 + " }"


@pytest.mark.parametrize(
    ("limit", "operation"),
    [
        ("tokens", "{ me { " + "id " * 3000 + "} }"),
        ("depth", NESTED),
        ("aliases", "{ me { " + " ".join(f"a{n}: id" for n in range(31)) + " } }"),
        ("root fields", "{ " + " ".join(f"a{n}: __typename" for n in range(16)) + " }"),
        ("directives", "{ me { " + "id @skip(if: false) " * 51 + "} }"),
        ("repeats of one field", "{ me { " + "id " * 21 + "} }"),
        (
            "fields",
            "{ me { ...F0 } } "
            + " ".join(f"fragment F{n} on Me {{ ...F{n + 1} ...F{n + 1} }}" for n in range(20))
            + " fragment F20 on Me { id }",
        ),
        ("definitions", " ".join(f"query Q{n} {{ me {{ id }} }}" for n in range(51))),
        (
            "cost",
            f'{{ school(id: "{SCHOOLS[0]}") {{ learners(first: 1000) {{ edges {{ node {{ mastery(first: 50) {{ edges {{ node {{ state }} }} }} }} }} }} }} }}',
        ),
    ],
)
def test_a_limit_that_is_passed_is_named(engine: Engine, limit: str, operation: str) -> None:
    with pytest.raises(RefusedRequest) as refused:
        engine.admit(Asked(operation, None, {}))
    assert refused.value.errors[0]["extensions"]["code"] == "LIMIT_EXCEEDED"
    assert refused.value.errors[0]["extensions"]["limit"] == limit


def test_cost_counts_with_the_variables_of_the_request(engine: Engine) -> None:
    text = "query ($n: Int!, $m: Int!) { me { visibleLearners(first: $n) { edges { node { evidence(first: $m) { edges { node { id } } } } } } } }"
    engine.admit(Asked(text, None, {"n": 100, "m": 100}))
    with pytest.raises(RefusedRequest):
        engine.admit(Asked(text, None, {"n": 1000, "m": 100}))


@pytest.mark.parametrize("first", [-1, 1001, 2**31 - 1])
def test_a_page_has_bounds(engine: Engine, first: int) -> None:
    with pytest.raises(RefusedRequest):
        engine.admit(Asked("query ($n: Int!) { me { visibleLearners(first: $n) { totalCount } } }", None, {"n": first}))


def test_the_usual_introspection_passes_and_an_endless_one_does_not(engine: Engine) -> None:
    engine.admit(Asked(get_introspection_query(), None, {}))
    around = "{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }"
    with pytest.raises(RefusedRequest):
        engine.admit(Asked(around, None, {}))


@pytest.mark.parametrize(
    "operation",
    [
        "{ me { " + "id " * 1800 + "} }",
        "query (" + " ".join(f"$v{n}: Int" for n in range(500)) + ") { me { id } }",
        "{ me { ...A } } fragment A on Me { ...B } fragment B on Me { ...A }",
        "{ me " + "{ me " * 900 + "}" * 900 + "}",
        "{ searchResources(filter: {kinds: " + "[" * 900 + "]" * 900 + "}) { totalCount } }",
        "query ($a: " + "[" * 900 + "Int" + "]" * 900 + ") { me { id } }",
        "#" * 60_000,
        "{ me { id } } " + "#\n" * 20_000,
        "{ " + " ".join(f"learner(id: {n}) {{ id }}" for n in range(200)) + " }",
    ],
)
def test_hostile_documents_are_refused(engine: Engine, operation: str) -> None:
    with pytest.raises(RefusedRequest):
        engine.admit(Asked(operation, None, {}))


def test_remembered_documents_are_bounded_by_number_and_by_length(engine: Engine) -> None:
    documents = Documents(engine.documents.schema, most=3, most_characters=200)
    for n in range(10):
        documents.admit(f"{{ me {{ a{n}: id }} }}", None, {})
    assert len(documents.known) == 3
    documents.admit("{ me { id } }" + " " * 180, None, {})
    assert len(documents.known) == 1
    assert documents.characters == sum(map(len, documents.known))


def test_variants_of_conditions_are_compiled_apart(engine: Engine) -> None:
    text = f'query ($with: Boolean!) {{ learner(id: "{LEARNERS[0]}") {{ id school @include(if: $with) {{ id }} }} }}'
    plans = [engine.admit(Asked(text, None, {"with": chosen})).compiled.plan for chosen in (True, False, True)]
    assert plans[0] is plans[2]
    assert plans[0] is not plans[1]
