"""Refusals of the ledger."""

from kit.problems import Forbidden, Problem


class UnknownCompetency(Problem):
    status, title = 422, "The district holds no such competency"


class NotYoursToAssess(Forbidden):
    title = "Evidence is recorded by those who teach the learner"
