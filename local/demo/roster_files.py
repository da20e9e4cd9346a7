"""The rows of the rostering files, each a stream of its own."""

from collections.abc import Iterator

from local.demo.archive import Row
from local.demo.districts import DISTRICT_ORG, District, School
from local.demo.people import Employee, Guardian, Learner, employees, guardians, learners
from local.demo.teaching import TITLES, Section, course_title, courses, sections

_ADMINISTRATORS = {"districtAdministrator", "principal", "siteAdministrator", "systemAdministrator"}
_RACE_COLUMNS = {
    "asian": "asian",
    "black": "blackOrAfricanAmerican",
    "hispanic": "hispanicOrLatinoEthnicity",
    "islander": "nativeHawaiianOrOtherPacificIslander",
    "several": "demographicRaceTwoOrMoreRaces",
    "white": "white",
}
_NO_RACE = {
    "americanIndianOrAlaskaNative": "false",
    "asian": "false",
    "blackOrAfricanAmerican": "false",
    "nativeHawaiianOrOtherPacificIslander": "false",
    "white": "false",
    "demographicRaceTwoOrMoreRaces": "false",
    "hispanicOrLatinoEthnicity": "false",
}


def orgs(district: District) -> Iterator[Row]:
    profile = district.profile
    yield {"sourcedId": DISTRICT_ORG, "name": profile.name, "type": "district", "identifier": profile.state_code}
    for school in district.schools:
        yield {
            "sourcedId": school.sourced_id,
            "name": school.name,
            "type": "school",
            "identifier": district.state_id(school),
            "parentSourcedId": DISTRICT_ORG,
        }


def academic_sessions(district: District) -> Iterator[Row]:
    for session in district.year.sessions():
        yield {
            "sourcedId": session.sourced_id,
            "title": session.title,
            "type": session.kind,
            "startDate": session.starts_on.isoformat(),
            "endDate": session.ends_on.isoformat(),
            "parentSourcedId": session.parent or "",
            "schoolYear": str(district.year.ends_in),
        }


def course_rows(district: District) -> Iterator[Row]:
    for subject, grade in courses(district):
        yield {
            "sourcedId": f"crs-{subject}{grade}",
            "schoolYearSourcedId": f"sy-{district.year.ends_in}",
            "title": course_title(subject, grade),
            "courseCode": f"{subject}{grade}",
            "grades": grade,
            "orgSourcedId": DISTRICT_ORG,
            "subjects": TITLES[subject],
        }


def classes(district: District) -> Iterator[Row]:
    year = district.year.ends_in
    for school in district.peopled:
        for section in sections(school):
            yield _class(section, year)


def _class(section: Section, year: int) -> Row:
    both = f"sem-{year}-1,sem-{year}-2"
    return {
        "sourcedId": section.sourced_id,
        "title": f"{course_title(section.subject, section.grade)} - Section {section.number}",
        "grades": section.grade,
        "courseSourcedId": f"crs-{section.subject}{section.grade}",
        "classCode": section.code,
        "classType": "homeroom" if section.subject == "HR" else "scheduled",
        "location": f"Room {100 + section.teacher_slot % 400}",
        "schoolSourcedId": section.school.sourced_id,
        "termSourcedIds": f"sem-{year}-1" if section.subject == "EX" else both,
        "subjects": TITLES[section.subject],
        "periods": str(section.number % 7 + 1),
    }


def users(district: District) -> Iterator[Row]:
    for employee in employees(district):
        yield _employee(district, employee)
    for school in district.peopled:
        yield from (learner_user(district, learner) for learner in learners(district, school))
        yield from (_guardian(district, guardian, family) for guardian, family in guardians(district, school))


def learner_user(district: District, learner: Learner) -> Row:
    return _user(district, learner.sourced_id, learner.given, learner.family) | {
        "role": "student",
        "orgSourcedIds": ",".join(school.sourced_id for school in _schools_of(district, learner)),
        "userIds": f"{{StateID:GA{learner.number}}}",
        "agentSourcedIds": ",".join(guardian.sourced_id for guardian in learner.guardians),
        "grades": learner.grade,
        "primaryOrgSourcedId": learner.school.sourced_id,
        "pronouns": learner.pronouns,
    }


def _employee(district: District, employee: Employee) -> Row:
    return _user(district, employee.sourced_id, employee.given, employee.family) | {
        "role": _role_v1p1(employee.role),
        "orgSourcedIds": employee.org,
        "primaryOrgSourcedId": employee.org,
    }


def _guardian(district: District, guardian: Guardian, family: list[Learner]) -> Row:
    school = family[0].school.sourced_id
    return _user(district, guardian.sourced_id, guardian.given, guardian.family) | {
        "role": "guardian",
        "orgSourcedIds": school,
        "phone": f"404-555-{int(guardian.sourced_id[2:]) % 10000:04d}",
        "agentSourcedIds": ",".join(learner.sourced_id for learner in family),
        "primaryOrgSourcedId": school,
    }


def _user(district: District, sourced_id: str, given: str, family: str) -> dict[str, str]:
    username = f"{given}.{family}.{sourced_id[2:].lstrip('-')}".lower()
    return {
        "sourcedId": sourced_id,
        "enabledUser": "true",
        "username": username,
        "givenName": given,
        "familyName": family,
        "identifier": sourced_id.replace("-", "").upper(),
        "email": f"{username}@{district.profile.domain}",
        "userMasterIdentifier": f"{district.profile.slug}-{sourced_id}",
    }


def roles(district: District) -> Iterator[Row]:
    for employee in employees(district):
        yield _role(district, employee.sourced_id, employee.role, employee.org)
    for school in district.peopled:
        for learner in learners(district, school):
            yield from learner_roles(district, learner)
        for guardian, _family in guardians(district, school):
            yield _role(district, guardian.sourced_id, "guardian", school.sourced_id)


def learner_roles(district: District, learner: Learner) -> Iterator[Row]:
    first, *others = _schools_of(district, learner)
    yield _role(district, learner.sourced_id, "student", first.sourced_id)
    for school in others:
        second = _role(district, learner.sourced_id, "student", school.sourced_id)
        yield {**second, "sourcedId": f"{second['sourcedId']}-{school.code}", "roleType": "secondary"}


def _role(district: District, user: str, role: str, org: str) -> Row:
    return {
        "sourcedId": f"r-{user}",
        "userSourcedId": user,
        "roleType": "primary",
        "role": role,
        "beginDate": district.year.first_day.isoformat(),
        "orgSourcedId": org,
    }


def enrollments(district: District) -> Iterator[Row]:
    for school in district.peopled:
        for section in sections(school):
            yield _enrollment(district, section.teacher, section.subject, section.sourced_id) | {
                "sourcedId": f"e-{section.teacher[3:]}-{section.code}",
                "role": "teacher",
                "primary": "true",
            }
        for learner in learners(district, school):
            yield from learner_enrollments(district, learner)


def learner_enrollments(district: District, learner: Learner) -> Iterator[Row]:
    begin = district.school_days[-6:][0] if learner.pattern == "none" else district.year.first_day
    for subject, section in learner.classes(district):
        yield _enrollment(district, learner.sourced_id, subject, section) | {"beginDate": begin.isoformat()}


def _enrollment(district: District, user: str, subject: str, section: str) -> dict[str, str]:
    session = district.year.sessions()[1 if subject == "EX" else 0]
    return {
        "sourcedId": f"e-{user[2:]}-{subject}",
        "classSourcedId": section,
        "schoolSourcedId": f"sch-{section[4:8]}",
        "userSourcedId": user,
        "role": "student",
        "primary": "false",
        "beginDate": district.year.first_day.isoformat(),
        "endDate": session.ends_on.isoformat(),
    }


def demographics(district: District) -> Iterator[Row]:
    for school in district.peopled:
        yield from (learner_demographics(learner) for learner in learners(district, school))


def learner_demographics(learner: Learner) -> Row:
    return {
        "sourcedId": learner.sourced_id,
        "birthDate": learner.born_on.isoformat(),
        "sex": learner.sex,
        **_NO_RACE,
        _RACE_COLUMNS[learner.race]: "true",
        "countryOfBirthCode": "US",
        "stateOfBirthAbbreviation": "GA",
    }


def _schools_of(district: District, learner: Learner) -> list[School]:
    second = learner.story.second_school if learner.story else None
    return [learner.school, *([] if second is None else [district.schools[second]])]


def _role_v1p1(role: str) -> str:
    """OneRoster 1.1 knows fewer roles."""
    if role in _ADMINISTRATORS:
        return "administrator"
    return "aide" if role == "counselor" else role
