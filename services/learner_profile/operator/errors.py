"""What the operator's commands refuse."""

from collections.abc import Awaitable
from typing import TypeVar

from kit.problems import Problem

T = TypeVar("T")


class OperatorError(Exception):
    """A refusal in a sentence for the operator."""


async def or_refused(work: Awaitable[T]) -> T:
    """A command's own refusal, said to the operator."""
    try:
        return await work
    except Problem as refused:
        raise OperatorError(str(refused)) from refused
