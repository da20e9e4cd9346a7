"""The headers that the demo writes are the ones that OneRoster prescribes."""

import csv
import io
import json
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest

from local.demo.columns import COLUMNS, MANIFEST, Version
from local.demo.delta import FILES as DELTA_FILES
from local.demo.districts import plan_district
from local.demo.generate import BULK_FILES, write_bulk

OFFICIAL = Path(__file__).parents[4] / "shared/specs/oneroster/oneroster_csv_columns_v1p2.json"

USERS_V1P1 = (
    "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,"
    "identifier,email,sms,phone,agentSourcedIds,grades,password"
)
USERS_V1P2 = (
    "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,"
    "sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,preferredGivenName,preferredMiddleName,"
    "preferredFamilyName,primaryOrgSourcedId,pronouns"
)
ROLES_V1P2 = (
    "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId"
)


def header(path: Path, member: str) -> str:
    with ZipFile(path) as archive, archive.open(member) as file:
        return io.TextIOWrapper(file, "utf-8", newline="").readline().removesuffix("\r\n")


def test_headers_of_users_and_roles_differ_by_version(tmp_path: Path) -> None:
    district = plan_district("henry-like", seed=7, anchor=date(2026, 11, 20), students=60)
    for version in Version:
        write_bulk(district, tmp_path / f"{version}.zip", version=version)
    assert header(tmp_path / "1.1.zip", "users.csv") == USERS_V1P1
    assert header(tmp_path / "1.2.zip", "users.csv") == USERS_V1P2
    assert header(tmp_path / "1.2.zip", "roles.csv") == ROLES_V1P2


@pytest.mark.skipif(not OFFICIAL.exists(), reason="the official column table is not here")
def test_columns_of_version_1p2_are_the_official_ones_in_their_order() -> None:
    official = json.loads(OFFICIAL.read_text())["v1p2"]
    assert {name: list(columns) for name, columns in COLUMNS[Version.V1P2].items()} == {
        name: [column["name"] for column in official[name]] for name in COLUMNS[Version.V1P2]
    }
    assert set(official) <= set(MANIFEST[Version.V1P2])


def test_no_row_holds_a_value_that_neither_version_has_a_column_for() -> None:
    district = plan_district("fulton-like", seed=7, anchor=date(2026, 11, 20), students=60)
    for name, rows in [*BULK_FILES.items(), *DELTA_FILES.items()]:
        known = {column for files in COLUMNS.values() for column in files.get(name, ())}
        assert {key for row in rows(district) for key in row} <= known, name


def test_the_required_columns_of_version_1p2_are_filled(tmp_path: Path) -> None:
    if not OFFICIAL.exists():
        pytest.skip("the official column table is not here")
    official = json.loads(OFFICIAL.read_text())["v1p2"]
    write_bulk(plan_district("fulton-like", seed=7, anchor=date(2026, 11, 20), students=60), tmp_path / "bulk.zip")
    with ZipFile(tmp_path / "bulk.zip") as archive:
        for name in BULK_FILES:
            required = {column["name"] for column in official[name] if column["required"]}
            for row in csv.DictReader(io.TextIOWrapper(archive.open(f"{name}.csv"), "utf-8")):
                assert {c for c in required if not row[c]} <= {"status", "dateLastModified"}, (name, row)
