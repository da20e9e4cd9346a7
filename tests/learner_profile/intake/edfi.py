"""A district in Ed-Fi XML, written as OneRoster rows with the spellings of its origin left as they are."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

from tests.learner_profile.intake.archives import Files

_ANY = "{*}"


def read_district(folder: Path) -> Files:
    """Orgs, sessions, courses, classes, users, enrolments and demographics of the sample district."""
    sections = list(_records(folder / "MasterSchedule.xml", "Section"))
    staff = list(_records(folder / "StaffAssociation.xml", "Staff"))
    students = list(_records(folder / "Student.xml", "Student"))
    people = [(f"staff-{_text(one, 'StaffUniqueId')}", one) for one in staff]
    people += [(f"student-{_text(one, 'StudentUniqueId')}", one) for one in students]
    return {
        "orgs": list(_orgs(folder)),
        "academicSessions": list({row["sourcedId"]: row for row in map(_session, sections)}.values()),
        "courses": list({row["sourcedId"]: row for row in map(_course, sections)}.values()),
        "classes": [_class(one) for one in sections],
        "users": [_user(sourced_id, one) for sourced_id, one in people],
        "enrollments": list(_seats(folder)),
        "demographics": [_demographics(sourced_id, one) for sourced_id, one in people],
    }


def _records(file: Path, kind: str) -> Iterator[ET.Element]:
    return iter(ET.parse(file).getroot().findall(f"{_ANY}{kind}"))  # noqa: S314 - a file of ours


def _text(record: ET.Element, name: str) -> str:
    return record.findtext(f".//{_ANY}{name}") or ""


def _word(record: ET.Element, name: str) -> str:
    """The last part of a descriptor such as `uri://ed-fi.org/SexDescriptor#Male`."""
    return _text(record, name).rpartition("#")[2]


def _orgs(folder: Path) -> Iterator[dict[str, str]]:
    for kind, told in (("LocalEducationAgency", "District"), ("School", "School")):
        for one in _records(folder / "EducationOrganization.xml", kind):
            yield {
                "sourcedId": _text(one, "IdentificationCode"),
                "name": _text(one, "NameOfInstitution"),
                "type": told,
                "parentSourcedId": "255901" if kind == "School" else "",
            }


def _session(section: ET.Element) -> dict[str, str]:
    name = _text(section, "SessionName")
    starts, ends = ("8/23/2021", "12/17/2021") if "Fall" in name else ("1/4/2022", "5/27/2022")
    year = _text(section, "SchoolYear")
    return {
        "sourcedId": name,
        "title": name,
        "type": "Semester",
        "startDate": starts,
        "endDate": ends,
        "schoolYear": year,
    }


def _course(section: ET.Element) -> dict[str, str]:
    code = _text(section, "LocalCourseCode")
    return {"sourcedId": code, "title": code, "courseCode": code, "orgSourcedId": "255901"}


def _section(record: ET.Element) -> str:
    """Ed-Fi tells sections apart by their course and session too."""
    return "/".join(_text(record, name) for name in ("SectionIdentifier", "LocalCourseCode", "SessionName"))


def _class(section: ET.Element) -> dict[str, str]:
    return {
        "sourcedId": _section(section),
        "title": _text(section, "SectionIdentifier"),
        "courseSourcedId": _text(section, "LocalCourseCode"),
        "classType": "Scheduled",
        "schoolSourcedId": _text(section, "SchoolId"),
        "termSourcedIds": _text(section, "SessionName"),
    }


def _user(sourced_id: str, person: ET.Element) -> dict[str, str]:
    return {
        "sourcedId": sourced_id,
        "enabledUser": "TRUE",
        "username": sourced_id,
        "givenName": _text(person, "FirstName"),
        "familyName": _text(person, "LastSurname"),
        "email": _text(person, "ElectronicMailAddress"),
    }


def _seats(folder: Path) -> Iterator[dict[str, str]]:
    for number, one in enumerate(_records(folder / "StaffAssociation.xml", "StaffSectionAssociation")):
        yield {
            "sourcedId": str(number),
            "classSourcedId": _section(one),
            "schoolSourcedId": _text(one, "SchoolId"),
            "userSourcedId": f"staff-{_text(one, 'StaffUniqueId')}",
            "role": "Teacher",
            "beginDate": _text(one, "BeginDate"),
            "endDate": _text(one, "EndDate"),
        }


def _demographics(sourced_id: str, person: ET.Element) -> dict[str, str]:
    return {
        "sourcedId": sourced_id,
        "birthDate": _text(person, "BirthDate"),
        "sex": _word(person, "Sex"),
        "hispanicOrLatinoEthnicity": _text(person, "HispanicLatinoEthnicity"),
    }
