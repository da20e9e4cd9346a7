"""Refusals of plans for a day."""

from kit.problems import Conflict, Forbidden, Problem


class NotYoursToPlan(Forbidden):
    title = "A class's day is planned by those who teach the class"


class StaleVersion(Conflict):
    title = "The day was planned anew since the version that was named"


class NotOfThatDay(Problem):
    status, title = 422, "A block begins and ends on its day, in the district's time zone"


class NotInTheClass(Problem):
    status, title = 422, "A block's learners sit in the class"


class BlockElsewhere(Conflict):
    title = "A block with this id belongs to another class or day"


class BlockAhead(Conflict):
    title = "The block's day has not come"
