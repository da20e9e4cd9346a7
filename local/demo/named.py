"""The learners who have a story, and the adults around them.

Their sourcedIds do not depend on the size of the district. The other district uses the same ones for other people.
"""

from datetime import date
from typing import Literal, NamedTuple

from local.demo.school_year import SchoolYear

Pattern = Literal["strong", "usual", "stalled", "one result", "none"]
Right = Literal["rights_holder", "contact", "court_restriction"]


class NamedGuardian(NamedTuple):
    given: str
    family: str
    right: Right
    """A court restriction stands beside the kinship that the roster tells, and outweighs it."""


class NamedLearner(NamedTuple):
    key: str
    number: int
    given: str
    family: str
    school: int
    """Index of the school; the named ones are the first schools of the district."""
    grade: str
    born: tuple[int, int, int]
    """Years before the end of the school year, month and day."""
    pattern: Pattern
    guardians: tuple[NamedGuardian, ...]
    small_group: bool = False
    """Counts among the Pacific Islanders, of whom the district has too few to show."""
    second_school: int | None = None
    """Index of a school where the learner attends one class more."""
    story: str = ""

    @property
    def sourced_id(self) -> str:
        return f"s-{self.number}"

    def guardian_id(self, place: int) -> str:
        return f"g-{self.number + 400000 + 100000 * place}"

    def born_on(self, year: SchoolYear) -> date:
        years, month, day = self.born
        return date(year.ends_in - years, month, day)


def _parent(given: str, family: str, right: Right = "rights_holder") -> NamedGuardian:
    return NamedGuardian(given, family, right)


_FULTON = (
    NamedLearner(
        "myra",
        100001,
        "Myra",
        "Okafor-Lane",
        1,
        "06",
        (12, 7, 20),
        "strong",
        (_parent("Ngozi", "Okafor"), _parent("Peter", "Lane")),
        story="Eleven years old; last night's quiz on the lab procedure, and equations above her grade.",
    ),
    NamedLearner(
        "stalled",
        100002,
        "Dario",
        "Castellan",
        1,
        "06",
        (12, 2, 11),
        "stalled",
        (_parent("Elsa", "Castellan"),),
        story="Many results at one level, and none since the middle of October.",
    ),
    NamedLearner(
        "insufficient",
        100003,
        "Anh",
        "Truong-Vale",
        1,
        "06",
        (12, 4, 2),
        "one result",
        (_parent("Bao", "Truong"),),
        story="One result only: not enough to say anything.",
    ),
    NamedLearner(
        "protected",
        100004,
        "Selah",
        "Brightwater",
        1,
        "06",
        (12, 1, 25),
        "usual",
        (_parent("Judith", "Brightwater"), _parent("Warren", "Stroud", "court_restriction")),
        story="One guardian may not know: a court has restricted him.",
    ),
    NamedLearner(
        "adult",
        100005,
        "Malcolm",
        "Yearwood",
        2,
        "12",
        (19, 8, 2),
        "usual",
        (_parent("Denise", "Yearwood", "contact"),),
        story="Eighteen: the rights are his own, his mother is a contact.",
    ),
    NamedLearner(
        "offline",
        100006,
        "Ruthie",
        "Penhallow",
        0,
        "04",
        (10, 3, 30),
        "usual",
        (_parent("Hollis", "Penhallow"),),
        story="No internet at home, and a hotspot on loan.",
    ),
    NamedLearner(
        "islander",
        100007,
        "Keoni",
        "Makaio",
        1,
        "07",
        (13, 5, 9),
        "usual",
        (_parent("Leilani", "Makaio"),),
        small_group=True,
        story="One of a group too small to show.",
    ),
    NamedLearner(
        "islander-two",
        100008,
        "Sina",
        "Tuilagi-Moe",
        1,
        "08",
        (14, 6, 17),
        "usual",
        (_parent("Tavita", "Moe"),),
        small_group=True,
        story="One of a group too small to show.",
    ),
    NamedLearner(
        "two-schools",
        100009,
        "Ilse",
        "Vandermeer",
        1,
        "08",
        (14, 1, 12),
        "strong",
        (_parent("Joost", "Vandermeer"),),
        second_school=2,
        story="Takes mathematics at the high school.",
    ),
    NamedLearner(
        "newcomer",
        100010,
        "Tariq",
        "Benhadj",
        2,
        "09",
        (15, 5, 28),
        "none",
        (_parent("Salma", "Benhadj"),),
        story="Came a week ago; nothing is recorded yet.",
    ),
)
_HENRY = (
    NamedLearner(
        "other",
        100001,
        "Corwin",
        "Ashgrove",
        1,
        "07",
        (13, 7, 3),
        "usual",
        (_parent("Maeve", "Ashgrove"),),
        story="Has the same sourcedId as a learner of the other district.",
    ),
    NamedLearner(
        "other-protected",
        100004,
        "Winifred",
        "Stonebridge",
        1,
        "06",
        (12, 3, 15),
        "stalled",
        (_parent("Clara", "Stonebridge"), _parent("Ambrose", "Kettering")),
        story="Her second guardian has the sourcedId that a court restricted in the other district.",
    ),
)
NAMED: dict[str, tuple[NamedLearner, ...]] = {"fulton-like": _FULTON, "henry-like": _HENRY}


def named_of(district: str, school: int) -> tuple[NamedLearner, ...]:
    return tuple(learner for learner in NAMED[district] if learner.school == school)
