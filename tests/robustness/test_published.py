"""Requests made from the published documents, right and wrong: none is a failure of ours, and each refusal is said as its door says them."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

import httpx
import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from tests.access.world import World
from tests.robustness.answers import faults

Kwargs = dict[str, Any]
_EXAMPLES = 2
_OWN_HEADERS: Final = {
    "authorization",
    "user-agent",
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "accept-encoding",
}
_FEW = settings(
    max_examples=_EXAMPLES,
    database=None,
    derandomize=True,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("service", ["learner_profile", "cohort", "marketplace"])
async def test_no_request_that_the_document_suggests_makes_a_service_fail(
    world: World, lp_app: FastAPI, co_app: FastAPI, mk_app: FastAPI, as_system: dict[str, str], as_steward: dict[str, str],
    service: str,
) -> None:  # fmt: skip
    app = {"learner_profile": lp_app, "cohort": co_app, "marketplace": mk_app}[service]
    wrong, sent = [], 0
    for number, request in enumerate(_requests(app)):
        headers = as_steward if number % 3 == 2 and "/ims/" not in request["url"] else as_system
        answer = await _send(world.doors[service], request, headers)
        if answer is not None:
            sent += 1
            wrong += faults(answer)
    assert wrong == []
    assert sent > len(app.openapi()["paths"])


def _requests(app: FastAPI) -> Iterator[Kwargs]:
    """Some for each operation; for the OneRoster doors, which are many and alike, right and wrong ones in turn."""
    schema = schemathesis.openapi.from_dict(app.openapi())
    for number, result in enumerate(schema.get_all_operations()):
        operation: Any = result.ok()  # type: ignore[union-attr]  # a document that is none fails here
        modes = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
        for mode in modes if "/ims/oneroster" not in operation.path else modes[number % 2 :][:1]:
            yield from _examples(operation, mode)


def _examples(operation: Any, mode: Any) -> list[Kwargs]:  # noqa: ANN401 - the library's own
    made: list[Kwargs] = []

    @_FEW
    @given(case=operation.as_strategy(generation_mode=mode))
    def collect(case: Any) -> None:  # noqa: ANN401 - the library's own
        made.append(case.as_transport_kwargs(base_url="https://trellis.test"))

    with suppress(Unsatisfiable):
        collect()
    return made


async def _send(client: httpx.AsyncClient, request: Kwargs, headers: dict[str, str]) -> httpx.Response | None:
    """The answer, or None where the client itself cannot say such a request."""
    given_headers = {k: v for k, v in request.get("headers", {}).items() if k.lower() not in _OWN_HEADERS}
    body: Kwargs = {"json": request["json"]} if "json" in request else {}
    if request.get("data") is not None:
        body = {"data": request["data"]} if isinstance(request["data"], dict) else {"content": request["data"]}
    try:
        made = client.build_request(
            request["method"],
            request["url"],
            params=request.get("params"),
            headers={**given_headers, **headers},
            **body,
        )
    except (UnicodeError, ValueError, TypeError, httpx.InvalidURL):
        return None
    return await client.send(made)
