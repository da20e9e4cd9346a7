"""How other nouns name a competency."""

from typing import Any

from sqlalchemy import SQLColumnExpression, func
from sqlalchemy.dialects.postgresql import JSON


def competency_reference(competency: Any) -> SQLColumnExpression[Any]:  # noqa: ANN401 - a table
    """The few fields of a competency that a mastery or a piece of evidence carries along."""
    return func.json_build_object(
        "id", competency.id,
        "code", competency.code,
        "statement", competency.statement,
        "frameworkId", competency.framework_id,
        type_=JSON,
    )  # fmt: skip
