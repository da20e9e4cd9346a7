"""What an answer to bad input looks like, whatever the input was."""

from typing import Any

import httpx

_PROBLEM = {"type", "title", "status", "code"}
_STATUS_INFO = {"imsx_codeMajor", "imsx_severity", "imsx_description", "imsx_CodeMinor"}


def faults(answer: httpx.Response) -> list[str]:
    """What is wrong with an answer: a failure of ours, or a refusal that is not said as its door says refusals."""
    said = f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text[:300]}"
    if answer.status_code >= 500 and answer.status_code != 503:
        return [said]
    if answer.status_code < 400 or answer.request.method == "HEAD":
        return []
    return [] if _is_said_well(answer) else [f"not a refusal of this door: {said}"]


def _is_said_well(answer: httpx.Response) -> bool:
    path, kind, body = answer.request.url.path, answer.headers.get("content-type", ""), _object(answer)
    if path.startswith("/ims/oneroster/"):
        return kind == "application/json" and set(body) >= _STATUS_INFO
    if path == "/oauth2/token" and "error" in body:
        return bool(kind == "application/json")
    return kind == "application/problem+json" and set(body) >= _PROBLEM and body["status"] == answer.status_code


def _object(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
