"""Refusals of the profile."""

from kit.problems import Conflict, Forbidden


class NotYoursToSay(Forbidden):
    title = "This part of the profile is told by others"


class IllegalMove(Conflict):
    title = "From where it stands it does not go there"


class ScaleInUse(Conflict):
    title = "Results stand on this scale; another scale is another assessment"
