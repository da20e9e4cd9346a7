from pathlib import Path

import pytest
from graphql import build_schema, parse, validate

from local.contracts import FOLDER
from local.welcome import QUERIES


@pytest.mark.parametrize("query", QUERIES, ids=lambda path: path.stem)
def test_the_queries_that_make_run_prints_fit_the_published_graph(query: Path) -> None:
    schema = build_schema((FOLDER / "gateway.graphql").read_text())
    assert validate(schema, parse(query.read_text())) == []


def test_there_are_three() -> None:
    assert len(QUERIES) == 3
