"""Files as real systems send them: what is unambiguous is normalised and said, the rest is refused row by row."""

import csv
import io
from pathlib import Path

import pytest

from tests.conftest import Sql
from tests.learner_profile.intake.archives import csv_of, manifest, small_roster, zipped
from tests.learner_profile.intake.conftest import Sender, counts
from tests.learner_profile.intake.edfi import read_district

SHARED = Path(__file__).parents[4] / "shared" / "data"


def dirtied(users: str) -> str:
    lines = users.splitlines()
    lines[0] = "\ufeff" + lines[0].replace("givenName", "givenNmae").replace("grades", "Grades")
    lines[2] = lines[2].replace(",true,", ",TRUE,")
    lines[3] = lines[3].replace(",06,", ",6,")
    lines[4] += ","
    lines[5] = lines[5].replace(",true,", ",perhaps,")
    lines[6] = lines[6].replace("Givens-5", '"Given\ns-5"')
    lines[8] = lines[8].replace(",06,", ",Sixth,")
    return "\r\n".join(lines)


async def test_a_dirty_district_is_loaded_but_for_its_broken_rows(sis: Sender, sql: Sql) -> None:
    roster = small_roster(200)
    texts = {f"{file}.csv": csv_of(file, rows) for file, rows in roster.items()}
    texts["users.csv"] = dirtied(texts["users.csv"])
    texts["enrollments.csv"] = texts["enrollments.csv"].replace("student", "Student").replace("2026-08-01", "8/01/2026")
    texts["manifest.csv"] = manifest(dict.fromkeys(roster, "bulk"))
    run = await sis.send(zipped(texts))
    assert run["state"] == "applied"
    assert counts(run, "rows", "created", "rejected")["users"] == (201, 199, 2)
    assert counts(run, "rows", "created", "waiting")["enrollments"] == (401, 401, 4)
    assert [one for one in await sis.problems(run) if one[0] == "users"] == [
        ("users", 1, "Grades", "header_normalised"),
        ("users", 1, "givenNmae", "header_misspelt"),
        ("users", 3, "enabledUser", "boolean_normalised"),
        ("users", 4, "grades", "grade_normalised"),
        ("users", 5, "", "trailing_comma"),
        ("users", 6, "enabledUser", "boolean_invalid"),
        ("users", 9, "grades", "grade_unknown"),
    ]
    told = {(one["column"], one["code"]): one["count"] for one in run["findings"] if one["file"] == "enrollments"}
    assert told == {
        ("beginDate", "date_normalised"): 401,
        ("role", "vocabulary_normalised"): 400,
        ("userSourcedId", "reference_waiting"): 4,
    }
    async with sql("learner_profile", sis.district) as connection:
        seats = await connection.fetch("select distinct role, begin_on::text from enrollment order by 1")
        name = await connection.fetchval("select given_name from person where sourced_id = 's-5'")
    assert [tuple(row) for row in seats] == [("student", "2026-08-01"), ("teacher", "2026-08-01")]
    assert name == "Given\ns-5"


async def test_the_report_is_also_csv_and_holds_no_value_of_the_file(sis: Sender) -> None:
    roster = small_roster(2)
    roster["users"][1] |= {"enabledUser": "Secretive", "grades": "Mystery"}
    run = await sis.send(roster)
    by_header = await sis.client.get(
        f"/v1/roster/runs/{run['id']}/problems", headers=sis.headers | {"Accept": "text/csv"}
    )
    by_path = await sis.client.get(f"/v1/roster/runs/{run['id']}/problems.csv", headers=sis.headers)
    assert by_header.text == by_path.text
    assert by_path.headers["content-type"].startswith("text/csv")
    told = list(csv.DictReader(io.StringIO(by_path.text)))
    assert {(one["row"], one["code"], one["severity"]) for one in told if one["file"] == "enrollments"} == {
        (row, "reference_waiting", "waiting") for row in ("3", "4")
    }
    assert {(one["file"], one["code"]) for one in told} >= {("users", "boolean_invalid"), ("users", "grade_unknown")}
    assert "Secretive" not in by_path.text
    assert "Mystery" not in by_path.text


async def test_a_file_without_a_required_column_is_refused_and_the_others_are_applied(sis: Sender) -> None:
    roster = small_roster(2)
    texts = {f"{file}.csv": csv_of(file, rows) for file, rows in roster.items()}
    texts["classes.csv"] = texts["classes.csv"].replace("courseSourcedId", "curriculum")
    run = await sis.send(zipped(texts))
    assert run["state"] == "applied"
    assert run["files"]["classes"]["mode"] == "refused"
    assert ("classes", 1, "courseSourcedId", "column_missing") in await sis.problems(run)
    assert counts(run, "created")["users"] == (3,)


@pytest.mark.parametrize("folder", ["SDS_v2", "SDS_v2.1"])
async def test_files_of_another_format_with_the_same_names_never_break_a_run(folder: str, sis: Sender) -> None:
    source = SHARED / "microsoft-sds-csv" / folder
    if not source.exists():
        pytest.skip("the shared data are not here")
    run = await sis.send(zipped({path.name: path.read_bytes() for path in sorted(source.glob("*.csv"))}))
    assert run["state"] in ("applied", "failed")
    assert run["findings"] or run["error"] == "nothing_usable"
    for told in run["files"].values():
        applied = told["created"] + told["updated"] + told["unchanged"] + told["removed"] - told["absent"]
        assert told["mode"] in ("refused", "not_kept") or told["rows"] == applied + told["rejected"] + told["repeated"]


async def test_a_district_written_by_another_system_is_taken_whole(sis: Sender) -> None:
    source = SHARED / "edfi-grandbend"
    if not source.exists():
        pytest.skip("the shared data are not here")
    district = read_district(source)
    run = await sis.send(district)
    assert (run["state"], counts(run, "rejected")) == ("applied", dict.fromkeys(run["files"], (0,)))
    assert counts(run, "created") == {file: (len(rows),) for file, rows in district.items()}
    said = {(one["file"], one["code"]) for one in run["findings"]}
    assert said >= {
        ("academicSessions", "date_normalised"),
        ("academicSessions", "year_normalised"),
        ("classes", "vocabulary_normalised"),
        ("demographics", "boolean_normalised"),
        ("orgs", "vocabulary_normalised"),
        ("users", "boolean_normalised"),
    }
    assert set(counts(await sis.send(district), "created", "updated", "removed").values()) == {(0, 0, 0)}
