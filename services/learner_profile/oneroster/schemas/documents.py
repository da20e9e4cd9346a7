"""What the OneRoster doors publish about themselves: parameters, bodies and answers for the OpenAPI document."""

from typing import Any

from services.learner_profile.oneroster.schemas.resources import Resource

_TEXT = {"type": "string"}
_STATUS_INFO = {
    "type": "object",
    "required": ["imsx_codeMajor", "imsx_severity", "imsx_description", "imsx_CodeMinor"],
    "properties": {
        "imsx_codeMajor": {"enum": ["success", "processing", "failure", "unsupported"]},
        "imsx_severity": {"enum": ["status", "warning", "error"]},
        "imsx_description": _TEXT,
        "imsx_CodeMinor": {
            "type": "object",
            "required": ["imsx_codeMinorField"],
            "properties": {
                "imsx_codeMinorField": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["imsx_codeMinorFieldName", "imsx_codeMinorFieldValue"],
                        "properties": {"imsx_codeMinorFieldName": _TEXT, "imsx_codeMinorFieldValue": _TEXT},
                    },
                }
            },
        },
    },
}
_PAIR = {
    "type": "object",
    "required": ["suppliedSourcedId", "allocatedSourcedId"],
    "properties": {"suppliedSourcedId": _TEXT, "allocatedSourcedId": _TEXT},
}
_COLLECTION_PARAMETERS = {
    "limit": {"type": "integer", "minimum": 1, "default": 100},
    "offset": {"type": "integer", "minimum": 0, "default": 0},
    "sort": _TEXT,
    "orderBy": {"enum": ["asc", "desc"]},
    "filter": _TEXT,
}
_FIELDS = {"fields": {"type": "array", "items": _TEXT}}


def reading(resource: Resource, path_parameters: list[str], scopes: tuple[str, ...], *, single: bool) -> dict[str, Any]:
    """One object or one segment of a collection."""
    query = _FIELDS if single else {**_COLLECTION_PARAMETERS, **_FIELDS}
    envelope, content = (resource.one, {"type": "object"}) if single else (resource.many, _listed({"type": "object"}))
    headers = {} if single else {"X-Total-Count": {"schema": {"type": "integer"}}, "Link": {"schema": _TEXT}}
    return {
        "parameters": [*_in_path(path_parameters), *_in_query(query)],
        "responses": {
            "200": {
                "description": "The data asked for",
                "headers": headers,
                "content": _json(_envelope(envelope, content)),
            },
            **_refusals(),
        },
        "x-scopes": list(scopes),
    }


def writing(resource: Resource, path_parameters: list[str], scopes: tuple[str, ...], *, single: bool) -> dict[str, Any]:
    """A PUT of one object, or a POST of one or several."""
    one = _envelope(resource.one, {"type": "object"})
    pairs = _envelope("sourcedIdPairs", {"oneOf": [_PAIR, _listed(_PAIR)]})
    body = one if single else {"anyOf": [one, _envelope(resource.many, _listed({"type": "object"}))]}
    answer = {"content": _json(one if single else pairs)}
    return {
        "parameters": _in_path(path_parameters),
        "requestBody": {"required": True, "content": _json(body)},
        "responses": {
            "200": {"description": "It was here already", **answer},
            "201": {"description": "It is new", **answer},
            **_refusals(),
        },
        "x-scopes": list(scopes),
    }


def removing(path_parameters: list[str], scopes: tuple[str, ...]) -> dict[str, Any]:
    answers = {"204": {"description": "It is marked to be deleted"}, **_refusals()}
    return {"parameters": _in_path(path_parameters), "responses": answers, "x-scopes": list(scopes)}


def _envelope(name: str, content: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": [name], "properties": {name: content}}


def _listed(content: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": content}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _refusals() -> dict[str, Any]:
    return {"default": {"description": "A refusal, as imsx_StatusInfo", "content": _json(_STATUS_INFO)}}


def _in_path(names: list[str]) -> list[dict[str, Any]]:
    return [{"name": name, "in": "path", "required": True, "schema": _TEXT} for name in names]


def _in_query(schemas: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"name": name, "in": "query", "required": False, "schema": schema} for name, schema in schemas.items()]
