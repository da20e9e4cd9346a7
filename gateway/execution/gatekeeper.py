"""Stands at both ends of the stock executor: nothing unadmitted goes in, no bug's text comes out."""

import secrets
from collections.abc import Iterator

import structlog
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    NameNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
)
from strawberry.extensions import SchemaExtension
from strawberry.types import StreamExecutionResult

from gateway.errors import BAD_INPUT, INTERNAL, RefusedRequest
from gateway.execution.documents import Documents

_log = structlog.get_logger("graph")
_NOTHING = SelectionSetNode(selections=(FieldNode(name=NameNode(value="__typename")),))


class Gatekeeper(SchemaExtension):
    """Whichever door an operation came through, it is held to the same limits and its errors carry the same codes."""

    def __init__(self, documents: Documents) -> None:
        self.documents = documents
        self.streamed = False

    def on_parse(self) -> Iterator[None]:
        asked = self.execution_context
        name = asked._provided_operation_name  # noqa: SLF001 - the public property wants the parsed document
        try:
            admitted = self.documents.admit(asked.query or "", name, asked.variables or {})
            asked.graphql_document, asked.pre_execution_errors = admitted.document, []
        except RefusedRequest as refused:
            asked.graphql_document = _nothing(name)
            asked.pre_execution_errors = [
                GraphQLError(error["message"], extensions=error["extensions"]) for error in refused.errors
            ]
        yield

    def on_operation(self) -> Iterator[None]:
        self.execution_context.context = self.execution_context.context.of_operation()
        yield
        result = self.execution_context.result
        if not self.streamed and result is not None and result.errors:
            result.errors = [presentable(error) for error in result.errors]

    def on_stream_result(self, result: StreamExecutionResult) -> Iterator[None]:
        self.streamed = True
        errors = getattr(result, "errors", None)
        if errors:
            result.errors = [presentable(error) for error in errors]  # type: ignore[union-attr]
        yield


def _nothing(name: str | None) -> DocumentNode:
    """In place of a document that was refused: the executor insists on one before it looks at the errors."""
    operation = OperationDefinitionNode(
        operation=OperationType.QUERY, name=NameNode(value=name) if name else None, selection_set=_NOTHING
    )
    return DocumentNode(definitions=(operation,))


def presentable(error: GraphQLError) -> GraphQLError:
    """The error with a stable code; a bug's own words stay in the log, under an id that goes out."""
    if "code" in (error.extensions or {}):
        return error
    if error.message.startswith(("Argument ", "Variable ")):
        return _recoded(error, error.message, BAD_INPUT)
    bug = secrets.token_hex(8)
    _log.error("masked", bug=bug, exc_info=error.original_error or error)
    return _recoded(error, f"Something failed on our side: {bug}", INTERNAL)


def _recoded(error: GraphQLError, message: str, code: str) -> GraphQLError:
    return GraphQLError(message, nodes=error.nodes, path=error.path, extensions={"code": code})
