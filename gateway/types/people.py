"""People by name."""

from typing import ClassVar

import strawberry
from strawberry import ID

from gateway.joins import Source
from gateway.types.sources import PERSONS


@strawberry.type(description="Somebody on the staff.")
class Person:
    __home__: ClassVar[Source] = PERSONS

    id: ID
    display_name: str
    given_name: str | None
    family_name: str | None
