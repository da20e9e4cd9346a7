"""What we hold of a framework as CASE 1.1 has it, whatever version it came in.

Members that CASE 1.1 knows are written in the form it wants; others move into `extensions`, so that nothing is lost.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from services.learner_profile.competency.domain.values import (
    ASSOCIATION_TYPES,
    association_type,
    day,
    instant,
    label,
    labels,
    node_of,
    uuid_text,
)

Json = dict[str, Any]
Writer = Callable[[Any], Any]
"""From a member as it came to the member as CASE 1.1 has it; None leaves it out."""

_NOT_IN_A_WORD = re.compile(r"[^A-Za-z0-9._]+")
_BLANKS = re.compile(r"\s+")


def instant_text(value: Any) -> str | None:  # noqa: ANN401 - anything JSON can hold
    read = value if isinstance(value, datetime) else instant(value)
    return read.astimezone(UTC).isoformat().replace("+00:00", "Z") if read else None


def _normal(value: Any) -> str | None:  # noqa: ANN401 - anything JSON can hold
    """CASE's NormalizedString: one line."""
    text = label(value)
    return _BLANKS.sub(" ", text) if text else None


def _string(value: Any) -> str | None:  # noqa: ANN401 - anything JSON can hold
    return value if isinstance(value, str) and value else label(value)


def _normals(value: Any) -> list[str] | None:  # noqa: ANN401 - anything JSON can hold
    return [_BLANKS.sub(" ", text) for text in labels(value)] or None


def _day(value: Any) -> str | None:  # noqa: ANN401 - anything JSON can hold
    read = day(value)
    return read.isoformat() if read else None


def _number(value: Any) -> int | float | None:  # noqa: ANN401 - anything JSON can hold
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _whole(value: Any) -> int | None:  # noqa: ANN401 - anything JSON can hold
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _link(value: Any) -> Json | None:  # noqa: ANN401 - anything JSON can hold
    """A LinkURI; a bare address is one if it ends in a UUID."""
    identifier = uuid_text(node_of(value))
    if identifier is None:
        return None
    given = value if isinstance(value, dict) else {"uri": value}
    uri = label(given.get("uri")) or f"urn:uuid:{identifier}"
    return {"title": _normal(given.get("title")) or identifier, "identifier": identifier, "uri": uri}


def _links(value: Any) -> list[Json] | None:  # noqa: ANN401 - anything JSON can hold
    values = value if isinstance(value, list) else [value]
    return [link for link in map(_link, values) if link] or None


def _end(value: Any) -> Json:  # noqa: ANN401 - anything JSON can hold
    """A LinkGenURI: an end of an association, which need not be a CASE object."""
    identifier = _normal(node_of(value)) or "unknown"
    given = value if isinstance(value, dict) else {"uri": value}
    link = {"title": _normal(given.get("title")) or identifier, "identifier": identifier}
    link["uri"] = label(given.get("uri")) or f"urn:case:{identifier}"
    target = label(given.get("targetType"))
    return {**link, "targetType": target if target == "CASE" else _extension(target)} if target else link


def _type(value: Any) -> str:  # noqa: ANN401 - anything JSON can hold
    given = association_type(value) or "isRelatedTo"
    return given if given in ASSOCIATION_TYPES else _extension(given)


def _extension(word: str) -> str:
    return "ext:" + (_NOT_IN_A_WORD.sub("_", word.removeprefix("ext:")) or "unknown")


def _extensions(value: Any) -> Json | None:  # noqa: ANN401 - anything JSON can hold
    return value if isinstance(value, dict) and value else None


_NAMED: Final[Mapping[str, Writer]] = {
    "identifier": uuid_text,
    "uri": label,
    "lastChangeDateTime": instant_text,
    "extensions": _extensions,
}
_STATUS: Final[Mapping[str, Writer]] = {"statusStartDate": _day, "statusEndDate": _day, "licenseURI": _link}
_SUBJECT: Final[Mapping[str, Writer]] = {"subject": _normals, "subjectURI": _links, "language": _normal}
_DEFINED: Final[Mapping[str, Writer]] = {**_NAMED, "title": _normal, "description": _string, "hierarchyCode": _normal}

DOCUMENT: Final[Mapping[str, Writer]] = {
    **_NAMED,
    **_STATUS,
    **_SUBJECT,
    **dict.fromkeys(("frameworkType", "creator", "title", "publisher", "version", "adoptionStatus"), _normal),
    **dict.fromkeys(("description", "notes"), _string),
    "officialSourceURL": label,
}
ITEM: Final[Mapping[str, Writer]] = {
    **_NAMED,
    **_STATUS,
    **_SUBJECT,
    **dict.fromkeys(
        ("alternativeLabel", "CFItemType", "humanCodingScheme", "listEnumeration", "abbreviatedStatement"), _normal
    ),
    **dict.fromkeys(("fullStatement", "notes"), _string),
    **dict.fromkeys(("conceptKeywords", "educationLevel"), _normals),
    **dict.fromkeys(("conceptKeywordsURI", "CFItemTypeURI"), _link),
}
ASSOCIATION: Final[Mapping[str, Writer]] = {
    **_NAMED,
    "associationType": _type,
    "sequenceNumber": _whole,
    "originNodeURI": _end,
    "destinationNodeURI": _end,
    "CFAssociationGroupingURI": _link,
    "notes": _string,
}
_DEFINITIONS: Final[Mapping[str, tuple[Mapping[str, Writer], tuple[str, ...]]]] = {
    "CFConcepts": ({**_DEFINED, "keywords": _normal}, ("title", "hierarchyCode")),
    "CFSubjects": (_DEFINED, ("title", "hierarchyCode")),
    "CFLicenses": (
        {**_NAMED, "title": _normal, "description": _string, "licenseText": _string},
        ("title", "licenseText"),
    ),
    "CFItemTypes": ({**_DEFINED, "typeCode": _normal}, ("title", "description", "hierarchyCode")),
    "CFAssociationGroupings": ({**_NAMED, "title": _normal, "description": _string}, ("title",)),
}
"""Members and, of those, the ones that must be there."""

_LEVEL: Final[Mapping[str, Writer]] = {
    **{name: writer for name, writer in _NAMED.items() if name != "extensions"},
    **dict.fromkeys(("description", "feedback"), _string),
    "quality": _normal,
    "score": _number,
    "position": _whole,
    "rubricCriterionId": uuid_text,
}
_CRITERION: Final[Mapping[str, Writer]] = {
    **_NAMED,
    "category": _normal,
    "description": _string,
    "CFItemURI": _link,
    "weight": _number,
    "position": _whole,
    "rubricId": uuid_text,
}
_RUBRIC: Final[Mapping[str, Writer]] = {**_NAMED, "title": _normal, "description": _string}


def written(raw: Mapping[str, Any], members: Mapping[str, Writer], dropped: Iterable[str] = (), **fixed: Any) -> Json:  # noqa: ANN401 - JSON
    """The object's members as CASE 1.1 writes them; `dropped` names what the caller writes in another way."""
    found = {name: writer(raw[name]) for name, writer in members.items() if raw.get(name) is not None}
    known = {*members, *fixed, *dropped, "extensions"}
    rest = {name: value for name, value in raw.items() if name not in known and value is not None}
    if rest and "extensions" in members:
        found["extensions"] = {**rest, **(found.get("extensions") or {})}
    return {name: value for name, value in (found | fixed).items() if value is not None}


def definitions(raw: Mapping[str, Any], changed_at: str) -> Json | None:
    """The CFDefinitions of a package, with the members that CASE 1.1 cannot do without."""
    found = {
        name: _entries(raw.get(name), members, required, changed_at)
        for name, (members, required) in _DEFINITIONS.items()
    }
    return {name: entries for name, entries in found.items() if entries} or None


def rubrics(raw: Iterable[Any], changed_at: str) -> list[Json]:
    return [
        _entry(rubric, _RUBRIC, (), changed_at, ("CFRubricCriteria",)) | _nested(rubric, "CFRubricCriteria", changed_at)
        for rubric in raw
        if _identified(rubric)
    ]


def _nested(rubric: Json, name: str, changed_at: str) -> Json:
    criteria = [criterion for criterion in _listed(rubric.get(name)) if _identified(criterion)]
    written_ones = [
        _entry(criterion, _CRITERION, (), changed_at, ("CFRubricCriterionLevels",))
        | {"CFRubricCriterionLevels": _entries(criterion.get("CFRubricCriterionLevels"), _LEVEL, (), changed_at)}
        for criterion in criteria
    ]
    return {name: written_ones} if written_ones else {}


def _entries(raw: Any, members: Mapping[str, Writer], required: tuple[str, ...], changed_at: str) -> list[Json]:  # noqa: ANN401 - anything
    return [_entry(entry, members, required, changed_at) for entry in _listed(raw) if _identified(entry)]


def _entry(
    raw: Json, members: Mapping[str, Writer], required: tuple[str, ...], changed_at: str, dropped: tuple[str, ...] = ()
) -> Json:
    found = written(raw, members, dropped)
    usual = {**dict.fromkeys(required, ""), "uri": f"urn:uuid:{found['identifier']}", "lastChangeDateTime": changed_at}
    return usual | found


def _identified(raw: Any) -> bool:  # noqa: ANN401 - anything JSON can hold
    return isinstance(raw, dict) and uuid_text(raw.get("identifier")) is not None


def _listed(raw: Any) -> list[Any]:  # noqa: ANN401 - anything JSON can hold
    return raw if isinstance(raw, list) else []
