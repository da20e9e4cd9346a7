"""Frameworks as the district's own doors list them."""

from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import BindParameter, Integer, Text, Uuid, and_, bindparam, cast, func, or_, select
from sqlalchemy.dialects.postgresql import JSON, aggregate_order_by
from sqlalchemy.orm import aliased

from kit.caller import VerifiedCaller
from kit.database import Database
from kit.graph import EMPTY_LIST, Rows
from kit.problems import NotFound
from kit.reads import HotRead
from services.learner_profile.competency.models import Competency, Framework

_AFTER: BindParameter[UUID] = bindparam("after", type_=Uuid())
_FIRST: BindParameter[int] = bindparam("first", type_=Integer())
_WANTED: BindParameter[UUID] = bindparam("wanted", type_=Uuid())


async def page(database: Database, caller: VerifiedCaller, *, first: int, after: UUID | None) -> bytes:
    """A `FrameworkPage`, in the order in which frameworks first came."""
    rows = orjson.loads(await _PAGE.fetch(database, caller, first=first + 1, after=after) or b"[]")
    more = len(rows) > first
    return orjson.dumps({"frameworks": rows[:first], "next": rows[first - 1]["id"] if more else None})


async def one(database: Database, caller: VerifiedCaller, identifier: UUID) -> bytes:
    """A `FrameworkOut`, by our id or by the CASE identifier; raises `NotFound`."""
    body = await _ONE.fetch(database, caller, wanted=identifier)
    if body is None:
        raise NotFound
    return body


def _document(framework: Any) -> Any:  # noqa: ANN401 - a table
    item = aliased(Competency)
    active = (
        select(func.count())
        .select_from(item)
        .where(
            and_(item.district_id == framework.district_id, item.framework_id == framework.id, item.state == "active")
        )
        .correlate(framework)
        .scalar_subquery()
    )
    return func.json_build_object(
        "id", framework.id,
        "identifier", framework.identifier,
        "title", framework.title,
        "subject", framework.subject,
        "edition", framework.edition,
        "adoptionStatus", framework.adoption_status,
        "state", framework.state,
        "lastChangeAt", framework.last_change_at,
        "version", framework.version,
        "changedAt", framework.changed_at,
        "competencies", active,
        type_=JSON,
    )  # fmt: skip


def _page() -> Rows:
    framework = aliased(Framework)
    rows = (
        select(framework.id, _document(framework).label("document"))
        .where(framework.district_id == func.trellis_district(), or_(_AFTER.is_(None), framework.id > _AFTER))
        .order_by(framework.id)
        .limit(_FIRST)
        .subquery()
    )
    return select(func.coalesce(func.json_agg(aggregate_order_by(rows.c.document, rows.c.id), type_=JSON), EMPTY_LIST))


def _one() -> Rows:
    framework = aliased(Framework)
    named = or_(framework.id == _WANTED, framework.identifier == cast(_WANTED, Text))
    return select(_document(framework)).where(framework.district_id == func.trellis_district(), named).limit(1)


_PAGE = HotRead(_page())
_ONE = HotRead(_one())
