"""Column types and the declarative base that every service's tables share."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, MetaData, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

DistrictKey = Annotated[UUID, mapped_column(Uuid, primary_key=True, sort_order=-10)]
"""The district that a row belongs to; it leads every key."""

SourcedId = Annotated[str, mapped_column(Text(collation="C"))]
"""An identifier that somebody else gave; compared byte by byte."""

Utc = Annotated[datetime, mapped_column(DateTime(timezone=True))]
"""An aware instant."""

Json = Annotated[dict[str, Any], mapped_column(JSONB)]
"""A JSON object whose shape belongs to the caller."""


class Model(DeclarativeBase):
    """What the tables of all services have in common; each service derives its own `Base` with `metadata_of()`."""

    __abstract__ = True
    type_annotation_map = {str: Text, int: BigInteger, datetime: DateTime(timezone=True), dict[str, Any]: JSONB}  # noqa: RUF012 - read by SQLAlchemy


def metadata_of() -> MetaData:
    """A service's own metadata, with one naming convention for constraints and indexes."""
    return MetaData(naming_convention=_NAMES)
