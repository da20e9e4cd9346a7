"""Scalars whose values travel as the services write them: RFC 3339 text."""

from datetime import UTC, date, datetime
from typing import NewType

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

DateTime = NewType("DateTime", str)
Date = NewType("Date", str)


def _moment(value: object) -> str:
    if not isinstance(value, str) or "T" not in value.upper():
        raise GraphQLError("A DateTime is RFC 3339 text, such as 2026-03-02T08:30:00Z")
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as malformed:
        raise GraphQLError("A DateTime is RFC 3339 text, such as 2026-03-02T08:30:00Z") from malformed
    if moment.tzinfo is None:
        raise GraphQLError("A DateTime names its offset from UTC")
    try:
        return moment.astimezone(UTC).isoformat()
    except OverflowError as beyond:
        raise GraphQLError("A DateTime lies between the years 1 and 9999") from beyond


def _day(value: object) -> str:
    try:
        return date.fromisoformat(value).isoformat() if isinstance(value, str) else _refuse_day()
    except ValueError as malformed:
        raise GraphQLError("A Date is written YYYY-MM-DD") from malformed


def _refuse_day() -> str:
    raise GraphQLError("A Date is written YYYY-MM-DD")


SCALARS: dict[object, ScalarDefinition] = {
    DateTime: strawberry.scalar(
        name="DateTime",
        description="A moment, RFC 3339 with an offset.",
        serialize=str,
        parse_value=_moment,
        specified_by_url="https://datatracker.ietf.org/doc/html/rfc3339",
    ),
    Date: strawberry.scalar(
        name="Date", description="A day of the calendar, YYYY-MM-DD.", serialize=str, parse_value=_day
    ),
}
