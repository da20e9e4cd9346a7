"""The demo's own competency framework as a CASE 1.1 package.

Ids are version 5 UUIDs of the item's code, so that generator, loader and tests name the same item without a lookup.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid5

from local.demo.competencies import GRADES, Strand, Subject
from local.demo.competencies.language_arts import LANGUAGE_ARTS
from local.demo.competencies.mathematics import MATHEMATICS
from local.demo.competencies.science import SCIENCE
from local.demo.competencies.social_studies import SOCIAL_STUDIES

SUBJECTS = (MATHEMATICS, LANGUAGE_ARTS, SCIENCE, SOCIAL_STUDIES)
NAMESPACE = UUID("6f6b2f5e-3a57-5d0c-9a3e-7d1f4c8e2b90")
BASE = "https://standards.example.org/ims/case/v1p1"
CHANGED_AT = "2026-06-01T12:00:00Z"
TITLE = "Trellis Learning Progressions"

BRIDGES = (
    ("MA.05.NUM", "MA.06.ALG"),
    ("MA.06.NUM", "MA.07.ALG"),
    ("MA.06.ALG.2", "MA.07.ALG.2"),
    ("MA.06.ALG.3", "MA.07.ALG.2"),
    ("MA.07.ALG.1", "MA.08.ALG.1"),
    ("MA.07.ALG.2", "MA.08.ALG.1"),
    ("MA.07.ALG.4", "MA.08.ALG.3"),
    ("MA.06.DAT", "SC.07.INV"),
    ("MA.08.ALG", "SC.09.PHY"),
    ("LA.05.WRI", "SS.06.INQ"),
    ("LA.06.REA", "SS.07.INQ"),
    ("SC.05.INV.1", "SC.06.INV.2"),
    ("SC.05.INV.2", "SC.06.INV.3"),
)
"""Prerequisites that cross strands: what comes first, and what it makes possible."""


@dataclass(frozen=True, slots=True)
class Item:
    code: str
    kind: str
    statement: str
    subject: str
    grades: tuple[str, ...]
    parent: str | None
    position: int

    @property
    def identifier(self) -> str:
        return item_id(self.code)


def item_id(code: str) -> str:
    """The GUID of the item with this code, whether or not there is such an item."""
    return str(uuid5(NAMESPACE, code))


FRAMEWORK_ID = item_id("framework")


@cache
def items() -> tuple[Item, ...]:
    """All items, parents before children."""
    return tuple(item for position, subject in enumerate(SUBJECTS, 1) for item in _branch(subject, position))


@cache
def competencies_of(subject: str, grade: str) -> tuple[str, ...]:
    """Codes of the competencies of a subject in a grade, in the order of its strands."""
    return tuple(
        item.code
        for item in items()
        if item.kind == "Competency" and item.code.startswith(f"{subject}.") and item.grades == (grade,)
    )


def prerequisites() -> Iterator[tuple[str, str]]:
    """Pairs of codes, what precedes first: within each strand by grade, among skills by order, and the bridges."""
    for subject in SUBJECTS:
        for strand in subject.strands:
            yield from pairwise(f"{subject.code}.{grade}.{strand.code}" for grade in GRADES)
        for (grade, strand_code), skills in subject.skills.items():
            yield from pairwise(f"{subject.code}.{grade}.{strand_code}.{n}" for n in range(1, len(skills) + 1))
    yield from BRIDGES


def package() -> dict[str, Any]:
    """A CFPackage that validates against the official CASE 1.1 schema."""
    return {
        "CFDocument": _document(),
        "CFItems": [_item(item) for item in items()],
        "CFAssociations": [*_hierarchy(), *_precedence()],
        "CFDefinitions": {"CFSubjects": _subjects(), "CFItemTypes": _item_types()},
    }


def _branch(subject: Subject, position: int) -> Iterator[Item]:
    yield Item(subject.code, "Subject", subject.statement, subject.title, GRADES, None, position)
    for place, strand in enumerate(subject.strands, 1):
        code = f"{subject.code}.{strand.code}"
        yield Item(code, "Strand", strand.title, subject.title, GRADES, subject.code, place)
        yield from _strand(subject, strand, code)


def _strand(subject: Subject, strand: Strand, parent: str) -> Iterator[Item]:
    for place, (grade, statement) in enumerate(zip(GRADES, strand.statements, strict=True), 1):
        code = f"{subject.code}.{grade}.{strand.code}"
        yield Item(code, "Competency", statement, subject.title, (grade,), parent, place)
        for number, skill in enumerate(subject.skills.get((grade, strand.code), ()), 1):
            yield Item(f"{code}.{number}", "Skill", skill, subject.title, (grade,), code, number)


def _document() -> dict[str, Any]:
    return {
        "identifier": FRAMEWORK_ID,
        "uri": f"{BASE}/CFDocuments/{FRAMEWORK_ID}",
        "caseVersion": "1.1",
        "creator": "Trellis demo",
        "publisher": "Trellis demo",
        "title": TITLE,
        "description": "An invented progression of competencies from kindergarten to grade 12, for demonstration.",
        "subject": [subject.title for subject in SUBJECTS],
        "language": "en",
        "version": "2026.1",
        "adoptionStatus": "Adopted",
        "statusStartDate": "2026-07-01",
        "lastChangeDateTime": CHANGED_AT,
    }


def _item(item: Item) -> dict[str, Any]:
    return {
        "identifier": item.identifier,
        "uri": f"{BASE}/CFItems/{item.identifier}",
        "fullStatement": item.statement,
        "humanCodingScheme": item.code,
        "CFItemType": item.kind,
        "CFItemTypeURI": _link("CFItemTypes", f"type:{item.kind}", item.kind),
        "subject": [item.subject],
        "language": "en",
        "educationLevel": list(item.grades),
        "lastChangeDateTime": CHANGED_AT,
    }


def _hierarchy() -> Iterator[dict[str, Any]]:
    document = {"title": TITLE, "identifier": FRAMEWORK_ID, "uri": f"{BASE}/CFDocuments/{FRAMEWORK_ID}"}
    for item in items():
        parent = _node(item.parent) if item.parent else document
        association = _association("isChildOf", f"child:{item.code}", _node(item.code), parent)
        yield association | {"sequenceNumber": item.position}


def _precedence() -> Iterator[dict[str, Any]]:
    for before, after in prerequisites():
        yield _association("precedes", f"precedes:{before}>{after}", _node(before), _node(after))


def _association(kind: str, key: str, origin: dict[str, str], destination: dict[str, str]) -> dict[str, Any]:
    identifier = item_id(key)
    return {
        "identifier": identifier,
        "associationType": kind,
        "uri": f"{BASE}/CFAssociations/{identifier}",
        "originNodeURI": origin,
        "destinationNodeURI": destination,
        "lastChangeDateTime": CHANGED_AT,
    }


def _node(code: str) -> dict[str, str]:
    return _link("CFItems", code, code) | {"targetType": "CASE"}


def _link(collection: str, key: str, title: str) -> dict[str, str]:
    identifier = item_id(key)
    return {"title": title, "identifier": identifier, "uri": f"{BASE}/{collection}/{identifier}"}


def _subjects() -> list[dict[str, str]]:
    return [
        _link("CFSubjects", f"subject:{subject.code}", subject.title)
        | {"hierarchyCode": str(position), "lastChangeDateTime": CHANGED_AT}
        for position, subject in enumerate(SUBJECTS, 1)
    ]


def _item_types() -> list[dict[str, str]]:
    kinds = {
        "Subject": "A branch of the framework.",
        "Strand": "A thread that runs through all grades.",
        "Competency": "What a learner can do at the end of a grade.",
        "Skill": "A part of a competency, the size of a lesson.",
    }
    return [
        _link("CFItemTypes", f"type:{kind}", kind)
        | {"description": text, "hierarchyCode": str(level), "lastChangeDateTime": CHANGED_AT}
        for level, (kind, text) in enumerate(kinds.items(), 1)
    ]
