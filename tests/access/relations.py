"""The people of the matrix and how they stand to one another, as plain facts: the world is built from them, the oracle reads them.

Every fact holds now, is over since today (end days are exclusive), or lies ahead.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

When = Literal["now", "over", "ahead"]
Standing = Literal["here", "disabled", "removed"]


class Held(NamedTuple):
    """A roster role: `student` at a school makes a learner, staff roles make staff."""

    role: str
    org: str
    when: When = "now"


@dataclass(frozen=True)
class Somebody:
    roles: tuple[Held, ...]
    standing: Standing = "here"


PEOPLE: dict[str, Somebody] = {
    "learner": Somebody((Held("student", "s1"),)),
    "classmate": Somebody((Held("student", "s1"),)),
    "schoolmate": Somebody((Held("student", "s1"),)),
    "far_learner": Somebody((Held("student", "s2"),)),
    "moved_learner": Somebody((Held("student", "s1", "over"), Held("student", "s2"))),
    "coming_learner": Somebody((Held("student", "s1", "ahead"),)),
    "removed_learner": Somebody((Held("student", "s1"),), "removed"),
    "adult_learner": Somebody((Held("student", "s1"),)),
    "teacher": Somebody((Held("teacher", "s1"),)),
    "other_teacher": Somebody((Held("teacher", "s1"),)),
    "far_teacher": Somebody((Held("teacher", "s2"),)),
    "former_teacher": Somebody((Held("teacher", "s1"),)),
    "coming_teacher": Somebody((Held("teacher", "s1"),)),
    "teacher_of_last_year": Somebody((Held("teacher", "s1"),)),
    "teacher_of_removed_class": Somebody((Held("teacher", "s1"),)),
    "disabled_teacher": Somebody((Held("teacher", "s1"),), "disabled"),
    "removed_teacher": Somebody((Held("teacher", "s1"),), "removed"),
    "principal": Somebody((Held("principal", "s1"),)),
    "far_principal": Somebody((Held("principal", "s2"),)),
    "former_principal": Somebody((Held("principal", "s1", "over"),)),
    "disabled_principal": Somebody((Held("principal", "s1"),), "disabled"),
    "counselor": Somebody((Held("counselor", "s1"),)),
    "aide": Somebody((Held("aide", "s1"),)),
    "guardian": Somebody((Held("guardian", "s1"),)),
    "restricted_guardian": Somebody((Held("guardian", "s1"),)),
    "cleared_guardian": Somebody((Held("guardian", "s1"),)),
    "contact": Somebody((Held("guardian", "s1"),)),
    "former_guardian": Somebody((Held("guardian", "s1"),)),
    "coming_guardian": Somebody((Held("guardian", "s1"),)),
    "removed_guardian": Somebody((Held("guardian", "s1"),), "removed"),
    "guardian_of_adult": Somebody((Held("guardian", "s1"),)),
    "guardian_of_dependent": Somebody((Held("guardian", "s1"),)),
    "guardian_by_consent": Somebody((Held("guardian", "s1"),)),
    "agent": Somebody((Held("guardian", "s1"),)),
    "far_guardian": Somebody((Held("guardian", "s2"),)),
    "district_leader": Somebody((Held("districtAdministrator", "d"),)),
    "former_leader": Somebody(()),
    "data_steward": Somebody(()),
    "district_analyst": Somebody(()),
    "program_director": Somebody(()),
    "reviewer": Somebody(()),
    "finance": Somebody(()),
}


class Class(NamedTuple):
    school: str
    when: When = "now"
    is_removed: bool = False


CLASSES = {
    "c1": Class("s1"),
    "c2": Class("s1"),
    "c3": Class("s2"),
    "last_year": Class("s1", "over"),
    "removed_class": Class("s1", is_removed=True),
}


class Seat(NamedTuple):
    person: str
    class_: str
    role: Literal["student", "teacher"]
    when: When = "now"


SEATS = (
    Seat("learner", "c1", "student"),
    Seat("classmate", "c1", "student"),
    Seat("schoolmate", "c2", "student"),
    Seat("far_learner", "c3", "student"),
    Seat("moved_learner", "c1", "student", "over"),
    Seat("moved_learner", "c3", "student"),
    Seat("coming_learner", "c1", "student", "ahead"),
    Seat("removed_learner", "c1", "student"),
    Seat("learner", "last_year", "student"),
    Seat("learner", "removed_class", "student"),
    Seat("teacher", "c1", "teacher"),
    Seat("other_teacher", "c2", "teacher"),
    Seat("far_teacher", "c3", "teacher"),
    Seat("former_teacher", "c1", "teacher", "over"),
    Seat("coming_teacher", "c1", "teacher", "ahead"),
    Seat("teacher_of_last_year", "last_year", "teacher"),
    Seat("teacher_of_removed_class", "removed_class", "teacher"),
    Seat("disabled_teacher", "c1", "teacher"),
    Seat("removed_teacher", "c1", "teacher"),
)


class Care(NamedTuple):
    guardian: str
    learner: str
    kind: Literal["rights_holder", "contact", "court_restriction"]
    when: When = "now"


CARE = (
    Care("guardian", "learner", "rights_holder"),
    Care("guardian", "removed_learner", "rights_holder"),
    Care("restricted_guardian", "learner", "rights_holder"),
    Care("restricted_guardian", "learner", "court_restriction"),
    Care("restricted_guardian", "classmate", "rights_holder"),
    Care("cleared_guardian", "learner", "rights_holder"),
    Care("cleared_guardian", "learner", "court_restriction", "over"),
    Care("contact", "learner", "contact"),
    Care("former_guardian", "learner", "rights_holder", "over"),
    Care("coming_guardian", "learner", "rights_holder", "ahead"),
    Care("removed_guardian", "learner", "rights_holder"),
    Care("guardian_of_adult", "adult_learner", "rights_holder"),
    Care("guardian_of_dependent", "adult_learner", "rights_holder"),
    Care("guardian_by_consent", "adult_learner", "rights_holder"),
    Care("far_guardian", "far_learner", "rights_holder"),
)

ADULTS = {"adult_learner"}
"""Learners who have turned 18 today: their rights are their own."""

EXCEPTED = {"guardian_of_dependent": "TAX_DEPENDENT", "guardian_by_consent": "LEARNER_CONSENT"}
"""Exceptions that are recorded for the guardians of adults."""

COUNTING = {"TAX_DEPENDENT"}
"""Kinds of exceptions that the district lets count."""


class Post(NamedTuple):
    """An assignment by the district's own door."""

    person: str
    role: str
    when: When = "now"


POSTS = (
    Post("former_leader", "district_leader", "over"),
    Post("data_steward", "data_steward"),
    Post("district_analyst", "district_analyst"),
    Post("program_director", "program_director"),
    Post("reviewer", "reviewer"),
    Post("finance", "finance"),
)
"""All at the district's own org."""

AGENTS = {"learner": ("agent",)}
"""OneRoster's `agents`: who they are is no right to see anything."""
