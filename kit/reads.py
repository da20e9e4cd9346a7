"""Hot reads: one SELECT, one round trip, in the caller's context.

The context is set by a materialized CTE whose one row the statement needs before it can be evaluated. Should a planner ever
evaluate it later, row security sees no district and the read returns nothing.
"""

import re
from typing import Any

import asyncpg
from sqlalchemy import BindParameter, Select, bindparam, func, select
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect
from sqlalchemy.sql.visitors import traverse

from kit.caller import VerifiedCaller
from kit.database import Database, context_values, refusal_of

_CONTEXT = ("district_id", "person_id", "client_id", "now")
_ASKS_THE_CONTEXT = re.compile(r"\b(trellis_(?:district|person|client|now))\(\)")


class HotRead:
    """A statement of one JSON column and one row, composed once.

    PostgreSQL evaluates stable functions already while it plans, and these statements are planned before their context is
    set: it would take every district for empty. What asks the context therefore stands in a sub-select, which it leaves alone.

    Parameters are the statement's bind parameters by name; the answer is the JSON as PostgreSQL wrote it, or None for SQL NULL.
    """

    def __init__(self, statement: Select[Any]) -> None:
        settings = (func.set_config(f"trellis.{name}", bindparam(f"ctx_{name}"), True).label(name) for name in _CONTEXT)
        context = select(*settings).cte("ctx").prefix_with("MATERIALIZED", dialect="postgresql")
        body = select(statement.scalar_subquery().label("body")).select_from(context).where(context.c.district_id != "")
        traverse(body, {}, {"bindparam": _write_out})
        compiled = body.compile(dialect=asyncpg_dialect(), compile_kwargs={"render_postcompile": True})  # type: ignore[no-untyped-call]
        self.sql = _ASKS_THE_CONTEXT.sub(r"(SELECT \1())", str(compiled))
        self._order = compiled.positiontup or []

    async def fetch(self, database: Database, caller: VerifiedCaller, **parameters: Any) -> bytes | None:  # noqa: ANN401 - bind values
        context = {f"ctx_{name}": value for name, value in context_values(caller, database.clock.now()).items()}
        values = {**context, **parameters}
        try:
            row: bytes | None = await database.pool.fetchval(self.sql, *(values[name] for name in self._order))
        except (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, OSError) as lost:
            raise refusal_of(OSError(str(lost))) from lost
        return row


def _write_out(constant: BindParameter[Any]) -> None:
    """Our own constants go into the text, so that PostgreSQL plans with them; what a caller gives stays a parameter."""
    constant.literal_execute = constant.value is not None
    constant.required = False
