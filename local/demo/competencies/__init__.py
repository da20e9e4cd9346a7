"""The statements of the demo's own competency framework, one module a subject.

Each strand says what a learner can do at the end of each grade, kindergarten first, so that thirteen statements stand
for KG to 12. A few of them are split into skills, which are what a lesson or a quiz is about.
"""

from collections.abc import Mapping
from typing import NamedTuple

GRADES = ("KG", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12")


class Strand(NamedTuple):
    code: str
    title: str
    statements: tuple[str, ...]


class Subject(NamedTuple):
    """A branch of the framework; the keys of `skills` are (grade, strand code)."""

    code: str
    title: str
    statement: str
    strands: tuple[Strand, ...]
    skills: Mapping[tuple[str, str], tuple[str, ...]]
