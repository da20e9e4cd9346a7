"""Small OneRoster archives to send: a school with two classes, as rows that a test may change before they are written."""

import csv
import io
import zipfile
from collections.abc import Mapping

from local.demo.columns import COLUMNS, Version

Rows = list[dict[str, str]]
Files = dict[str, Rows]


def small_roster(learners: int = 6, prefix: str = "") -> Files:
    """A district, a school, terms, a course, two classes, a teacher and learners who attend both classes."""
    people = [f"{prefix}s-{number}" for number in range(1, learners + 1)]
    return {
        "orgs": [
            {"sourcedId": "d-1", "name": "Pine County Schools", "type": "district"},
            {"sourcedId": "sch-1", "name": "Pine Middle", "type": "school", "parentSourcedId": "d-1"},
        ],
        "academicSessions": [
            _session("sy-27", "schoolYear", "2026-08-01", "2027-05-30"),
            _session("t-1", "term", "2026-08-01", "2027-05-30") | {"parentSourcedId": "sy-27"},
        ],
        "courses": [
            {"sourcedId": "crs-1", "title": "Mathematics 6", "orgSourcedId": "d-1", "schoolYearSourcedId": "sy-27"}
        ],
        "classes": [_class("cls-1"), _class("cls-2")],
        "users": [_user("t-1", "Tess", "Ode"), *(_user(one, f"Given{one}", f"Family{one}", "06") for one in people)],
        "roles": [_role("t-1", "teacher"), *(_role(one, "student") for one in people)],
        "enrollments": [
            _seat("t-1", "cls-1", "teacher"),
            *(_seat(one, class_, "student") for one in people for class_ in ("cls-1", "cls-2")),
        ],
        "demographics": [{"sourcedId": one, "birthDate": "2014-03-02", "sex": "female"} for one in people],
    }


def _session(sourced_id: str, kind: str, start: str, end: str) -> dict[str, str]:
    return {
        "sourcedId": sourced_id,
        "title": sourced_id,
        "type": kind,
        "startDate": start,
        "endDate": end,
        "schoolYear": "2027",
    }


def _class(sourced_id: str) -> dict[str, str]:
    return {
        "sourcedId": sourced_id,
        "title": f"Class {sourced_id}",
        "courseSourcedId": "crs-1",
        "classType": "scheduled",
        "schoolSourcedId": "sch-1",
        "termSourcedIds": "t-1",
        "grades": "06",
    }


def _user(sourced_id: str, given: str, family: str, grades: str = "") -> dict[str, str]:
    return {
        "sourcedId": sourced_id,
        "enabledUser": "true",
        "username": sourced_id,
        "givenName": given,
        "familyName": family,
        "grades": grades,
        "identifier": f"id-{sourced_id}",
    }


def _role(user: str, role: str) -> dict[str, str]:
    return {
        "sourcedId": f"r-{user}",
        "userSourcedId": user,
        "roleType": "primary",
        "role": role,
        "orgSourcedId": "sch-1",
        "beginDate": "2026-08-01",
    }


def _seat(user: str, class_: str, role: str) -> dict[str, str]:
    return {
        "sourcedId": f"e-{user}-{class_}",
        "classSourcedId": class_,
        "schoolSourcedId": "sch-1",
        "userSourcedId": user,
        "role": role,
        "beginDate": "2026-08-01",
        "endDate": "2027-05-30",
    }


def csv_of(file: str, rows: Rows, version: Version = Version.V1P2) -> str:
    """The file's text, with the columns that OneRoster prescribes and those that the rows have besides."""
    columns = [*COLUMNS[version][file]]
    columns += [name for name in dict.fromkeys(name for row in rows for name in row) if name not in columns]
    written = io.StringIO()
    writer = csv.DictWriter(written, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()


def manifest(modes: Mapping[str, str], version: str = "1.2") -> str:
    told = "".join(f"file.{file},{mode}\n" for file, mode in modes.items())
    return f"propertyName,value\nmanifest.version,1.0\noneroster.version,{version}\n{told}"


def archive(
    files: Files, mode: str = "bulk", texts: Mapping[str, str | bytes] | None = None, version: Version = Version.V1P2
) -> bytes:
    """A ZIP of the rows; `texts` are files given as they are, instead of rows or besides."""
    told = {f"{file}.csv": csv_of(file, rows, version) for file, rows in files.items()}
    told["manifest.csv"] = manifest(dict.fromkeys((*files, *_stems(texts or {}, files)), mode), version.value)
    return zipped(told | dict(texts or {}))


def _stems(texts: Mapping[str, object], files: Files) -> list[str]:
    return [name.removesuffix(".csv") for name in texts if name.endswith(".csv") and name[:-4] not in files]


def zipped(texts: Mapping[str, str | bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, text in texts.items():
            opened.writestr(name, text)
    return content.getvalue()
