"""The files of OneRoster 1.1 and 1.2 and the columns of each, in the order that the CSV binding prescribes."""

from enum import StrEnum


class Version(StrEnum):
    """A version of OneRoster."""

    V1P1 = "1.1"
    V1P2 = "1.2"


_HEAD = "sourcedId status dateLastModified"
_DEMOGRAPHICS = f"""
    {_HEAD} birthDate sex americanIndianOrAlaskaNative asian blackOrAfricanAmerican
    nativeHawaiianOrOtherPacificIslander white demographicRaceTwoOrMoreRaces hispanicOrLatinoEthnicity
    countryOfBirthCode stateOfBirthAbbreviation cityOfBirth publicSchoolResidenceStatus"""
_COMMON = {
    "academicSessions": f"{_HEAD} title type startDate endDate parentSourcedId schoolYear",
    "classes": f"""
        {_HEAD} title grades courseSourcedId classCode classType location schoolSourcedId termSourcedIds
        subjects subjectCodes periods""",
    "courses": f"{_HEAD} schoolYearSourcedId title courseCode grades orgSourcedId subjects subjectCodes",
    "demographics": _DEMOGRAPHICS,
    "enrollments": f"{_HEAD} classSourcedId schoolSourcedId userSourcedId role primary beginDate endDate",
    "orgs": f"{_HEAD} name type identifier parentSourcedId",
}
_V1P1 = _COMMON | {
    "categories": f"{_HEAD} title",
    "lineItems": f"""
        {_HEAD} title description assignDate dueDate classSourcedId categorySourcedId gradingPeriodSourcedId
        resultValueMin resultValueMax""",
    "results": f"{_HEAD} lineItemSourcedId studentSourcedId scoreStatus score scoreDate comment",
    "users": f"""
        {_HEAD} enabledUser orgSourcedIds role username userIds givenName familyName middleName identifier
        email sms phone agentSourcedIds grades password""",
}
_V1P2 = _COMMON | {
    "categories": f"{_HEAD} title weight",
    "lineItemLearningObjectiveIds": f"{_HEAD} lineItemSourcedId source learningObjectiveId",
    "lineItems": f"""
        {_HEAD} title description assignDate dueDate classSourcedId categorySourcedId academicSessionSourcedId
        resultValueMin resultValueMax schoolSourcedId""",
    "lineItemScoreScales": f"{_HEAD} title lineItemSourcedId scoreScaleSourcedId",
    "resultLearningObjectiveIds": f"{_HEAD} resultSourcedId source learningObjectiveId score textScore",
    "results": f"""
        {_HEAD} lineItemSourcedId studentSourcedId scoreStatus score scoreDate comment textScore classSourcedId
        inProgress incomplete late missing""",
    "roles": f"{_HEAD} userSourcedId roleType role beginDate endDate orgSourcedId userProfileSourcedId",
    "scoreScales": f"{_HEAD} title type orgSourcedId courseSourcedId classSourcedId scoreScaleValue",
    "users": f"""
        {_HEAD} enabledUser username userIds givenName familyName middleName identifier email sms phone
        agentSourcedIds grades password userMasterIdentifier preferredGivenName preferredMiddleName
        preferredFamilyName primaryOrgSourcedId pronouns""",
}

COLUMNS: dict[Version, dict[str, tuple[str, ...]]] = {
    version: {name: tuple(columns.split()) for name, columns in files.items()}
    for version, files in ((Version.V1P1, _V1P1), (Version.V1P2, _V1P2))
}
"""The files that the demo writes."""

MANIFEST: dict[Version, tuple[str, ...]] = {
    Version.V1P1: (
        *("academicSessions", "categories", "classes", "classResources", "courses", "courseResources", "demographics"),
        *("enrollments", "lineItems", "orgs", "resources", "results", "users"),
    ),
    Version.V1P2: (
        *("academicSessions", "categories", "classes", "classResources", "courses", "courseResources", "demographics"),
        *("enrollments", "lineItemLearningObjectiveIds", "lineItems", "lineItemScoreScales", "orgs", "resources"),
        *("resultLearningObjectiveIds", "results", "resultScoreScales", "roles", "scoreScales", "userProfiles"),
        *("userResources", "users"),
    ),
}
"""Every file type that a manifest must name, whether or not the file is there."""
