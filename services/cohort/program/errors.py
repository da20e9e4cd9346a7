"""What programs refuse."""

from kit.problems import Conflict, NotFound


class UnknownSchool(NotFound):
    title = "The roster has told of no such school"


class UnknownProgram(NotFound):
    title = "There is no such program"


class UnknownCohort(NotFound):
    title = "There is no such cohort in this program"


class CohortFull(Conflict):
    title = "Cohort is full"


class CapacityInUse(Conflict):
    title = "The cohort already holds more schools than that"
