"""What a CASE package says, read tolerantly: 1.0 and 1.1, and the drafts that tools still write."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from services.learner_profile.competency.domain.values import (
    ASSOCIATION_TYPES,
    association_type,
    day,
    instant,
    label,
    labels,
    node_of,
    unstorable,
    uuid_text,
)

_MOST_PROBLEMS = 1000


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about the package, at a JSON pointer; an error refuses the whole package, a warning does not."""

    pointer: str
    code: str
    message: str
    severity: str = "error"


@dataclass(frozen=True, slots=True)
class Item:
    pointer: str
    identifier: str
    code: str | None
    statement: str
    type: str | None
    grades: list[str]
    last_change_at: datetime
    ends_on: date | None
    document: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Association:
    pointer: str
    identifier: str
    type: str
    origin: str
    destination: str
    sequence_number: int | None
    last_change_at: datetime
    document: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Document:
    identifier: str
    title: str
    subject: str | None
    edition: str | None
    adoption_status: str | None
    last_change_at: datetime
    starts_on: date | None
    ends_on: date | None
    document: dict[str, Any]


@dataclass(slots=True)
class Package:
    """`document` is None only where `findings` holds an error."""

    document: Document | None = None
    items: list[Item] = field(default_factory=list)
    associations: list[Association] = field(default_factory=list)
    definitions: dict[str, Any] = field(default_factory=dict)
    rubrics: list[Any] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity == "error"]

    def note(self, pointer: str, code: str, message: str, *, severity: str = "error") -> None:
        if len(self.findings) < _MOST_PROBLEMS or severity == "error":
            self.findings.append(Finding(pointer, code, message, severity))


def read_package(raw: Any, now: datetime) -> Package:  # noqa: ANN401 - anything JSON can hold
    """Read a CFPackage. `now` stands in for a lastChangeDateTime that nobody gave."""
    package = Package()
    for pointer, code, message in unstorable(raw):
        package.note(pointer, code, message)
    members, prefix = _unwrapped(raw)
    if package.findings or not isinstance(members, dict):
        if not package.findings:
            package.note("", "not_an_object", "A CASE package is a JSON object")
        return package
    package.document = _document(package, members.get("CFDocument"), f"{prefix}/CFDocument", now)
    if package.document:
        _read_items(package, members, prefix, package.document)
        _read_associations(package, members, prefix, package.document)
    package.definitions = _object(package, members, "CFDefinitions", prefix)
    package.rubrics = _list(package, members, "CFRubrics", prefix)
    return package


def _unwrapped(raw: Any) -> tuple[Any, str]:  # noqa: ANN401 - anything JSON can hold
    if isinstance(raw, dict) and "CFDocument" not in raw and isinstance(raw.get("CFPackage"), dict):
        return raw["CFPackage"], "/CFPackage"
    return raw, ""


def _document(package: Package, raw: Any, pointer: str, now: datetime) -> Document | None:  # noqa: ANN401 - anything
    if not isinstance(raw, dict):
        package.note(pointer, "missing_document", "A CASE package has a CFDocument, which is an object")
        return None
    identifier = uuid_text(raw.get("identifier"))
    if identifier is None:
        package.note(f"{pointer}/identifier", "not_a_uuid", "The document's identifier is a UUID")
        return None
    title = label(raw.get("title"))
    if title is None:
        package.note(f"{pointer}/title", "missing_title", "The identifier takes the title's place", severity="warning")
    return Document(
        identifier=identifier,
        title=title or identifier,
        subject=next(iter(labels(raw.get("subject"))), None),
        edition=label(raw.get("version")),
        adoption_status=label(raw.get("adoptionStatus")),
        last_change_at=_changed_at(package, raw, pointer, now),
        starts_on=day(raw.get("statusStartDate")),
        ends_on=day(raw.get("statusEndDate")),
        document=raw,
    )


def _read_items(package: Package, members: dict[str, Any], prefix: str, document: Document) -> None:
    seen: dict[str, Item] = {}
    for index, raw in enumerate(_list(package, members, "CFItems", prefix)):
        item = _item(package, raw, f"{prefix}/CFItems/{index}", document)
        if item and _is_new(package, item, seen.get(item.identifier)):
            seen[item.identifier] = item
    package.items = list(seen.values())


def _item(package: Package, raw: Any, pointer: str, document: Document) -> Item | None:  # noqa: ANN401 - anything
    if not isinstance(raw, dict):
        package.note(pointer, "not_an_object", "An item is an object")
        return None
    identifier = uuid_text(raw.get("identifier"))
    if identifier is None:
        package.note(f"{pointer}/identifier", "not_a_uuid", "An item's identifier is a UUID")
        return None
    statement = _statement(package, raw, pointer)
    if statement is None:
        return None
    return Item(
        pointer=pointer,
        identifier=identifier,
        code=label(raw.get("humanCodingScheme")),
        statement=statement,
        type=label(raw.get("CFItemType")),
        grades=labels(raw.get("educationLevel") or raw.get("educationalLevel")),
        last_change_at=_changed_at(package, raw, pointer, document.last_change_at),
        ends_on=day(raw.get("statusEndDate")),
        document=raw,
    )


def _statement(package: Package, raw: dict[str, Any], pointer: str) -> str | None:
    given = raw.get("fullStatement")
    if isinstance(given, str) and given.strip():
        return given
    stand_in = label(raw.get("abbreviatedStatement")) or label(raw.get("humanCodingScheme"))
    severity = "warning" if stand_in else "error"
    package.note(f"{pointer}/fullStatement", "missing_statement", "The item has no full statement", severity=severity)
    return stand_in


def _read_associations(package: Package, members: dict[str, Any], prefix: str, document: Document) -> None:
    seen: dict[str, Association] = {}
    for index, raw in enumerate(_list(package, members, "CFAssociations", prefix)):
        association = _association(package, raw, f"{prefix}/CFAssociations/{index}", document)
        if association and _is_new(package, association, seen.get(association.identifier)):
            seen[association.identifier] = association
    package.associations = list(seen.values())


def _association(package: Package, raw: Any, pointer: str, document: Document) -> Association | None:  # noqa: ANN401 - anything
    if not isinstance(raw, dict):
        package.note(pointer, "not_an_object", "An association is an object")
        return None
    ends = node_of(raw.get("originNodeURI")), node_of(raw.get("destinationNodeURI"))
    type_ = association_type(raw.get("associationType"))
    if type_ is None or None in ends:
        package.note(pointer, "incomplete_association", "An association has a type, an origin and a destination")
        return None
    if type_ not in ASSOCIATION_TYPES and not type_.startswith("ext:"):
        package.note(f"{pointer}/associationType", "unknown_type", "Kept as an extension", severity="warning")
    origin, destination = str(ends[0]), str(ends[1])
    sequence = raw.get("sequenceNumber")
    return Association(
        pointer=pointer,
        identifier=uuid_text(raw.get("identifier")) or _made_identifier(package, pointer, origin, type_, destination),
        type=type_,
        origin=origin,
        destination=destination,
        sequence_number=sequence if type(sequence) is int and abs(sequence) < 1 << 62 else None,
        last_change_at=_changed_at(package, raw, pointer, document.last_change_at),
        document=raw,
    )


def _made_identifier(package: Package, pointer: str, *parts: str) -> str:
    package.note(f"{pointer}/identifier", "made_identifier", "Made from both ends and the type", severity="warning")
    return str(uuid5(NAMESPACE_URL, "case:" + ":".join(parts)))


def _is_new(package: Package, entry: Item | Association, earlier: Item | Association | None) -> bool:
    if earlier is None:
        return True
    same = earlier.document == entry.document
    message = f"{earlier.pointer} has the same identifier"
    package.note(f"{entry.pointer}/identifier", "duplicate", message, severity="warning" if same else "error")
    return False


def _list(package: Package, members: dict[str, Any], name: str, prefix: str) -> list[Any]:
    value = members.get(name)
    if value is None or isinstance(value, list):
        return value or []
    package.note(f"{prefix}/{name}", "not_a_list", f"{name} is a list")
    return []


def _object(package: Package, members: dict[str, Any], name: str, prefix: str) -> dict[str, Any]:
    value = members.get(name)
    if value is None or isinstance(value, dict):
        return value or {}
    package.note(f"{prefix}/{name}", "not_an_object", f"{name} is an object")
    return {}


def _changed_at(package: Package, raw: dict[str, Any], pointer: str, otherwise: datetime) -> datetime:
    changed_at = instant(raw.get("lastChangeDateTime"))
    if changed_at is None:
        message = "No readable date and time of the last change"
        package.note(f"{pointer}/lastChangeDateTime", "missing_date", message, severity="warning")
    return changed_at or otherwise
