"""Writes `docs/access.md`: who may call what, from the table that the matrix is made of. `python -m tests.access.page` does it."""

from collections.abc import Iterable

from local.settings import ROOT
from tests.access.operations import GRAPH_FIELDS, OPERATIONS
from tests.access.oracle import (
    Alerted,
    Appointed,
    Assessing,
    Educating,
    Inspecting,
    LeadingClass,
    Member,
    OwnBlock,
    Owned,
    Parties,
    PeopleOnly,
    Planning,
    Public,
    Rule,
    Scoped,
    Telling,
)

PATH = ROOT / "docs" / "access.md"
_HEAD = """# Who may call what

Written by `python -m tests.access.page` from the table in `tests/access/operations/`; a test holds the two together, and the
access matrix tries every line with everybody of two districts that use the same identifiers.

* **Records** are shown to those who stand to them: the learner, guardians who hold rights and are not restricted by a court (from the
  learner's 18th birthday only by a recorded exception that the district lets count), those
  who teach the learner now, principals and counselors of the learner's schools, district leaders and data stewards, and systems
  with a scope that reads people's records (`roster.readonly` or `gradebook.readonly`). To everybody else they are not there: the
  answer is that for an id of nothing, to the last byte.
* **Anybody of the district** is anybody with a valid token of it, a person or a system. Nothing of a person is told there.
* Roles are facts of the roster or of `PUT /v1/staff-assignments/{id}`, never of the token.
"""
_OPEN: dict[type, str] = {
    Public: "anybody, without a token too",
    Member: "anybody of the district",
    PeopleOnly: "people, each about themselves",
    Owned: "the learner",
    Parties: "the learner, guardians who hold rights, who teaches the learner now",
    Educating: "who teaches the learner now or leads or counsels at the learner's school",
    Inspecting: "the learner, guardians who hold rights, `data_steward`",
    Alerted: "who teaches the learner now or leads or counsels at the learner's school, `data_steward`, `district_leader`",
    Telling: "by kind of entry: the learner, guardians who hold rights, who teaches the learner now, who leads or counsels at"
    " the learner's school, classmates",
    LeadingClass: "who teaches the class now or leads or counsels at its school",
    OwnBlock: "learners for whom the block is planned",
}


def page() -> str:
    parts = [_HEAD]
    for service in dict.fromkeys(operation.service for operation in OPERATIONS):
        own = [one for one in OPERATIONS if one.service == service]
        parts.append(_table(service, ((f"{one.method} {one.path}", one.rule) for one in own)))
    parts.append(_table("gateway", GRAPH_FIELDS.items()))
    return "\n".join(parts)


def _table(title: str, rows: Iterable[tuple[str, Rule]]) -> str:
    lines = [f"| `{name}` | {said(rule)} |" for name, rule in rows]
    return "\n".join([f"## {title}", "", "| Operation | Who |", "|---|---|", *lines, ""])


def said(rule: Rule) -> str:
    """A rule in words."""
    if isinstance(rule, Appointed):
        return "; ".join([_listed(rule.roles), *_systems(rule.scopes)])
    if isinstance(rule, Scoped):
        return _systems(rule.scopes)[0]
    if isinstance(rule, Assessing | Planning):
        taught = "learner" if isinstance(rule, Assessing) else "class"
        return "; ".join([f"who teaches the {taught} now", *_systems(rule.scopes)])
    return _OPEN.get(type(rule), "records")


def _systems(scopes: frozenset[str]) -> list[str]:
    return [f"systems with {_listed(scopes, ' or ')}"] if scopes else []


def _listed(names: frozenset[str], between: str = ", ") -> str:
    short = (name.removeprefix("https://purl.imsglobal.org/spec/or/").replace("/scope/", " ") for name in names)
    return between.join(f"`{name}`" for name in sorted(short))


if __name__ == "__main__":
    PATH.write_text(page(), encoding="utf-8")
