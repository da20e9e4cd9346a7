"""Refusals of insight."""

from kit.problems import Conflict, Forbidden, Problem


class NotYoursToDecide(Forbidden):
    title = "This is decided by those who teach the learner or lead the learner's school"


class NotEligible(Conflict):
    title = "The learner has not mastered this competency; to go on all the same, override with a note"


class NoteNeeded(Problem):
    status, title = 422, "An override says why"


class UnknownCompetency(Problem):
    status, title = 422, "The district holds no such competency"
