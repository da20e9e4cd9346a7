"""Runs an admitted operation: by its plan, or by the stock executor where there is none or it was given up."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import strawberry
import structlog
from prometheus_client import Counter

from gateway.execution.context import Context
from gateway.execution.documents import Admitted, Documents
from gateway.execution.plan import Deviation

_RUNS = Counter("trellis_graph_operations_total", "Operations executed, by executor", ["executor"])
_log = structlog.get_logger("graph")


@dataclass(frozen=True, slots=True)
class Asked:
    """An operation as it came."""

    text: str
    name: str | None
    variables: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Engine:
    schema: strawberry.Schema
    documents: Documents

    def admit(self, asked: Asked) -> Admitted:
        """Raises `RefusedRequest`."""
        return self.documents.admit(asked.text, asked.name, asked.variables)

    async def answer(self, asked: Asked, admitted: Admitted, context: Context) -> bytes:
        """The response body of a query or a mutation."""
        plan = admitted.compiled.plan
        if plan is not None:
            try:
                answer = await plan.answer(admitted.variables, context.services.reader(context.relay))
            except Deviation as deviation:
                _log.warning("plan given up", operation=asked.name, found=str(deviation))
                _RUNS.labels("deviated").inc()
            else:
                _RUNS.labels("plan").inc()
                return answer
        return await self.stock_answer(asked, context)

    async def stock_answer(self, asked: Asked, context: Context) -> bytes:
        """The same by the stock executor, which is also what the plans are tested against."""
        _RUNS.labels("stock").inc()
        result = await self.schema.execute(
            asked.text, variable_values=dict(asked.variables), context_value=context, operation_name=asked.name
        )
        return orjson.dumps(body_of(result))


def body_of(result: Any) -> dict[str, Any]:  # noqa: ANN401 - any of the executor's results
    """A response's members; errors have been made presentable by then."""
    body: dict[str, Any] = {"data": result.data}
    if result.errors:
        body["errors"] = [error.formatted for error in result.errors]
    return body
