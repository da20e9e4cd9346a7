"""Logs without personal data, request ids, W3C trace context and Prometheus metrics."""

import logging
import re
import secrets
import time
from collections.abc import MutableMapping
from typing import Any

import structlog
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from prometheus_client import REGISTRY, Counter, Histogram, generate_latest
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kit.settings import Settings

_REQUESTS = Counter("trellis_requests_total", "Requests answered", ["service", "method", "route", "status"])
_SECONDS = Histogram("trellis_request_seconds", "Time to the last byte", ["service", "method", "route"])
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,80}")
_QUIET = frozenset({"/livez", "/readyz", "/metrics"})
_PROPAGATOR = TraceContextTextMapPropagator()
_log = structlog.get_logger("request")
_tracer = trace.get_tracer("trellis")


def configure(settings: Settings, service: str) -> None:
    """Set up this process's logs (one JSON object a line on standard output) and, where an endpoint is given, its traces."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_values,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(),
        cache_logger_on_first_use=False,
    )
    if settings.otlp_endpoint:
        provider = TracerProvider(resource=Resource.create({"service.name": service}))
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(settings.otlp_endpoint)))
        trace.set_tracer_provider(provider)


def _without_values(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:  # noqa: ANN401 - structlog's signature
    """Replace an exception by its types and places: a message may quote a row, and a row is a person."""
    error = event.pop("exc_info", None)
    if isinstance(error, BaseException):
        event["raised"] = [_places(part) for part in _chain(error)]
    return event


def _chain(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    while error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__ or error
    return found[:5]


def _places(error: BaseException) -> dict[str, Any]:
    places, step = [], error.__traceback__
    while step is not None:
        places.append(f"{step.tb_frame.f_code.co_filename.rsplit('/', 3)[-1]}:{step.tb_lineno}")
        step = step.tb_next
    state = getattr(getattr(error, "orig", error), "sqlstate", None)
    return {"type": type(error).__name__, "sqlstate": state, "at": places[-8:]}


class Telemetry:
    """Gives each request an id and a span, and counts and logs it by its route's template."""

    def __init__(self, app: ASGIApp, service: str) -> None:
        self.app = app
        self.service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in _QUIET:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        scope["trellis.request_id"] = request_id = _request_id(headers)
        status, started = 500, time.perf_counter()

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        with _tracer.start_as_current_span(scope["method"], context=_PROPAGATOR.extract(dict(headers))):
            try:
                await self.app(scope, receive, noted)
            finally:
                self._record(scope, status, time.perf_counter() - started)

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        route = str(getattr(scope.get("route"), "path", "unrouted"))
        _REQUESTS.labels(self.service, scope["method"], route, status).inc()
        _SECONDS.labels(self.service, scope["method"], route).observe(seconds)
        _log.info(
            "answered",
            service=self.service,
            method=scope["method"],
            route=route,
            status=status,
            ms=round(seconds * 1000, 1),
            request_id=scope["trellis.request_id"],
        )


def _request_id(headers: Headers) -> str:
    given = headers.get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)


def relayed_headers(request_id: str) -> dict[str, str]:
    """What a call on behalf of a request carries on: its id and the trace context."""
    headers = {"X-Request-Id": request_id}
    _PROPAGATOR.inject(headers)
    return headers


async def metrics(_: Request) -> Response:
    return Response(generate_latest(REGISTRY), media_type="text/plain; version=0.0.4")
