"""Refusals of the mastery area."""

from kit.problems import Conflict, Forbidden, Problem


class UnknownTarget(Problem):
    status, title = 422, "The district holds no such framework, competency, course or school"


class ScopeIsSettled(Conflict):
    title = "A policy keeps the scope that it was made for"


class ReportIsFrozen(Conflict):
    title = "This report was issued with another content, and reports do not change"


class AlreadyWithdrawn(Conflict):
    title = "The status was withdrawn before, for another reason"


class NotYoursToConfer(Forbidden):
    title = "A status is conferred and withdrawn by those who teach the learner"
