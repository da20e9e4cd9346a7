"""Refusals of the competency area."""

from kit.problems import Problem


class NotJson(Problem):
    status, title = 400, "The body is not a JSON document"


class PackageRefused(Problem):
    status, title = 422, "The package was refused as a whole and nothing of it was stored"


class IdentifierMismatch(Problem):
    status, title = 409, "The package's document has another identifier than the address"
