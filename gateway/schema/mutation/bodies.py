"""What mutations send to the services' doors."""

from collections.abc import Mapping
from typing import Any


def given_input(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """The argument `input` without what was left out."""
    return {name: value for name, value in arguments["input"].items() if value is not None}
