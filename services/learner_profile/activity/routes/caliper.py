"""The Caliper endpoint (Caliper 1.2, section 5)."""

from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from kit.caller import VerifiedCaller, scoped
from kit.doors import PlainRoute
from services.learner_profile.activity.commands.store import Received, key_of
from services.learner_profile.activity.domain import caliper
from services.learner_profile.activity.errors import MalformedBody, NoSource, UnknownDataVersion
from services.learner_profile.activity.routes.bodies import json_of

PUSH: Final = "urn:trellis:scope:caliper.push"
_SENDER: Any = scoped(PUSH)
_ENVELOPE: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "A Caliper envelope; entities may be objects or IRIs",
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["sensor", "sendTime", "dataVersion", "data"],
                    "properties": {
                        "sensor": {"type": "string"},
                        "sendTime": {"type": "string", "format": "date-time"},
                        "dataVersion": {"type": "string"},
                        "data": {"type": "array", "minItems": 1, "items": {}},
                    },
                }
            }
        },
    }
}

routes = APIRouter(tags=["Caliper"], route_class=PlainRoute)


@routes.post("/caliper", openapi_extra=_ENVELOPE)
async def post_envelope(request: Request, caller: VerifiedCaller = _SENDER) -> Response:
    """Take an envelope. All of it is durable when the answer leaves; what it shows of learners is evidence by then."""
    if not caller.source:
        raise NoSource
    envelope = await json_of(request)
    faults = caliper.faults_of(envelope)
    if faults:
        raise MalformedBody(errors=faults[:100])
    if not caliper.is_known(envelope["dataVersion"]):
        raise UnknownDataVersion(supported=list(caliper.VERSIONS))
    received: Received = request.app.state.received
    await received.add(key_of(caller), caliper.told(envelope, request.app.state.clock.now()))
    return Response()


_described = APIRouter(tags=["Caliper"])


@_described.get("/caliper")
async def get_endpoint(request: Request, caller: VerifiedCaller = _SENDER) -> dict[str, Any]:  # noqa: ARG001 - the door's scope
    """What this endpoint takes."""
    return {
        "caliper_supported_versions": list(caliper.VERSIONS),
        "caliper_maximum_payload_size": request.app.state.settings.max_body_bytes,
    }


routes.include_router(_described)
