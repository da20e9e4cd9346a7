"""The published schema and the engine that runs it."""

import strawberry
from graphql import GraphQLError
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

from gateway.execution import resolvers
from gateway.execution.documents import Documents
from gateway.execution.engine import Engine
from gateway.execution.gatekeeper import Gatekeeper
from gateway.schema.mutation import Mutation
from gateway.schema.query import Query
from gateway.schema.subscription import EvidenceRecorded, MasteryChanged, ProfileChanged, Subscription
from gateway.types.scalars import SCALARS


class _Schema(strawberry.Schema):
    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Nothing: Strawberry would log the operation's text, which may name people. `Gatekeeper` logs what matters."""


def build_engine() -> Engine:
    schema = _Schema(
        Query,
        Mutation,
        Subscription,
        types=[EvidenceRecorded, MasteryChanged, ProfileChanged],
        extensions=[lambda: Gatekeeper(documents)],
        config=StrawberryConfig(scalar_map=SCALARS),
    )
    core = schema._schema  # noqa: SLF001 - Strawberry's way to graphql-core's schema
    resolvers.install(core)
    documents = Documents(core)
    return Engine(schema, documents)
