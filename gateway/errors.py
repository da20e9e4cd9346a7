"""What can go wrong, under codes that do not change."""

from typing import Any

UNAUTHENTICATED = "UNAUTHENTICATED"
FORBIDDEN = "FORBIDDEN"
NOT_FOUND = "NOT_FOUND"
BAD_INPUT = "BAD_INPUT"
CONFLICT = "CONFLICT"
LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
UPSTREAM_UNAVAILABLE = "UPSTREAM_UNAVAILABLE"
INTERNAL = "INTERNAL"


class RefusedRequest(Exception):  # noqa: N818 - a refusal is not an error of ours
    """A request that is not executed: `errors` are complete GraphQL errors, `status` is the HTTP status they go out with."""

    def __init__(self, *errors: dict[str, Any], status: int = 400) -> None:
        super().__init__(errors[0]["message"])
        self.errors = list(errors)
        self.status = status


class RefusedOperation(RefusedRequest):
    """The request is well formed, and its operation is not one that can be executed."""


class UpstreamFailure(Exception):  # noqa: N818 - another's failure, which we pass on
    """A service refused or did not answer; `document` is its problem document where it gave one."""

    def __init__(self, service: str, code: str, message: str, document: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.service = service
        self.code = code
        self.message = message
        self.document = document or {}

    @property
    def extensions(self) -> dict[str, Any]:
        """What goes out with the error; the stock executor takes it from the exception that a resolver raised."""
        return {"code": self.code, "service": self.service}


def error(code: str, message: str, **extensions: Any) -> dict[str, Any]:  # noqa: ANN401 - members are JSON
    return {"message": message, "extensions": {"code": code, **extensions}}
