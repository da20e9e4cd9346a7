"""What is published is what is committed; a difference here is a change of the interface and belongs into its review."""

import json
from pathlib import Path

import jsonschema
import pytest

from local.contracts import FOLDER, documents
from tests.conftest import Sql
from tests.learner_profile.schoolhouse import Schoolhouse

_DOCUMENTS = dict(documents())


@pytest.mark.parametrize("path", _DOCUMENTS, ids=lambda path: path.name)
def test_the_committed_contract_is_what_the_code_publishes(path: Path) -> None:
    assert path.exists(), "run `make contracts`"
    assert path.read_text(encoding="utf-8") == _DOCUMENTS[path], "run `make contracts` and review the difference"


def test_no_contract_is_left_behind() -> None:
    assert {path for path in FOLDER.rglob("*") if path.is_file()} == set(_DOCUMENTS)


async def test_what_the_roster_tells_holds_to_its_schemas(schoolhouse: Schoolhouse, sql: Sql) -> None:
    async with sql("learner_profile", schoolhouse.district) as connection:
        told = await connection.fetch("select type, version, epoch, state, occurred_at, data from outbox")
    assert {row["type"] for row in told} == {"school.changed", "staff.assigned", "learner.enrolled"}
    for row in told:
        envelope = {"districtId": str(schoolhouse.district.id), "occurredAt": row["occurred_at"].isoformat()}
        envelope |= {name: row[name] for name in ("version", "epoch", "state")}
        schema = json.loads((FOLDER / "events" / f"{row['type']}.json").read_text())
        jsonschema.validate(row["data"] | envelope, schema["properties"]["data"] | {"$defs": schema.get("$defs", {})})
