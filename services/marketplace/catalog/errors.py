"""What the catalogue refuses."""

from kit.problems import Conflict


class ListedBySomebodyElse(Conflict):
    title = "Another system listed this; it is changed there"
