"""Refusals of rubrics and demonstrations."""

from kit.problems import Conflict, Forbidden, Problem


class StaleRubric(Conflict):
    title = "The rubric has changed since the version that was named"


class RubricState(Conflict):
    title = "A rubric goes from draft to published to retired, and a retired one does not change"


class UnknownCompetency(Problem):
    status, title = 422, "The district holds no such competency"


class StaleVersion(Conflict):
    title = "It has changed since the version that was named"


class NameTaken(Conflict):
    title = "Something else has this id"


class NotYourDemonstration(Forbidden):
    title = "A demonstration is proposed and assessed for oneself by the learner"


class NotYoursToJudge(Forbidden):
    title = "Who teaches the learner decides about demonstrations and scores them"


class DemonstrationState(Conflict):
    title = "The demonstration is not where this can be done"


class UnknownRubric(Problem):
    status, title = 422, "The district has published no such rubric"


class UnknownLevel(Problem):
    status, title = 422, "The rubric has no such criterion or level"


class EssentialUnscored(Problem):
    status, title = 422, "A score takes a level of every essential criterion"
