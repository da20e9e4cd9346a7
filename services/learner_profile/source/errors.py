"""What every door of systems refuses."""

from kit.problems import Conflict


class SourcePaused(Conflict):
    title = "The source is paused; what it sends is not taken"
