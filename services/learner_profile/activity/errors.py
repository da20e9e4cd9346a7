"""Refusals of the doors for activity."""

from kit.problems import Conflict, Forbidden, Problem


class MalformedBody(Problem):
    status, title = 400, "The body is not what the standard describes"


class WrongContentType(Problem):
    status, title = 415, "This door takes JSON"


class UnknownDataVersion(Problem):
    status, title = 422, "The dataVersion is none of those that this endpoint takes"


class UnknownVersion(Problem):
    status, title = 400, "X-Experience-API-Version is 1.0.x"


class StatementConflict(Conflict):
    title = "A statement with this id is held, and it says something else"


class ScoreOutdated(Conflict):
    title = "A score with a later or the same timestamp is held"


class NoSource(Forbidden):
    title = "The client has no objects of its own"


class UnknownLearner(Problem):
    status, title = 422, "The district holds no such learner"
