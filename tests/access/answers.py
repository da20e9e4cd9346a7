"""What an answer tells, to compare two of them to the last byte."""

import httpx


def told(answer: httpx.Response, ids: dict[str, str]) -> tuple[int, str, list[tuple[str, str]]]:
    """Everything that an answer tells, with ids put in the place of others."""
    body, headers = answer.text, [item for item in answer.headers.items() if item[0] != "x-request-id"]
    for mine, other in ids.items():
        body = body.replace(mine, other)
        headers = [(name, value.replace(mine, other)) for name, value in headers]
    lengths = {"content-length"} if ids else set()
    return answer.status_code, body, [item for item in headers if item[0] not in lengths]
