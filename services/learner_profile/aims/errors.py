"""Refusals of goals and next steps."""

from kit.problems import Conflict, Forbidden, Problem


class NotYourGoal(Forbidden):
    title = "A goal is set, changed and dropped by the learner"


class NotAParty(Forbidden):
    title = "Learners, their guardians and their teachers decide here"


class StaleVersion(Conflict):
    title = "It has changed since the version that was named"


class GoalClosed(Conflict):
    title = "The goal has been met or dropped"


class GoalNotRunning(Conflict):
    title = "A check-in needs a goal that is agreed and not yet met or dropped"


class NotProposed(Conflict):
    title = "The goal has not been proposed"


class NameTaken(Conflict):
    title = "Something else has this id"


class UnknownCompetency(Problem):
    status, title = 422, "The district holds no such competency"


class NoSuchStep(Conflict):
    title = "This is not one of the learner's next steps now"
