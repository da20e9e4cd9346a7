"""The demo's competency framework is a valid CASE package whose prerequisites lead somewhere."""

import json
from graphlib import TopologicalSorter
from pathlib import Path
from uuid import UUID

import jsonschema
import pytest

from local.demo.framework import FRAMEWORK_ID, competencies_of, item_id, items, package, prerequisites

SCHEMA = Path(__file__).parents[4] / "shared/specs/case/json-schema-v1p1/case_v1p1_cfpackage-jsonschema1.json"


@pytest.mark.skipif(not SCHEMA.exists(), reason="the official CASE schema is not here")
def test_the_package_validates_against_the_official_schema() -> None:
    validator = jsonschema.Draft201909Validator(
        json.loads(SCHEMA.read_text()), format_checker=jsonschema.Draft201909Validator.FORMAT_CHECKER
    )
    assert [error.message for error in validator.iter_errors(json.loads(json.dumps(package())))] == []


def test_the_tree_hangs_together_by_is_child_of() -> None:
    content = package()
    identifiers = {item["identifier"] for item in content["CFItems"]}
    parents = {
        link["originNodeURI"]["identifier"]: link["destinationNodeURI"]["identifier"]
        for link in content["CFAssociations"]
        if link["associationType"] == "isChildOf"
    }
    assert len(identifiers) == len(content["CFItems"]) == 240
    assert parents.keys() == identifiers
    assert set(parents.values()) <= identifiers | {FRAMEWORK_ID}
    assert sum(parent == FRAMEWORK_ID for parent in parents.values()) == 4


def test_prerequisites_name_items_and_hold_no_circle() -> None:
    codes = {item.code for item in items()}
    graph: dict[str, set[str]] = {}
    for before, after in prerequisites():
        assert {before, after} <= codes
        graph.setdefault(after, set()).add(before)
    assert list(TopologicalSorter(graph).static_order())


def test_ids_are_lower_case_uuids_that_do_not_change() -> None:
    content = package()
    everything = content["CFItems"] + content["CFAssociations"]
    identifiers = [thing["identifier"] for thing in everything]
    assert len(set(identifiers)) == len(identifiers)
    assert all(str(UUID(identifier)) == identifier for identifier in identifiers)
    assert item_id("MA.08.ALG.1") == "31e56b85-a20d-561d-a1a1-4e2acf55c064"


def test_each_grade_has_competencies_in_every_subject() -> None:
    assert competencies_of("MA", "06") == ("MA.06.NUM", "MA.06.ALG", "MA.06.GEO", "MA.06.DAT")
    assert competencies_of("SC", "KG") == ("SC.KG.INV", "SC.KG.PHY", "SC.KG.LIF")


def test_every_statement_is_a_sentence_of_its_own() -> None:
    statements = [item.statement for item in items()]
    assert len(set(statements)) == len(statements)
    assert all(item.statement.endswith(".") for item in items() if item.kind != "Strand")
