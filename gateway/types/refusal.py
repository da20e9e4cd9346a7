"""What a service refuses, as a member of a mutation's union."""

import strawberry


@strawberry.type(description="An argument that was not taken.")
class RefusedField:
    place: str
    code: str


@strawberry.type(description="The service understood and refused; nothing has changed. The code is stable.")
class Refusal:
    code: str
    message: str
    fields: list[RefusedField]


@strawberry.type(
    description="Somebody else came first: the version named is not the one that stands. Nothing has changed."
)
class StaleVersion:
    code: str
    message: str
    current: int = strawberry.field(description="The version that stands.")
