"""Archives of a small district, sent through the door and applied by the worker."""

import asyncio
import io
import uuid
import zipfile
from datetime import date

from local.demo.columns import Version
from tests.conftest import Sql
from tests.learner_profile.intake.archives import archive, csv_of, small_roster, zipped
from tests.learner_profile.intake.conftest import RUNS, Sender, SenderOf, counts
from tests.worlds import TestDistrict

ALL = ("created", "updated", "unchanged", "removed", "rejected", "repeated")


async def test_a_first_load_creates_every_row_and_a_second_changes_nothing(sis: Sender) -> None:
    first = await sis.send(small_roster())
    assert (first["state"], first["error"], first["findings"]) == ("applied", None, [])
    assert counts(first, "rows", "created") == {
        "orgs": (2, 2),
        "academicSessions": (2, 2),
        "courses": (1, 1),
        "classes": (2, 2),
        "users": (7, 7),
        "roles": (7, 7),
        "enrollments": (13, 13),
        "demographics": (6, 6),
    }
    second = await sis.send(small_roster())
    assert second["state"] == "applied"
    assert set(counts(second, "created", "updated", "removed", "rejected").values()) == {(0, 0, 0, 0)}
    assert counts(second, "unchanged") == counts(first, "created")


async def test_two_districts_with_the_same_ids_do_not_touch_one_another(
    sender_of: SenderOf, districts: tuple[TestDistrict, TestDistrict], sql: Sql
) -> None:
    here, there = (sender_of(district) for district in districts)
    await here.send(small_roster())
    other = small_roster()
    other["users"][1]["givenName"] = "Elsewhere"
    assert counts(await there.send(other), "created")["users"] == (7,)
    async with sql("learner_profile", here.district) as connection:
        names = await connection.fetch("select given_name from person where sourced_id = 's-1'")
    assert [row[0] for row in names] == ["Givens-1"]


async def test_changed_rows_are_updated_and_absent_ones_marked_to_be_deleted(sis: Sender, sql: Sql) -> None:
    await sis.send(small_roster())
    roster = small_roster()
    roster["users"][1]["givenName"] = "Anew"
    del roster["enrollments"][-1]
    run = await sis.send(roster)
    assert run["state"] == "applied"
    assert counts(run, "updated", "removed", "absent", "unchanged")["users"] == (1, 0, 0, 6)
    assert counts(run, "updated", "removed", "absent", "unchanged")["enrollments"] == (0, 1, 1, 12)
    async with sql("learner_profile", sis.district) as connection:
        person = await connection.fetchrow("select given_name, version, status from person where sourced_id = 's-1'")
        seat = await connection.fetchrow("select status, version from enrollment where sourced_id = 'e-s-6-cls-2'")
    assert tuple(person or ()) == ("Anew", 2, "active")
    assert tuple(seat or ()) == ("tobedeleted", 2)
    back = await sis.send(small_roster())
    assert counts(back, "updated", "created")["enrollments"] == (1, 0)


async def test_a_source_whose_rows_are_all_removed_may_come_back(sis: Sender) -> None:
    await sis.send({"orgs": small_roster()["orgs"]})
    gone = [{"sourcedId": one, "status": "tobedeleted", "dateLastModified": "2026-09-01"} for one in ("d-1", "sch-1")]
    assert counts(await sis.send({"orgs": gone}, "delta"), "removed")["orgs"] == (2,)
    back = await sis.send({"orgs": small_roster()["orgs"]})
    assert (back["state"], counts(back, "created", "updated")["orgs"]) == ("applied", (0, 2))


async def test_a_row_that_another_door_wrote_counts_as_unchanged_when_it_says_the_same(sis: Sender, sql: Sql) -> None:
    await sis.send(small_roster())
    async with sql("learner_profile", sis.district) as connection:
        await connection.execute("update person set row_hash = null")
    run = await sis.send(small_roster())
    assert counts(run, "created", "updated", "unchanged", "removed")["users"] == (0, 0, 7, 0)
    async with sql("learner_profile", sis.district) as connection:
        assert await connection.fetchval("select count(*) from person where row_hash is null") == 0


async def test_a_source_that_keeps_absent_rows_loses_none(sis: Sender) -> None:
    await sis.send(small_roster())
    policy = {"absence": "keep", "removalShare": 0.5}
    answer = await sis.client.put("/v1/roster/sources/sis", json=policy, headers=sis.headers)
    assert (answer.status_code, answer.json()["absence"]) == (200, "keep")
    run = await sis.send({"users": small_roster()["users"][:2]})
    assert counts(run, "unchanged", "removed")["users"] == (2, 0)
    assert (await sis.get("/v1/roster/sources/sis"))["removalShare"] == 0.5


async def test_a_run_that_would_remove_many_waits_for_a_person(sis: Sender, sql: Sql) -> None:
    await sis.send(small_roster(20))
    fewer = small_roster(10)
    held = await sis.send(fewer)
    assert (held["state"], held["reasons"]) == ("held", ["vanishing:enrollments", "vanishing:users"])
    assert counts(held, "removed")["users"] == (10,)
    async with sql("learner_profile", sis.district) as connection:
        assert await connection.fetchval("select count(*) from person where status = 'active'") == 21
    answer = await sis.client.post(f"{RUNS}/{held['id']}/confirm", headers=sis.headers)
    assert (answer.status_code, answer.json()["state"]) == (202, "received")
    await sis.work()
    applied = await sis.run(held["id"])
    assert (applied["state"], applied["files"]["users"]["removed"]) == ("applied", 10)
    again = await sis.client.post(f"{RUNS}/{held['id']}/confirm", headers=sis.headers)
    assert (again.status_code, again.json()["code"]) == (409, "RUN_NOT_HELD")


async def test_a_held_run_cannot_be_confirmed_once_a_later_one_was_applied(sis: Sender) -> None:
    await sis.send(small_roster(20))
    held = await sis.send(small_roster(5))
    assert (await sis.send(small_roster(20)))["state"] == "applied"
    answer = await sis.client.post(f"{RUNS}/{held['id']}/confirm", headers=sis.headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "RUN_SUPERSEDED")


async def test_an_empty_file_is_held_however_few_rows_there_were(sis: Sender) -> None:
    await sis.send(small_roster(2))
    run = await sis.send({"users": []})
    assert (run["state"], run["reasons"]) == ("held", ["emptied:users"])


async def test_terms_that_end_as_planned_do_not_hold_a_run(sis: Sender) -> None:
    ended = small_roster(20)
    for session in ended["academicSessions"]:
        session["startDate"], session["endDate"] = "2020-08-01", "2021-05-30"
    for seat in ended["enrollments"]:
        seat["endDate"] = ""
    await sis.send(ended)
    following = small_roster(20)
    following["classes"] = [one | {"sourcedId": f"{one['sourcedId']}-next"} for one in following["classes"]]
    following["enrollments"] = following["enrollments"][:3]
    run = await sis.send(following)
    assert (run["state"], run["files"]["enrollments"]["removed"]) == ("applied", 38)


async def test_learners_who_get_new_seats_have_not_vanished(sis: Sender) -> None:
    """A school is merged into another in the middle of the year: every enrolment gets another id and school."""
    await sis.send(small_roster(20))
    merged = small_roster(20)
    for file in ("classes", "enrollments"):
        merged[file] = [
            one | {"sourcedId": f"{one['sourcedId']}-m", "schoolSourcedId": "sch-2"} for one in merged[file]
        ]
    for seat in merged["enrollments"]:
        seat["classSourcedId"] += "-m"
    merged["orgs"][1] |= {"sourcedId": "sch-2"}
    for role in merged["roles"]:
        role["orgSourcedId"] = "sch-2"
    run = await sis.send(merged)
    assert (run["state"], run["reasons"]) == ("applied", [])
    assert counts(run, "created", "removed")["enrollments"] == (41, 41)


async def test_promotion_to_the_next_grade_updates_people(sis: Sender, sql: Sql) -> None:
    await sis.send(small_roster())
    promoted = small_roster()
    for user in promoted["users"][1:]:
        user["grades"] = "07"
    run = await sis.send(promoted)
    assert counts(run, "created", "updated", "removed")["users"] == (0, 6, 0)
    async with sql("learner_profile", sis.district) as connection:
        told = await connection.fetch("select grade, version from school_enrollment")
    assert {tuple(row) for row in told} == {("07", 2)}


async def test_a_learner_may_be_in_two_schools(sis: Sender, sql: Sql) -> None:
    roster = small_roster(1)
    roster["orgs"].append({"sourcedId": "sch-2", "name": "Oak Middle", "type": "school"})
    roster["roles"].append(roster["roles"][1] | {"sourcedId": "r-2", "orgSourcedId": "sch-2", "roleType": "secondary"})
    assert (await sis.send(roster))["findings"] == []
    async with sql("learner_profile", sis.district) as connection:
        told = await connection.fetch("select is_primary from school_enrollment order by 1")
    assert [row[0] for row in told] == [False, True]


async def test_a_dry_run_reports_the_same_and_changes_nothing(sis: Sender, sql: Sql) -> None:
    roster = small_roster()
    roster["users"][2]["enabledUser"] = "perhaps"
    rehearsed = await sis.send(roster, params={"dry_run": "true"})
    async with sql("learner_profile", sis.district) as connection:
        assert await connection.fetchval("select count(*) from person") == 0
        assert await connection.fetchval("select count(*) from outbox") == 0
    real = await sis.send(roster)
    assert (rehearsed["state"], rehearsed["dryRun"], real["dryRun"]) == ("applied", True, False)
    assert rehearsed["files"] == real["files"]
    assert rehearsed["findings"] == real["findings"]
    assert await sis.problems(rehearsed) == await sis.problems(real)


async def test_a_delta_changes_only_what_it_names(sis: Sender, sql: Sql) -> None:
    await sis.send(small_roster())
    users = small_roster()["users"]
    stamped = {"status": "active", "dateLastModified": "2026-09-01T10:00:00Z"}
    delta = [
        users[1] | stamped | {"givenName": "Changed"},
        {"sourcedId": "s-2", "status": "tobedeleted", "dateLastModified": "2026-09-01T10:00:00Z"},
        {"sourcedId": "s-99", "status": "tobedeleted", "dateLastModified": "2026-09-01T10:00:00Z"},
        users[3] | {"dateLastModified": "2026-09-01T10:00:00Z"},
        users[4] | {"status": "active"},
    ]
    run = await sis.send({"users": delta}, "delta")
    assert counts(run, "rows", *ALL)["users"] == (5, 0, 1, 1, 1, 2, 0)
    assert await sis.problems(run) == [
        ("users", 4, "sourcedId", "removal_of_unknown"),
        ("users", 5, "status", "delta_status_missing"),
        ("users", 6, "dateLastModified", "delta_date_missing"),
    ]
    async with sql("learner_profile", sis.district) as connection:
        told = await connection.fetch("select sourced_id, status from person where sourced_id in ('s-1', 's-2', 's-3')")
        at = await connection.fetchval("select date_last_modified from person where sourced_id = 's-2'")
    assert dict(map(tuple, told)) == {"s-1": "active", "s-2": "tobedeleted", "s-3": "active"}
    assert at.isoformat() == "2026-09-01T10:00:00+00:00"


async def test_one_roster_1_1_users_tell_their_roles(sis: Sender, sql: Sql) -> None:
    roster = small_roster(2)
    del roster["roles"]
    for user in roster["users"]:
        user |= {"role": "student" if user["grades"] else "teacher", "orgSourcedIds": "sch-1"}
    roster["users"][1]["orgSourcedIds"] = "sch-1,sch-2"
    first = await sis.send(archive(roster, version=Version.V1P1))
    assert (first["state"], first["version"]) == ("applied", "1.1")
    assert counts(first, "created")["roles"] == (4,)
    async with sql("learner_profile", sis.district) as connection:
        told = await connection.fetch("select sourced_id, role_type, role from person_role order by sourced_id")
    assert [tuple(row) for row in told] == [
        ("s-1:sch-1:student", "primary", "student"),
        ("s-1:sch-2:student", "secondary", "student"),
        ("s-2:sch-1:student", "primary", "student"),
        ("t-1:sch-1:teacher", "primary", "teacher"),
    ]
    roster["users"][1]["orgSourcedIds"] = "sch-1"
    second = await sis.send(archive(roster, version=Version.V1P1))
    assert counts(second, "created", "unchanged", "removed")["roles"] == (0, 3, 1)


async def test_the_order_of_arrival_does_not_matter_and_what_waits_is_listed(sis: Sender, sql: Sql) -> None:
    roster = small_roster(1)
    early = await sis.send({"enrollments": roster["enrollments"]})
    assert counts(early, "created", "waiting")["enrollments"] == (3, 3)
    assert ("enrollments", 2, "classSourcedId", "reference_waiting") in await sis.problems(early)
    waiting = (await sis.get("/v1/roster/waiting"))["waiting"]
    assert {(one["column"], one["missing"]) for one in waiting} == {
        ("classSourcedId", "cls-1"),
        ("classSourcedId", "cls-2"),
        ("schoolSourcedId", "sch-1"),
        ("userSourcedId", "s-1"),
        ("userSourcedId", "t-1"),
    }
    page = await sis.get("/v1/roster/waiting", params={"first": 2})
    rest = await sis.get("/v1/roster/waiting", params={"first": 100, "after": page["next"]})
    assert page["waiting"] + rest["waiting"] == waiting
    del roster["enrollments"]
    late = await sis.send(roster)
    assert (late["state"], late["findings"]) == ("applied", [])
    assert (await sis.get("/v1/roster/waiting"))["waiting"] == []
    async with sql("learner_profile", sis.district) as connection:
        assert await connection.fetchval("select count(*) from school_enrollment where state = 'active'") == 1


async def test_changed_ids_of_what_looks_like_the_same_person_are_reported(sis: Sender) -> None:
    await sis.send(small_roster(20))
    renamed = small_roster(20)
    for file, column in (("users", "sourcedId"), ("roles", "userSourcedId"), ("enrollments", "userSourcedId")):
        for row in renamed[file]:
            row[column] = row[column].replace("s-20", "new-20")
    renamed["demographics"][-1]["sourcedId"] = "new-20"
    run = await sis.send(renamed)
    assert run["state"] == "applied"
    assert ("users", 22, "sourcedId", "identity_changed") in await sis.problems(run)


async def test_a_roster_tells_the_others_who_works_and_learns_where(sis: Sender, sql: Sql) -> None:
    await sis.send(small_roster(3))
    async with sql("learner_profile", sis.district) as connection:
        told = await connection.fetch("select type, count(*) from outbox group by type")
    assert {"school.changed": 1, "staff.assigned": 1, "learner.enrolled": 3}.items() <= dict(map(tuple, told)).items()


async def test_results_of_an_archive_become_evidence(sis: Sender, sql: Sql) -> None:
    roster = small_roster(1)
    objective = str(uuid.uuid4())
    async with sql("learner_profile", sis.district) as connection:
        framework = await connection.fetchval(
            """insert into framework (district_id, identifier, title, last_change_at, document)
               values (trellis_district(), $1, 'Framework', now(), '{}') returning id""",
            str(uuid.uuid4()),
        )
        await connection.execute(
            """insert into competency
                 (district_id, framework_id, identifier, statement, position, last_change_at, document)
               values (trellis_district(), $1, $2, 'Adds', 1, now(), '{}')""",
            framework,
            objective,
        )
    item = {"title": "Quiz", "assignDate": "2026-09-01", "dueDate": "2026-09-02", "classSourcedId": "cls-1"}
    roster |= {
        "categories": [{"sourcedId": "cat", "title": "Quizzes"}],
        "lineItems": [
            item | {"sourcedId": "li", "categorySourcedId": "cat", "resultValueMin": "0", "resultValueMax": "10"}
        ],
        "results": [
            {
                "sourcedId": "res",
                "lineItemSourcedId": "li",
                "studentSourcedId": "s-1",
                "scoreStatus": "Fully Graded",
                "score": "8",
                "scoreDate": "9/02/2026",
            }
        ],
        "resultLearningObjectiveIds": [
            {
                "sourcedId": "rlo",
                "resultSourcedId": "res",
                "source": "case",
                "learningObjectiveId": objective,
                "score": "8",
            }
        ],
    }
    run = await sis.send(roster)
    assert run["state"] == "applied"
    assert {(one["file"], one["column"], one["code"]) for one in run["findings"]} == {
        ("results", "scoreStatus", "vocabulary_normalised"),
        ("results", "scoreDate", "date_normalised"),
    }
    async with sql("learner_profile", sis.district) as connection:
        evidence = await connection.fetchrow("select score, occurred_at::date from evidence")
    assert evidence is not None
    assert (float(evidence[0]), evidence[1]) == (0.8, date(2026, 9, 2))
    assert set(counts(await sis.send(roster), "updated", "created").values()) == {(0, 0)}


async def test_runs_of_one_source_are_applied_in_the_order_of_arrival(sis: Sender) -> None:
    first, second = small_roster(), small_roster()
    second["users"][1]["givenName"] = "Later"
    posted = [(await sis.post(archive(roster))).json()["id"] for roster in (first, second)]
    await asyncio.gather(sis.work(), sis.work())
    for _ in range(40):
        if (await sis.run(posted[1]))["state"] == "applied":
            break
        await asyncio.sleep(0.1)
        await sis.work()
    runs = [await sis.run(run_id) for run_id in posted]
    assert [run["state"] for run in runs] == ["applied", "applied"]
    assert counts(runs[1], "created", "updated")["users"] == (0, 1)
    listed = await sis.get(RUNS, params={"first": 1})
    assert [run["id"] for run in listed["runs"]] == [posted[1]]
    assert [run["id"] for run in (await sis.get(RUNS, params={"after": listed["next"]}))["runs"]] == [posted[0]]


async def test_a_cancelled_run_is_not_applied(sis: Sender, sql: Sql) -> None:
    run_id = (await sis.post(archive(small_roster()))).json()["id"]
    answer = await sis.client.post(f"{RUNS}/{run_id}/cancel", headers=sis.headers)
    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    await sis.work()
    assert (await sis.run(run_id))["state"] == "cancelled"
    async with sql("learner_profile", sis.district) as connection:
        assert await connection.fetchval("select count(*) from person") == 0
        assert await connection.fetchval("select count(*) from roster_chunk") == 0
    again = await sis.client.post(f"{RUNS}/{run_id}/cancel", headers=sis.headers)
    assert (again.status_code, again.json()["code"]) == (409, "RUN_OVER")


async def test_metadata_columns_are_kept_and_passwords_are_not(sis: Sender, sql: Sql) -> None:
    roster = small_roster(1)
    roster["users"][1] |= {"metadata.homeroom": "12, north", "password": "tops3cret"}
    run = await sis.send(roster)
    assert run["findings"] == [
        {
            "file": "users",
            "column": "password",
            "code": "password_dropped",
            "severity": "warning",
            "count": 1,
            "message": "Passwords are dropped on reading and never kept",
        }
    ]
    async with sql("learner_profile", sis.district) as connection:
        person = await connection.fetchrow(
            "select metadata, person::text as whole from person where sourced_id = 's-1'"
        )
        other = await connection.fetchval("select metadata from person where sourced_id = 't-1'")
    assert person is not None
    assert (person["metadata"], other) == ({"homeroom": "12, north"}, {})
    assert "tops3cret" not in person["whole"]
    assert counts(await sis.send(roster), "updated")["users"] == (0,)


async def test_files_that_are_not_kept_are_counted(sis: Sender) -> None:
    resources = "sourcedId,status,dateLastModified,vendorResourceId\nr-1,,,v-1\nr-2,,,v-2\n"
    run = await sis.send(archive(small_roster(1), texts={"resources.csv": resources, "notes.txt": "hello"}))
    assert (run["files"]["resources"]["mode"], run["files"]["resources"]["rows"]) == ("not_kept", 2)
    assert {(one["file"], one["code"]) for one in run["findings"]} == {
        ("resources", "file_not_kept"),
        ("notes.txt", "file_unknown"),
    }


async def test_a_refused_row_is_not_taken_for_an_absent_one(sis: Sender, sql: Sql) -> None:
    await sis.send(small_roster())
    roster = small_roster()
    roster["users"][1]["enabledUser"] = "perhaps"
    text = csv_of("users", roster["users"]).encode().replace(b"Givens-2", b"Given\xff")
    run = await sis.send(archive(roster, texts={"users.csv": text}))
    assert counts(run, "unchanged", "removed", "rejected")["users"] == (5, 0, 2)
    async with sql("learner_profile", sis.district) as connection:
        assert await connection.fetchval("select count(*) from person where status = 'active'") == 7


async def test_a_repeated_row_is_a_warning_and_a_contradicting_one_is_refused(sis: Sender) -> None:
    roster = small_roster(2)
    roster["users"] += [roster["users"][1], roster["users"][2] | {"givenName": "Other"}]
    run = await sis.send(roster)
    assert counts(run, "rows", *ALL)["users"] == (5, 3, 0, 0, 0, 1, 1)
    assert await sis.problems(run) == [
        ("users", 5, "sourcedId", "duplicate_identical"),
        ("users", 6, "sourcedId", "duplicate_conflict"),
    ]
    again = await sis.send(roster)
    assert counts(again, "rows", *ALL)["users"] == (5, 0, 0, 3, 0, 1, 1)


async def test_files_in_a_folder_and_a_missing_manifest_are_taken_with_a_warning(sis: Sender) -> None:
    told = {f"export/{file}.csv": csv_of(file, rows) for file, rows in small_roster(1).items()}
    run = await sis.send(zipped(told))
    assert run["state"] == "applied"
    assert [(one["file"], one["code"]) for one in run["findings"]] == [
        ("", "file_in_folder"),
        ("manifest", "manifest_missing"),
    ]
    assert run["files"]["users"]["mode"] == "bulk"


async def test_an_archive_without_its_envelope_is_refused(sis: Sender) -> None:
    run = await sis.send(zipped({"pupils.csv": "a,b\n1,2\n"}))
    assert (run["state"], run["error"], run["files"]) == ("failed", "envelope_missing", {})
    assert await sis.problems(run) == [("", 0, "", "envelope_missing")]


async def test_a_damaged_archive_is_refused(sis: Sender) -> None:
    content = bytearray(archive(small_roster()))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as opened:
        start = opened.getinfo("users.csv").header_offset
    content[start + 60] ^= 0xFF
    run = await sis.send(bytes(content))
    assert (run["state"], run["error"]) == ("failed", "archive_damaged")
