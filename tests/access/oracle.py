"""Who may see and do what, in the words of the architecture page; shares no line with the services.

"Who may see a learner: the learner, guardians without a restriction, staff who teach or counsel the learner now, the school's
leaders, district roles." Systems reach their whole district, by scope. Everything else sees nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from tests.access.relations import ADULTS, CARE, CLASSES, COUNTING, EXCEPTED, PEOPLE, POSTS, SEATS

FAMILY = {"student", "guardian", "parent", "relative"}
LEADS_A_SCHOOL = {"principal", "counselor"}
REACHES_ALL = {"district_leader", "data_steward"}
_IN_ROSTER = {"districtAdministrator": "district_leader"}
Verdict = Literal["served", "refused", "absent", "stranger"]


@dataclass(frozen=True)
class Public:
    """Anybody, without a token too."""


@dataclass(frozen=True)
class Member:
    """Anybody whose token is of the district: nothing about a person is told."""


@dataclass(frozen=True)
class PeopleOnly:
    """Any person; systems have no record of their own."""


@dataclass(frozen=True)
class Scoped:
    """Systems with one of these scopes, and nobody else."""

    scopes: frozenset[str]


@dataclass(frozen=True)
class Appointed:
    """People who hold one of these roles now; systems with one of these scopes."""

    roles: frozenset[str]
    scopes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Records:
    """Records of people: each caller sees those that stand to the caller, and the rest is not there."""

    noun: Literal["learner", "class", "person", "school", "plan", "me"]


@dataclass(frozen=True)
class Assessing:
    """Who teaches the learner now; systems with one of these scopes. Who may only see is refused, who may not sees nothing."""

    scopes: frozenset[str]


@dataclass(frozen=True)
class Owned:
    """The learner alone. Who may see the learner is refused, who may not sees nothing; systems have no part in it."""


@dataclass(frozen=True)
class Parties:
    """The learner, guardians with rights and the learner's teachers, otherwise as `Owned`."""


@dataclass(frozen=True)
class OwnBlock:
    """A learner for whom the block is planned; to everybody else it is not there."""


@dataclass(frozen=True)
class Planning:
    """Who teaches the class now; systems with one of these scopes. Who may only see the class is refused."""

    scopes: frozenset[str]


@dataclass(frozen=True)
class Educating:
    """Who teaches the learner now, leads or counsels at the learner's school. Who may only see the learner is refused."""


@dataclass(frozen=True)
class Alerted:
    """Who works with the learner: as `Educating`, and who acts for the district. To everybody else it is not there."""


@dataclass(frozen=True)
class Inspecting:
    """The learner, guardians with rights and data stewards; to everybody else it is not there, systems have no part in it."""


@dataclass(frozen=True)
class Telling:
    """Whoever stands to the learner in a way that the kind of entry asks for: the learner, guardians with rights, who teaches
    the learner, who leads or counsels at the learner's school, classmates. Who may only see is refused.
    """


@dataclass(frozen=True)
class LeadingClass:
    """Who teaches the class now, leads or counsels at its school. Who may only see the class is refused."""


About = (
    Records
    | Assessing
    | Owned
    | Parties
    | OwnBlock
    | Planning
    | Educating
    | Alerted
    | LeadingClass
    | Inspecting
    | Telling
)
"""Rules that depend on whom or what the request is about."""
Rule = Public | Member | PeopleOnly | Scoped | Appointed | About


@dataclass(frozen=True)
class Caller:
    """Somebody at a door. A person is known by name, a system by its scopes; `is_valid` is what the token is."""

    person: str | None = None
    scopes: frozenset[str] = frozenset()
    is_valid: bool = True

    @property
    def is_system(self) -> bool:
        return self.person is None


def verdict(rule: Rule, caller: Caller) -> Verdict:
    """What a door answers by its rule alone, whatever is asked for behind it."""
    if isinstance(rule, Public):
        return "served"
    if not caller.is_valid:
        return "stranger"
    return "served" if _opens(rule, caller) else "refused"


def _opens(rule: Rule, caller: Caller) -> bool:
    if isinstance(rule, Scoped | Appointed | Assessing) and caller.is_system:
        return bool(caller.scopes & rule.scopes)
    if isinstance(rule, Appointed):
        return bool(roles_of(caller.person) & rule.roles)
    if isinstance(rule, PeopleOnly):
        return not caller.is_system
    return not isinstance(rule, Scoped)


def roles_of(person: str | None) -> set[str]:
    """What the person is on the staff now; nothing for somebody who is disabled, removed or unknown."""
    if not _acts(person):
        return set()
    held = {role for role, _, when in PEOPLE[str(person)].roles if when == "now" and role not in FAMILY}
    held |= {post.role for post in POSTS if post.person == person and post.when == "now"}
    return {_IN_ROSTER.get(role, role) for role in held}


def sees_learner(caller: Caller, learner: str) -> bool:
    if learner not in PEOPLE or PEOPLE[learner].standing == "removed":
        return False
    if caller.is_system or roles_of(caller.person) & REACHES_ALL:
        return reaches_people(caller)
    return _acts(caller.person) and (
        caller.person == learner
        or _cares_for(caller.person, learner)
        or _teaches(caller.person, learner)
        or _leads_a_school_of(caller.person, learner)
    )


READS_PEOPLE = frozenset(
    f"https://purl.imsglobal.org/spec/or/{version}/scope/{name}.readonly"
    for version in ("v1p1", "v1p2")
    for name in ("roster", "gradebook")
)
"""With one of these a system reads people's records in the graph."""


def reaches_people(caller: Caller) -> bool:
    return bool(caller.scopes & READS_PEOPLE) if caller.is_system else True


def assesses(caller: Caller, learner: str, scopes: frozenset[str]) -> Verdict:
    """Recording what a learner has shown."""
    if not caller.is_valid:
        return "stranger"
    if caller.is_system:
        known = learner in PEOPLE and PEOPLE[learner].standing != "removed"
        return "refused" if not caller.scopes & scopes else "served" if known else "absent"
    if not sees_learner(caller, learner):
        return "absent"
    return "served" if _teaches(caller.person, learner) else "refused"


def decides(rule: Owned | Parties, caller: Caller, learner: str) -> Verdict:
    """What a learner owns, and what the parties to a learner answer."""
    if not caller.is_valid:
        return "stranger"
    if caller.is_system:
        return "refused"
    if not sees_learner(caller, learner):
        return "absent"
    is_party = _cares_for(caller.person, learner) or _teaches(caller.person, learner)
    is_let_in = caller.person == learner or (isinstance(rule, Parties) and is_party)
    return "served" if is_let_in else "refused"


def plans(caller: Caller, class_: str, scopes: frozenset[str]) -> Verdict:
    """Planning a class's day."""
    if not caller.is_valid:
        return "stranger"
    if caller.is_system:
        return "served" if caller.scopes & scopes else "refused"
    if not sees_class(caller, class_):
        return "absent"
    return "served" if class_ in _classes_taught(caller.person) else "refused"


def educates(caller: Caller, learner: str) -> Verdict:
    """Deciding whether a learner goes on."""
    if not caller.is_valid:
        return "stranger"
    if caller.is_system:
        return "refused"
    if not sees_learner(caller, learner):
        return "absent"
    return "served" if _is_educator(caller, learner) else "refused"


def rights(caller: Caller, learner: str) -> list[str]:
    """By what rights somebody who sees the learner does so."""
    held = {
        "SELF": caller.person == learner,
        "GUARDIAN": _cares_for(caller.person, learner),
        "TEACHER": _teaches(caller.person, learner),
        "SCHOOL": _leads_a_school_of(caller.person, learner),
        "DISTRICT": bool(roles_of(caller.person) & REACHES_ALL),
    }
    return [name for name, holds in held.items() if holds]


def is_alerted(caller: Caller, learner: str) -> bool:
    """Alerts about a learner are for those who work with the learner, and for systems that read people's records."""
    if caller.is_system:
        return reaches_people(caller)
    return sees_learner(caller, learner) and (
        _is_educator(caller, learner) or bool(roles_of(caller.person) & REACHES_ALL)
    )


def sees_disclosures(caller: Caller, learner: str) -> bool:
    """To whom records were shown is for the family and the data stewards."""
    if caller.is_system or not sees_learner(caller, learner):
        return False
    is_family = caller.person == learner or _cares_for(caller.person, learner)
    return is_family or "data_steward" in roles_of(caller.person)


def inspects(caller: Caller, learner: str) -> Verdict:
    """The whole record of somebody who is or was a learner."""
    if not caller.is_valid:
        return "stranger"
    if caller.is_system:
        return "refused"
    return "served" if learner in learners() and sees_disclosures(caller, learner) else "absent"


def answers_alert(caller: Caller, learner: str) -> Verdict:
    if not caller.is_valid:
        return "stranger"
    if caller.is_system:
        return "refused"
    return "served" if is_alerted(caller, learner) else "absent"


def leads_class(caller: Caller, class_: str) -> bool:
    return _acts(caller.person) and (
        class_ in _classes_taught(caller.person) or CLASSES[class_].school in _schools_led(caller.person)
    )


def sets_target(caller: Caller, class_: str) -> Verdict:
    if not caller.is_valid:
        return "stranger"
    if caller.is_system:
        return "refused"
    if not sees_class(caller, class_):
        return "absent"
    return "served" if leads_class(caller, class_) else "refused"


def answers_for_data(caller: Caller) -> bool:
    """A person who sees the district's sources and what is held of them."""
    return not caller.is_system and bool(roles_of(caller.person) & {"district_leader", "data_steward"})


def sees_counts(caller: Caller, school: str | None = None) -> bool:
    """Counts that are not suppressed: an analyst does not, because there may be few."""
    return sees_figures(caller, school) and (caller.is_system or roles_of(caller.person) != {"district_analyst"})


def sees_figures(caller: Caller, school: str | None = None) -> bool:
    """Of a school, or with none of the whole district."""
    if caller.is_system:
        return reaches_people(caller)
    if roles_of(caller.person) & (REACHES_ALL | {"district_analyst"}):
        return True
    return school is not None and _acts(caller.person) and school in _schools_led(caller.person)


def _is_educator(caller: Caller, learner: str) -> bool:
    return _teaches(caller.person, learner) or _leads_a_school_of(caller.person, learner)


def tells(caller: Caller, learner: str, parties: frozenset[str]) -> Verdict:
    """Saying something that these parties may say."""
    if not caller.is_valid:
        return "stranger"
    if caller.is_system:
        return "refused"
    stands = _parties(caller, learner)
    return "served" if stands & parties else "refused" if stands else "absent"


def _parties(caller: Caller, learner: str) -> set[str]:
    if learner not in PEOPLE or PEOPLE[learner].standing == "removed":
        return set()
    seen = {
        "SELF": caller.person == learner,
        "GUARDIAN": _cares_for(caller.person, learner),
        "TEACHER": _teaches(caller.person, learner),
        "COUNSELOR": _leads_a_school_of(caller.person, learner),
        "OTHER": True,
    }
    found = {name for name, holds in seen.items() if holds and sees_learner(caller, learner)}
    is_classmate = caller.person != learner and _sits_with(caller.person, learner)
    return found | ({"CLASSMATE"} if is_classmate else set())


def _sits_with(person: str | None, learner: str) -> bool:
    mine = {seat.class_ for seat in SEATS if seat.person == person and seat.role == "student" and seat.when == "now"}
    return _acts(person) and any(learner in class_members(class_) for class_ in mine)


def takes_block(caller: Caller, class_: str) -> Verdict:
    """Beginning a block of the whole class."""
    if not caller.is_valid:
        return "stranger"
    if caller.is_system:
        return "refused"
    return "served" if _acts(caller.person) and caller.person in class_members(class_) else "absent"


def sees_class(caller: Caller, class_: str) -> bool:
    """Those who lead its school or act for the district; who sits in it in whatever role, and who cares for one of them."""
    if class_ not in CLASSES or CLASSES[class_].is_removed:
        return False
    if caller.is_system or roles_of(caller.person) & REACHES_ALL:
        return reaches_people(caller)
    members = {seat.person for seat in SEATS if seat.class_ == class_ and seat.when == "now"}
    return _acts(caller.person) and (
        CLASSES[class_].school in _schools_led(caller.person)
        or caller.person in members
        or any(_cares_for(caller.person, member) for member in members)
    )


def knows_person(caller: Caller, person: str) -> bool:
    """Everybody may know who the district's staff are; a learner's name is a learner's record, a parent's is the family's."""
    if person not in PEOPLE or PEOPLE[person].standing == "removed":
        return False
    if person in _staff():
        return True
    return caller.person == person or sees_learner(caller, person)


def learners() -> list[str]:
    """Who is, was or will be a learner."""
    return [name for name, one in PEOPLE.items() if any(held.role == "student" for held in one.roles)]


def learners_at(school: str) -> set[str]:
    return {
        name
        for name, one in PEOPLE.items()
        if any(held.role == "student" and held.org == school and held.when == "now" for held in one.roles)
    }


def near(caller: Caller) -> set[str]:
    """The caller's own list: who is in care, taught or at a school that the caller serves, and the caller."""
    far = roles_of(caller.person) & REACHES_ALL
    return set() if far else {name for name in learners() if sees_learner(caller, name)}


def class_members(class_: str) -> set[str]:
    return {seat.person for seat in SEATS if seat.class_ == class_ and seat.role == "student" and seat.when == "now"}


def _staff() -> set[str]:
    return {name for name, one in PEOPLE.items() if one.standing == "here" and roles_of(name)}


def _acts(person: str | None) -> bool:
    return person in PEOPLE and PEOPLE[str(person)].standing == "here"


def _classes_taught(person: str | None) -> set[str]:
    mine = {seat.class_ for seat in SEATS if seat.person == person and seat.role == "teacher" and seat.when == "now"}
    return {name for name in mine if CLASSES[name].when == "now" and not CLASSES[name].is_removed}


def _teaches(person: str | None, learner: str) -> bool:
    return _acts(person) and any(learner in class_members(class_) for class_ in _classes_taught(person))


def _schools_led(person: str | None) -> set[str]:
    roles = PEOPLE[str(person)].roles if person in PEOPLE else ()
    return {org for role, org, when in roles if role in LEADS_A_SCHOOL and when == "now"}


def _leads_a_school_of(person: str | None, learner: str) -> bool:
    return any(learner in learners_at(school) for school in _schools_led(person))


def _cares_for(person: str | None, learner: str) -> bool:
    kinds = {care.kind for care in CARE if (care.guardian, care.learner) == (person, learner) and care.when == "now"}
    keeps_rights = learner not in ADULTS or EXCEPTED.get(str(person)) in COUNTING
    return keeps_rights and "rights_holder" in kinds and "court_restriction" not in kinds


def frozen(names: Iterable[str]) -> frozenset[str]:
    return frozenset(names)
