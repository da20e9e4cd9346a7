"""Refusals of plans."""

from kit.problems import Conflict, Forbidden, Problem


class PartiesOnly(Forbidden):
    title = "A plan is made by the learner, guardians who hold rights and the learner's teachers"


class StaleVersion(Conflict):
    title = "The plan has changed since the version that was named"


class PlanClosed(Conflict):
    title = "The plan is closed, or there is none yet"


class UnknownGoal(Problem):
    status, title = 422, "The learner has no such goal that others may see"


class UnknownCompetency(Problem):
    status, title = 422, "The district holds no such competency"
