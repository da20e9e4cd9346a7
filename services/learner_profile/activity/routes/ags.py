"""LTI Assignment and Grade Services 2.0, as a platform serves them: the context is a class of the client's roster."""

from typing import Annotated, Any, Final
from urllib.parse import quote
from uuid import UUID

import orjson
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ValidationError

from kit.caller import VerifiedCaller, scoped
from kit.database import Session
from services.learner_profile.activity import commands
from services.learner_profile.activity.errors import MalformedBody
from services.learner_profile.activity.queries import line_items as reads
from services.learner_profile.activity.routes.bodies import json_of
from services.learner_profile.activity.schemas.ags import LineItemIn, ScoreIn

_SCOPE: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/"
_ITEMS: Any = scoped(f"{_SCOPE}lineitem")
_READ_ITEMS: Any = scoped(f"{_SCOPE}lineitem", f"{_SCOPE}lineitem.readonly")
_RESULTS: Any = scoped(f"{_SCOPE}result.readonly")
_SCORES: Any = scoped(f"{_SCOPE}score")
_ITEM_TYPE: Final = "application/vnd.ims.lis.v2.lineitem+json"
_LIST_TYPE: Final = "application/vnd.ims.lis.v2.lineitemcontainer+json"
_RESULTS_TYPE: Final = "application/vnd.ims.lis.v2.resultcontainer+json"
_SCORE_TYPE: Final = "application/vnd.ims.lis.v1.score+json"
_MOST: Final = 1000

routes = APIRouter(prefix="/lti/ags/v2/contexts/{class_id}", tags=["LTI AGS"])
ClassId = Annotated[str, Path(max_length=255, pattern="^[^\\x00]*$")]
Limit = Annotated[int, Query(ge=1, le=_MOST)]
Text = Annotated[str | None, Query(max_length=255, pattern="^[^\\x00]*$")]


def _body(model: type[BaseModel], kind: str) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {kind: {"schema": model.model_json_schema(by_alias=True)}}}}


@routes.get("/lineitems")
async def get_line_items(  # noqa: PLR0917 - the standard's own parameters
    request: Request,
    session: Session,
    class_id: ClassId,
    caller: VerifiedCaller = _READ_ITEMS,
    limit: Limit = _MOST,
    after: UUID | None = None,
    resource_id: Text = None,
    resource_link_id: Text = None,
    tag: Text = None,
) -> Response:
    only = {"resource_id": resource_id, "resource_link_id": resource_link_id, "tag": tag}
    found = await reads.line_items(session, caller, class_id, first=limit + 1, after=after, **only)
    base, shown = _base(request, class_id), found[:limit]
    headers = {"Link": f'<{base}?limit={limit}&after={shown[-1].id}>; rel="next"'} if len(found) > limit else {}
    body = orjson.dumps([reads.shown_item(item, base) for item in shown])
    return Response(body, headers=headers, media_type=_LIST_TYPE)


@routes.post("/lineitems", status_code=201, openapi_extra=_body(LineItemIn, _ITEM_TYPE))
async def post_line_item(
    request: Request, session: Session, class_id: ClassId, caller: VerifiedCaller = _ITEMS
) -> Response:
    given = _read(LineItemIn, await json_of(request, _ITEM_TYPE))
    item = await commands.create_line_item(session, caller, class_id, given)
    return _item(item, _base(request, class_id), 201)


@routes.get("/lineitems/{line_item_id}")
async def get_line_item(
    request: Request, session: Session, class_id: ClassId, line_item_id: UUID, caller: VerifiedCaller = _READ_ITEMS
) -> Response:
    return _item(await reads.line_item(session, caller, class_id, line_item_id), _base(request, class_id))


@routes.put("/lineitems/{line_item_id}", openapi_extra=_body(LineItemIn, _ITEM_TYPE))
async def put_line_item(
    request: Request, session: Session, class_id: ClassId, line_item_id: UUID, caller: VerifiedCaller = _ITEMS
) -> Response:
    given = _read(LineItemIn, await json_of(request, _ITEM_TYPE))
    item = await commands.change_line_item(session, caller, class_id, line_item_id, given)
    return _item(item, _base(request, class_id))


@routes.delete("/lineitems/{line_item_id}", status_code=204)
async def delete_line_item(
    session: Session, class_id: ClassId, line_item_id: UUID, caller: VerifiedCaller = _ITEMS
) -> Response:
    await commands.remove_line_item(session, caller, class_id, line_item_id)
    return Response(status_code=204)


@routes.post("/lineitems/{line_item_id}/scores", status_code=204, openapi_extra=_body(ScoreIn, _SCORE_TYPE))
async def post_score(
    request: Request, session: Session, class_id: ClassId, line_item_id: UUID, caller: VerifiedCaller = _SCORES
) -> Response:
    """Publish a score; only a fully graded one is evidence, and a later one corrects it."""
    given = _read(ScoreIn, await json_of(request, _SCORE_TYPE))
    now = request.app.state.clock.now()
    await commands.publish_score(session, caller, class_id, line_item_id, given, now)
    return Response(status_code=204)


@routes.get("/lineitems/{line_item_id}/results")
async def get_results(  # noqa: PLR0917 - the standard's own parameters
    request: Request,
    session: Session,
    class_id: ClassId,
    line_item_id: UUID,
    caller: VerifiedCaller = _RESULTS,
    limit: Limit = _MOST,
    user_id: Text = None,
    after: Text = None,
) -> Response:
    item = await reads.line_item(session, caller, class_id, line_item_id)
    found = await reads.scores(session, caller, item, first=limit + 1, user=user_id, after=after)
    address, shown = f"{_base(request, class_id)}/{item.id}", found[:limit]
    following = f"{address}/results?limit={limit}&after={quote(shown[-1]['userId'])}" if len(found) > limit else ""
    headers = {"Link": f'<{following}>; rel="next"'} if following else {}
    body = orjson.dumps([reads.shown_result(score, address) for score in shown])
    return Response(body, headers=headers, media_type=_RESULTS_TYPE)


def _read(model: type[Any], given: Any) -> Any:  # noqa: ANN401 - JSON, and the model's instance
    try:
        return model.model_validate(given)
    except ValidationError as invalid:
        places = [
            {"place": "/" + "/".join(map(str, error["loc"])), "code": error["type"], "message": error["msg"]}
            for error in invalid.errors(include_input=False, include_context=False)
        ]
        raise MalformedBody(errors=places[:100]) from invalid


def _base(request: Request, class_id: str) -> str:
    return f"{request.app.state.settings.origin}/lti/ags/v2/contexts/{quote(class_id, safe='')}/lineitems"


def _item(item: Any, base: str, status: int = 200) -> Response:  # noqa: ANN401 - a row
    return Response(orjson.dumps(reads.shown_item(item, base)), status, media_type=_ITEM_TYPE)
