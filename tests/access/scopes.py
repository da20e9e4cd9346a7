"""Every scope that a system can be granted, as the platform's documents name them."""

ONEROSTER = "https://purl.imsglobal.org/spec/or/{version}/scope/{name}"
_NAMES = (
    "roster.readonly",
    "roster-core.readonly",
    "roster-demographics.readonly",
    "roster.createput",
    "roster.delete",
    "roster-demographics.createput",
    "roster-demographics.delete",
    "gradebook.readonly",
    "gradebook-core.readonly",
    "gradebook.createput",
    "gradebook.createpost",
    "gradebook.delete",
    "assessment.readonly",
    "assessment.createput",
    "assessment.delete",
)
_OWN = (
    "roster.push",
    "guardianships.push",
    "staff-assignments.push",
    "frameworks.push",
    "programs.push",
    "catalog.push",
    "evidence.record",
    "schedules.push",
    "caliper.push",
    "profile.push",
    "xapi.write",
    "xapi.read",
    "activity.map",
    "mastery.report",
)


def oneroster(*names: str, versions: tuple[str, ...] = ("v1p1", "v1p2")) -> frozenset[str]:
    return frozenset(ONEROSTER.format(version=version, name=name) for version in versions for name in names)


def own(*names: str) -> frozenset[str]:
    return frozenset(f"urn:trellis:scope:{name}" for name in names)


def ags(*names: str) -> frozenset[str]:
    return frozenset(f"https://purl.imsglobal.org/spec/lti-ags/scope/{name}" for name in names)


ALL = oneroster(*_NAMES) | own(*_OWN) | ags("lineitem", "lineitem.readonly", "result.readonly", "score")
