"""A generated district is the same on every run and hangs together."""

import csv
import io
import subprocess
import sys
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from zipfile import ZipFile

import pytest

from local.demo.archive import write_archive
from local.demo.columns import MANIFEST, Version
from local.demo.districts import DENSE, THIN, District, plan_district
from local.demo.framework import items
from local.demo.generate import archive_name, write_bulk, write_delta
from local.demo.roster_files import users

ROOT = Path(__file__).parents[3]
ANCHOR = date(2026, 11, 20)
Table = list[dict[str, str]]

BULK_FILES = (
    *("academicSessions", "categories", "classes", "courses", "demographics", "enrollments"),
    *("lineItemLearningObjectiveIds", "lineItemScoreScales", "lineItems", "orgs", "resultLearningObjectiveIds"),
    *("results", "roles", "scoreScales", "users"),
)
REFERENCES = {
    ("academicSessions", "parentSourcedId"): "academicSessions",
    ("classes", "courseSourcedId"): "courses",
    ("classes", "schoolSourcedId"): "orgs",
    ("classes", "termSourcedIds"): "academicSessions",
    ("courses", "orgSourcedId"): "orgs",
    ("courses", "schoolYearSourcedId"): "academicSessions",
    ("demographics", "sourcedId"): "users",
    ("enrollments", "classSourcedId"): "classes",
    ("enrollments", "schoolSourcedId"): "orgs",
    ("enrollments", "userSourcedId"): "users",
    ("lineItemLearningObjectiveIds", "lineItemSourcedId"): "lineItems",
    ("lineItemScoreScales", "lineItemSourcedId"): "lineItems",
    ("lineItemScoreScales", "scoreScaleSourcedId"): "scoreScales",
    ("lineItems", "academicSessionSourcedId"): "academicSessions",
    ("lineItems", "gradingPeriodSourcedId"): "academicSessions",
    ("lineItems", "categorySourcedId"): "categories",
    ("lineItems", "classSourcedId"): "classes",
    ("lineItems", "schoolSourcedId"): "orgs",
    ("orgs", "parentSourcedId"): "orgs",
    ("resultLearningObjectiveIds", "resultSourcedId"): "results",
    ("results", "classSourcedId"): "classes",
    ("results", "lineItemSourcedId"): "lineItems",
    ("results", "studentSourcedId"): "users",
    ("roles", "orgSourcedId"): "orgs",
    ("roles", "userSourcedId"): "users",
    ("scoreScales", "classSourcedId"): "classes",
    ("scoreScales", "courseSourcedId"): "courses",
    ("scoreScales", "orgSourcedId"): "orgs",
    ("users", "agentSourcedIds"): "users",
    ("users", "orgSourcedIds"): "orgs",
    ("users", "primaryOrgSourcedId"): "orgs",
}


def small(key: str = "fulton-like") -> District:
    return plan_district(key, seed=7, anchor=ANCHOR, students=150, schools=12)


def read(path: Path) -> dict[str, Table]:
    with ZipFile(path) as archive:
        return {
            member.removesuffix(".csv"): list(csv.DictReader(io.TextIOWrapper(archive.open(member), "utf-8")))
            for member in archive.namelist()
        }


@pytest.fixture(scope="module")
def bulk(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Table]:
    path = tmp_path_factory.mktemp("bulk") / "bulk.zip"
    write_bulk(small(), path)
    return read(path)


def dangling(tables: dict[str, Table], known: dict[str, Table]) -> Iterator[tuple[str, str, str]]:
    ids = {name: {row["sourcedId"] for row in rows} for name, rows in known.items() if name != "manifest"}
    for (name, column), target in REFERENCES.items():
        for row in tables.get(name, []):
            for reference in filter(None, (row.get(column) or "").split(",")):
                if reference not in ids[target]:
                    yield name, column, reference


def test_same_seed_gives_same_bytes_whatever_the_hash_seed(tmp_path: Path) -> None:
    for hash_seed in ("1", "2"):
        subprocess.run(
            [sys.executable, "-m", "local.demo", "generate", "--out", tmp_path / hash_seed, "--students", "80"],
            cwd=ROOT,
            env={"PYTHONHASHSEED": hash_seed, "TZ": "Asia/Tokyo" if hash_seed == "1" else "UTC"},
            check=True,
            capture_output=True,
        )
    name = "fulton-like-2026-11-20-oneroster-1.2-bulk.zip"
    assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


def test_another_seed_gives_other_people_with_the_same_ids(tmp_path: Path) -> None:
    write_bulk(plan_district("fulton-like", seed=7, anchor=ANCHOR, students=80), tmp_path / "7.zip")
    write_bulk(plan_district("fulton-like", seed=8, anchor=ANCHOR, students=80), tmp_path / "8.zip")
    first, second = read(tmp_path / "7.zip")["demographics"], read(tmp_path / "8.zip")["demographics"]
    assert [row["sourcedId"] for row in first] == [row["sourcedId"] for row in second]
    assert first != second


def test_a_bulk_archive_names_every_file_type_and_leaves_status_blank(bulk: dict[str, Table]) -> None:
    manifest = {row["propertyName"]: row["value"] for row in bulk["manifest"]}
    assert manifest == {
        "manifest.version": "1.0",
        "oneroster.version": "1.2",
        **{f"file.{name}": "bulk" if name in BULK_FILES else "absent" for name in MANIFEST[Version.V1P2]},
        "source.systemName": "Trellis Demo SIS",
        "source.systemCode": "trellis-demo-sis",
    }
    assert set(bulk) == {"manifest", *BULK_FILES}
    marks = {row[column] for name in BULK_FILES for row in bulk[name] for column in ("status", "dateLastModified")}
    assert marks == {""}


def test_every_id_is_unique_and_every_reference_is_in_the_archive(bulk: dict[str, Table]) -> None:
    repeated = {
        name: [key for key, count in Counter(row["sourcedId"] for row in bulk[name]).items() if count > 1]
        for name in BULK_FILES
    }
    assert {name: keys for name, keys in repeated.items() if keys} == {}
    assert list(dangling(bulk, bulk)) == []


def test_learning_objectives_are_items_of_the_demo_framework(bulk: dict[str, Table]) -> None:
    identifiers = {item.identifier for item in items()}
    for name in ("lineItemLearningObjectiveIds", "resultLearningObjectiveIds"):
        assert {row["source"] for row in bulk[name]} == {"case"}
        assert {row["learningObjectiveId"] for row in bulk[name]} <= identifiers


def test_scores_lie_between_the_bounds_of_their_line_item_and_none_is_of_the_future(bulk: dict[str, Table]) -> None:
    scored = [row for row in bulk["results"] if row["score"]]
    assert {row["scoreStatus"] for row in scored} == {"fully graded"}
    assert all(0 <= float(row["score"]) <= 100 for row in scored + bulk["resultLearningObjectiveIds"])
    assert all("2026-08-03" <= row["scoreDate"] <= "2026-11-20" for row in bulk["results"])


def test_enrolments_keep_to_the_school_and_grade_of_their_class(bulk: dict[str, Table]) -> None:
    classes = {row["sourcedId"]: row for row in bulk["classes"]}
    grades = {row["sourcedId"]: row["grades"] for row in bulk["users"]}
    for row in bulk["enrollments"]:
        section = classes[row["classSourcedId"]]
        assert row["schoolSourcedId"] == section["schoolSourcedId"]
        if row["role"] == "student" and row["userSourcedId"] != "s-100009":
            assert section["grades"] == grades[row["userSourcedId"]]


def test_the_district_has_as_many_learners_and_schools_as_asked_for(bulk: dict[str, Table]) -> None:
    students = [row for row in bulk["roles"] if row["role"] == "student" and row["roleType"] == "primary"]
    assert len(students) == len(bulk["demographics"]) == 150
    assert [row["type"] for row in bulk["orgs"]] == ["district"] + ["school"] * 12
    assert len({row["orgSourcedId"] for row in students}) == 6


def test_profiles_have_the_schools_and_learners_of_their_stories() -> None:
    fulton = plan_district("fulton-like", seed=7, anchor=ANCHOR)
    henry = plan_district("henry-like", seed=7, anchor=ANCHOR)
    assert (len(fulton.schools), len(list(fulton.peopled)), fulton.students) == (95, 6, 1200)
    assert (len(henry.schools), len(list(henry.peopled)), henry.students) == (50, 3, 300)
    for district in (fulton, henry):
        assert {school.level for school in district.schools} == {"elementary", "middle", "high"}
        assert len({school.name for school in district.schools}) == len(district.schools)
        assert sum(school.learners for school in district.schools) == district.students


def test_two_districts_share_ids_and_differ_in_what_they_say(tmp_path: Path, bulk: dict[str, Table]) -> None:
    write_bulk(small("henry-like"), tmp_path / "henry.zip")
    other = read(tmp_path / "henry.zip")
    for name in ("classes", "courses", "enrollments", "lineItems", "orgs", "results", "users"):
        shared = {row["sourcedId"] for row in bulk[name]} & {row["sourcedId"] for row in other[name]}
        assert len(shared) > min(len(bulk[name]), len(other[name])) / 3
    assert {row["email"] for row in bulk["users"]}.isdisjoint(row["email"] for row in other["users"])


def test_version_1p1_carries_roles_and_schools_in_its_users(tmp_path: Path) -> None:
    write_bulk(small(), tmp_path / "old.zip", version=Version.V1P1)
    tables = read(tmp_path / "old.zip")
    assert {"roles", "resultLearningObjectiveIds"}.isdisjoint(tables)
    assert {row["role"] for row in tables["users"]} == {"administrator", "aide", "guardian", "student", "teacher"}
    assert all(row["orgSourcedIds"] for row in tables["users"])
    assert list(dangling(tables, tables)) == []


def test_a_delta_corrects_adds_and_removes_rows_of_the_bulk_archive(tmp_path: Path, bulk: dict[str, Table]) -> None:
    write_delta(small(), tmp_path / "delta.zip")
    delta = read(tmp_path / "delta.zip")
    files = {name: rows for name, rows in delta.items() if name != "manifest"}
    manifest = {row["propertyName"]: row["value"] for row in delta["manifest"]}
    assert {name for name in MANIFEST[Version.V1P2] if manifest[f"file.{name}"] == "delta"} == set(files)
    assert {row["dateLastModified"] for rows in files.values() for row in rows} == {"2026-11-21T02:00:00.000Z"}
    removed = {row["sourcedId"] for row in files["enrollments"] if row["status"] == "tobedeleted"}
    assert removed
    assert removed <= {row["sourcedId"] for row in bulk["enrollments"]}
    known = {row["sourcedId"] for row in bulk["users"]}
    assert {row["sourcedId"] in known for row in files["users"]} == {True, False}
    together = {name: rows + files.get(name, []) for name, rows in bulk.items()}
    assert list(dangling(files, together)) == []


def test_memory_does_not_grow_with_the_number_of_learners(tmp_path: Path) -> None:
    peaks = []
    for students in (500, 2_000):
        planned = plan_district("fulton-like", seed=7, anchor=ANCHOR, students=students, schools=36)
        tracemalloc.start()
        rows = write_archive(
            tmp_path / "big.zip", {"users": partial(users, planned)}, version=Version.V1P2, mode="bulk"
        )
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert rows["users"] > students
    assert peaks[1] < 1.2 * peaks[0]


def test_a_large_district_records_less_about_each_learner() -> None:
    assert plan_district("fulton-like", seed=7, anchor=ANCHOR).density == DENSE
    assert plan_district("fulton-like", seed=7, anchor=ANCHOR, students=100_000).density == THIN


@pytest.mark.parametrize(
    ("anchor", "students", "message"),
    [
        (date(2026, 11, 22), 1200, "2026-11-22 is not a school day"),
        (date(2026, 11, 26), 1200, "2026-11-26 is not a school day"),
        (ANCHOR, 20, "fulton-like needs at least 60 students and 6 schools"),
    ],
)
def test_a_district_that_cannot_be_is_refused(anchor: date, students: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        plan_district("fulton-like", seed=7, anchor=anchor, students=students)


def test_the_name_of_an_archive_says_what_it_holds() -> None:
    assert archive_name(small(), version=Version.V1P1, changes_only=True) == (
        "fulton-like-2026-11-20-oneroster-1.1-delta.zip"
    )
