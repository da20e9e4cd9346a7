"""The table of served requirements names operations that are published and tests that exist."""

import json
import re
from pathlib import Path

from graphql import GraphQLObjectType, build_schema

ROOT = Path(__file__).resolve().parents[2]
_ROW = re.compile(r"^\| (\d+) \| `([^`]+)` \| (\S+) \|$", re.MULTILINE)
_ROWS = _ROW.findall((ROOT / "docs/requirements.md").read_text())


def _published() -> set[str]:
    schema = build_schema((ROOT / "contracts/gateway.graphql").read_text())
    names = set()
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLObjectType):
            roots = kind in (schema.query_type, schema.mutation_type, schema.subscription_type)
            names |= {field if roots else f"{kind.name}.{field}" for field in kind.fields}
    for document in ROOT.glob("contracts/*.openapi.json"):
        for path, methods in json.loads(document.read_text())["paths"].items():
            names |= {f"{method.upper()} {path}" for method in methods}
    return names


def test_every_row_names_a_published_operation() -> None:
    assert len(_ROWS) > 20
    published = _published()
    assert [row for row in _ROWS if row[1] not in published] == []


def test_every_row_names_a_test_that_exists() -> None:
    assert [row for row in _ROWS if not (ROOT / row[2]).is_file()] == []
