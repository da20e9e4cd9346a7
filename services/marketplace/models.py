"""The declarative base of this service's tables."""

from kit.models import Model, metadata_of


class Base(Model):
    __abstract__ = True
    metadata = metadata_of()
