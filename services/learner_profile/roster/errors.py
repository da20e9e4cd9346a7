"""What the roster's own doors refuse."""

from kit.problems import BadInput, Problem


class UnknownPerson(BadInput):
    title = "The roster holds no such person"


class UnknownOrg(BadInput):
    title = "The roster holds no such org"


class OwnedByRoster(Problem):
    status, title = 409, "The roster tells this assignment; it is changed there"
