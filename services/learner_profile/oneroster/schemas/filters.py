"""The filter language of OneRoster's REST bindings: `field op 'value'`, at most two of them joined by AND or OR."""

import re
from dataclasses import dataclass
from typing import Literal, get_args

from services.learner_profile.oneroster.errors import InvalidFilterField

Operator = Literal["=", "!=", ">", ">=", "<", "<=", "~"]
Connective = Literal["and", "or"]

_LONGEST = 2000
_CLAUSE = re.compile(
    r"""\s*(?P<field>[A-Za-z_][A-Za-z0-9_.:-]*)
        \s*(?P<operator>!=|>=|<=|=|>|<|~)
        \s*'(?P<value>(?:[^'\\]|''|\\.)*)'\s*""",
    re.VERBOSE | re.DOTALL,
)
_CONNECTIVE = re.compile(r"(and|or)\b", re.IGNORECASE)
_ESCAPED = re.compile(r"''|\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Clause:
    """One comparison; `field` may be dotted."""

    field: str
    operator: Operator
    value: str


@dataclass(frozen=True, slots=True)
class Filter:
    clauses: tuple[Clause, ...]
    joined: Connective = "and"


def parse(text: str) -> Filter:
    """The comparisons that a `filter` parameter asks for; raises `InvalidFilterField` for anything else.

    A quote inside a value is doubled or preceded by a backslash.
    """
    if len(text) > _LONGEST or "\0" in text:
        raise InvalidFilterField("The filter is too long or holds a NUL")
    first, rest = _clause(text)
    if not rest:
        return Filter((first,))
    connective = _CONNECTIVE.match(rest)
    if connective is None:
        raise InvalidFilterField("After a comparison comes AND, OR or the end")
    second, rest = _clause(rest[connective.end() :])
    if rest:
        raise InvalidFilterField("A filter joins at most two comparisons")
    return Filter((first, second), "or" if connective[1].lower() == "or" else "and")


def _clause(text: str) -> tuple[Clause, str]:
    found = _CLAUSE.match(text)
    if found is None:
        raise InvalidFilterField("A comparison is field, one of = != > >= < <= ~, and a value in single quotes")
    value = _ESCAPED.sub(lambda escaped: escaped[1] or "'", found["value"])
    return Clause(found["field"], _operator(found["operator"]), value), text[found.end() :]


def _operator(text: str) -> Operator:
    return next(operator for operator in get_args(Operator) if operator == text)


def written(chosen: Filter) -> str:
    """The text that `parse` reads as this filter."""
    clauses = (f"{c.field}{c.operator}'{_quoted(c.value)}'" for c in chosen.clauses)
    return f" {chosen.joined.upper()} ".join(clauses)


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "''")
