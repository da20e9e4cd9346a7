"""The publishing doors of CASE 1.1: what is active of a framework, read once and written as the standard has it."""

from typing import Any

import orjson
from sqlalchemy import BindParameter, SQLColumnExpression, Text, and_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import JSON, aggregate_order_by
from sqlalchemy.orm import aliased

from kit.caller import VerifiedCaller
from kit.database import Database
from kit.graph import EMPTY_LIST, Rows
from kit.problems import NotFound
from kit.reads import HotRead
from services.learner_profile.competency.domain import publishing
from services.learner_profile.competency.models import Competency, CompetencyAssociation, Framework

_VERSION = "1.1"
_DROPPED = ("CFPackageURI", "CFDocumentURI", "CFItemAssociationURI", "educationalLevel", "caseVersion", "fullStatement")
_WANTED: BindParameter[str] = bindparam("wanted", type_=Text())
Json = dict[str, Any]


async def package(database: Database, caller: VerifiedCaller, base: str, identifier: str) -> bytes:
    """A CFPackage; `base` is the address of the doors. Raises `NotFound`, as all of these do."""
    found = await _found(_PACKAGE, database, caller, identifier)
    document = _document(found["framework"], base)
    del document["CFPackageURI"]
    whole: Json = {
        "CFDocument": document,
        "CFItems": [_item(item, base) for item in found["items"]],
        "CFAssociations": [_association(association, base, None) for association in found["associations"]],
    }
    changed_at = document["lastChangeDateTime"]
    definitions = publishing.definitions(found["framework"]["definitions"], changed_at)
    rubrics = publishing.rubrics(found["framework"]["rubrics"].get("CFRubrics", []), changed_at)
    more = {"CFDefinitions": definitions, "CFRubrics": rubrics}
    return orjson.dumps(whole | {name: value for name, value in more.items() if value})


async def document(database: Database, caller: VerifiedCaller, base: str, identifier: str) -> bytes:
    return orjson.dumps(_document(await _found(_DOCUMENT, database, caller, identifier), base))


async def documents(database: Database, caller: VerifiedCaller, base: str) -> bytes:
    found = orjson.loads(await _DOCUMENTS.fetch(database, caller) or b"[]")
    return orjson.dumps({"CFDocuments": [_document(framework, base) for framework in found]})


async def item(database: Database, caller: VerifiedCaller, base: str, identifier: str) -> bytes:
    found = await _found(_ITEM, database, caller, identifier)
    return orjson.dumps(_item(found["item"], base) | {"CFDocumentURI": _document_link(found["framework"], base)})


async def association(database: Database, caller: VerifiedCaller, base: str, identifier: str) -> bytes:
    found = await _found(_ASSOCIATION, database, caller, identifier)
    return orjson.dumps(_association(found["association"], base, found["framework"]))


async def item_associations(database: Database, caller: VerifiedCaller, base: str, identifier: str) -> bytes:
    found = await _found(_ITEM_ASSOCIATIONS, database, caller, identifier)
    listed = [_association(association, base, None) for association in found["associations"]]
    whole = _item(found["item"], base) | {"CFDocumentURI": _document_link(found["framework"], base)}
    return orjson.dumps({"CFItem": whole, "CFAssociations": listed})


async def _found(read: HotRead, database: Database, caller: VerifiedCaller, identifier: str) -> Json:
    body = await read.fetch(database, caller, wanted=identifier.strip().lower().replace("\0", ""))
    found: Json | None = orjson.loads(body) if body else None
    if found is None:
        raise NotFound
    return found


def _document(framework: Json, base: str) -> Json:
    raw, identifier = framework["document"], framework["identifier"]
    written = publishing.written(raw, publishing.DOCUMENT, _DROPPED)
    fixed = {
        "identifier": identifier,
        "uri": written.get("uri") or f"{base}/CFDocuments/{identifier}",
        "creator": written.get("creator") or written.get("publisher") or "unknown",
        "title": framework["title"],
        "lastChangeDateTime": publishing.instant_text(framework["changed"]),
        "caseVersion": _VERSION,
        "CFPackageURI": _link(framework["title"], identifier, f"{base}/CFPackages/{identifier}"),
    }
    return {**written, **fixed}


def _document_link(framework: Json, base: str) -> Json:
    return _link(framework["title"], framework["identifier"], f"{base}/CFDocuments/{framework['identifier']}")


def _link(title: str, identifier: str, uri: str) -> Json:
    return {"title": title, "identifier": identifier, "uri": uri}


def _item(item: Json, base: str) -> Json:
    raw, identifier = item["document"], item["identifier"]
    written = publishing.written(raw, publishing.ITEM, _DROPPED)
    grades = {"educationLevel": item["grades"]} if item["grades"] else {}
    fixed = {
        "identifier": identifier,
        "uri": written.get("uri") or f"{base}/CFItems/{identifier}",
        "fullStatement": item["statement"],
        "lastChangeDateTime": publishing.instant_text(item["changed"]),
    }
    return {**written, **grades, **fixed}


def _association(association: Json, base: str, framework: Json | None) -> Json:
    raw, identifier = association["document"], association["identifier"]
    written = publishing.written(raw, publishing.ASSOCIATION, _DROPPED)
    fixed = {
        "identifier": identifier,
        "uri": written.get("uri") or f"{base}/CFAssociations/{identifier}",
        "lastChangeDateTime": publishing.instant_text(association["changed"]),
    }
    home = {"CFDocumentURI": _document_link(framework, base)} if framework else {}
    return {**written, **fixed, **home}


def _object(*members: tuple[str, Any]) -> SQLColumnExpression[Any]:
    return func.json_build_object(*(part for member in members for part in member), type_=JSON)


def _framework_row(framework: Any) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    return _object(
        ("identifier", framework.identifier),
        ("title", framework.title),
        ("changed", framework.last_change_at),
        ("document", framework.document),
        ("definitions", framework.definitions),
        ("rubrics", framework.rubrics),
    )


def _item_row(item: Any) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    return _object(
        ("identifier", item.identifier),
        ("code", item.code),
        ("statement", item.statement),
        ("grades", item.grades),
        ("changed", item.last_change_at),
        ("document", item.document),
    )


def _association_row(association: Any) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    return _object(
        ("identifier", association.identifier),
        ("changed", association.last_change_at),
        ("document", association.document),
    )


def _listed(table: Any, row: SQLColumnExpression[Any], condition: Any) -> SQLColumnExpression[Any]:  # noqa: ANN401 - SQL
    listed = func.json_agg(aggregate_order_by(row, table.position), type_=JSON)
    rows: Rows = select(func.coalesce(listed, EMPTY_LIST)).where(condition, table.state == "active")
    return rows.correlate(Framework, Competency).scalar_subquery()


def _package() -> Rows:
    item, association = aliased(Competency), aliased(CompetencyAssociation)
    own_items = and_(item.district_id == Framework.district_id, item.framework_id == Framework.id)
    own_links = and_(association.district_id == Framework.district_id, association.framework_id == Framework.id)
    body = _object(
        ("framework", _framework_row(Framework)),
        ("items", _listed(item, _item_row(item), own_items)),
        ("associations", _listed(association, _association_row(association), own_links)),
    )
    return _here(select(body), Framework).where(Framework.identifier == _WANTED)


def _with_framework(table: Any, name: str, row: SQLColumnExpression[Any]) -> Rows:  # noqa: ANN401 - a table
    own = and_(Framework.district_id == table.district_id, Framework.id == table.framework_id)
    body = _object((name, row), ("framework", _framework_row(Framework)))
    rows = select(body).select_from(table).join(Framework, own).where(table.identifier == _WANTED)
    return _here(rows, table).where(table.state == "active").order_by(table.framework_id).limit(1)


def _item_associations() -> Rows:
    association = aliased(CompetencyAssociation)
    touching = or_(
        association.origin_identifier == Competency.identifier,
        association.destination_identifier == Competency.identifier,
    )
    entries = aggregate_order_by(_association_row(association), association.position)
    listed: Rows = select(func.coalesce(func.json_agg(entries, type_=JSON), EMPTY_LIST)).where(
        association.district_id == Competency.district_id, association.state == "active", touching
    )
    own = and_(Framework.district_id == Competency.district_id, Framework.id == Competency.framework_id)
    body = _object(
        ("item", _item_row(Competency)),
        ("framework", _framework_row(Framework)),
        ("associations", listed.correlate(Competency).scalar_subquery()),
    )
    rows: Rows = select(body).select_from(Competency).join(Framework, own)
    return _here(rows, Competency).where(Competency.identifier == _WANTED)


def _here(rows: Rows, table: Any) -> Rows:  # noqa: ANN401 - a table
    return rows.where(table.district_id == func.trellis_district())


_PACKAGE = HotRead(_package())
_DOCUMENT = HotRead(_here(select(_framework_row(Framework)), Framework).where(Framework.identifier == _WANTED))
_DOCUMENTS = HotRead(
    _here(select(func.json_agg(aggregate_order_by(_framework_row(Framework), Framework.id), type_=JSON)), Framework)
)
_ITEM = HotRead(_with_framework(Competency, "item", _item_row(Competency)))
_ASSOCIATION = HotRead(_with_framework(CompetencyAssociation, "association", _association_row(CompetencyAssociation)))
_ITEM_ASSOCIATIONS = HotRead(_item_associations())
