"""One execution of a plan: what was found so far, and the answer that is being put together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graphql.execution.values import VariableValues

from gateway.errors import UpstreamFailure

if TYPE_CHECKING:
    from gateway.execution.reads import Read


@dataclass(slots=True)
class Run:
    variables: VariableValues
    answer: Any
    """The struct of the root."""
    found: dict[Read, list[Any]] = field(default_factory=dict)
    """The objects that each read answered."""
    failed: dict[Read, UpstreamFailure] = field(default_factory=dict)
