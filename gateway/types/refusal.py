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
