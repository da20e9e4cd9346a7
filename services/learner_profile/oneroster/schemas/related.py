"""Members that other rows tell: children of an org or session, and the roles of a user."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, Text, exists, func, select
from sqlalchemy.orm import aliased
from sqlalchemy.types import TypeEngine

from services.learner_profile.oneroster.errors import InvalidPayload
from services.learner_profile.oneroster.schemas import payloads
from services.learner_profile.oneroster.schemas.addresses import Address
from services.learner_profile.oneroster.schemas.filters import Operator
from services.learner_profile.oneroster.schemas.payloads import pointer
from services.learner_profile.oneroster.schemas.scalars import Column, Comparison, Day, Values, compared, spoken
from services.learner_profile.roster.models import AcademicSession, Org, Person, PersonRole

ROLES_V1P2 = (
    "aide",
    "counselor",
    "districtAdministrator",
    "guardian",
    "parent",
    "principal",
    "proctor",
    "relative",
    "siteAdministrator",
    "student",
    "systemAdministrator",
    "teacher",
)
ROLES_V1P1 = ("administrator", "aide", "guardian", "parent", "proctor", "relative", "student", "teacher")
_ROLES_TAKEN = tuple(sorted({*ROLES_V1P2, *ROLES_V1P1}))
IN_V1P1 = {
    "counselor": "aide",
    "districtAdministrator": "administrator",
    "principal": "administrator",
    "siteAdministrator": "administrator",
    "systemAdministrator": "administrator",
}
"""What 1.1, which knows fewer roles, calls those of 1.2; none of them gains by it."""

_TEXTS = {"role": PersonRole.role, "roleType": PersonRole.role_type, "org.sourcedId": PersonRole.org_sourced_id}
_DAYS = {"beginDate": PersonRole.begin_on, "endDate": PersonRole.end_on}


class Told:
    """A member that is never read from a payload as it stands, nor filtered or ordered by."""

    def read(self, _: Any, __: str) -> Values:  # noqa: ANN401 - JSON
        return {}

    def comparable(self, _: str) -> ColumnElement[Any] | None:
        return None

    def compare(self, _: str, __: Operator, ___: str) -> Comparison | None:
        return None


class Children(Told):
    """GUIDRefs to the active objects whose parent this is."""

    def __init__(self, model: type[Org] | type[AcademicSession], kind: str) -> None:
        self.kind = kind
        child = aliased(model)
        self._children = (
            select(child.sourced_id)
            .where(
                child.district_id == model.district_id,
                child.source == model.source,
                child.parent_sourced_id == model.sourced_id,
                child.status == "active",
            )
            .correlate(model)
        )
        self._sourced_id = child.sourced_id

    @property
    def expression(self) -> ColumnElement[Any]:
        return func.array(self._children.order_by(self._sourced_id).scalar_subquery())

    def write(self, value: list[str], address: Address) -> list[Any] | None:
        return [address.reference(self.kind, item) for item in value] or None

    def compare(self, path: str, operator: Operator, name: str) -> Comparison | None:
        if path != "sourcedId":
            return None
        found = compared(self._sourced_id.expression, operator, name, Text(), str)
        return Comparison(exists(self._children.where(found.condition)), found.value)


def _active_roles(*selected: Any) -> Select[Any]:  # noqa: ANN401 - columns
    return (
        select(*selected)
        .where(
            PersonRole.district_id == Person.district_id,
            PersonRole.source == Person.source,
            PersonRole.person_sourced_id == Person.sourced_id,
            PersonRole.status == "active",
        )
        .correlate(Person)
    )


def _all_roles() -> ColumnElement[Any]:
    row = func.json_build_array(
        PersonRole.role_type,
        PersonRole.role,
        PersonRole.org_sourced_id,
        PersonRole.begin_on,
        PersonRole.end_on,
        PersonRole.user_profile_sourced_id,
    )
    order = (PersonRole.role_type, PersonRole.org_sourced_id, PersonRole.role, PersonRole.sourced_id)
    return func.array(_active_roles(row).order_by(*order).scalar_subquery())


def _compare_roles(column: Column, operator: Operator, name: str, kind: TypeEngine[Any], value: Any) -> Comparison:  # noqa: ANN401 - a function
    found = compared(column.expression, operator, name, kind, value)
    return Comparison(exists(_active_roles(1).where(found.condition)), found.value)


class Roles(Told):
    """The roles of a user in 1.2, one for each org; filters ask for a role that satisfies them."""

    expression = _all_roles()

    def write(self, value: list[list[Any]], address: Address) -> list[Any]:
        return [_role(row, address) for row in value]

    def compare(self, path: str, operator: Operator, name: str) -> Comparison | None:
        if path in _TEXTS:
            return _compare_roles(_TEXTS[path], operator, name, Text(), str)
        if path in _DAYS:
            return _compare_roles(_DAYS[path], operator, name, Date(), Day.compared_value)
        return None


def _role(row: list[Any], address: Address) -> dict[str, Any]:
    role_type, role, org, begin, end, profile = row
    members = {
        "roleType": role_type,
        "role": spoken(role, ROLES_V1P2),
        "org": address.reference("org", org),
        "userProfile": profile if profile and ":" in profile else None,
        "beginDate": begin,
        "endDate": end,
    }
    return {name: member for name, member in members.items() if member is not None}


class OneRole(Told):
    """The one role that a user has in 1.1: that of the first primary role."""

    expression = _all_roles()

    def write(self, value: list[list[Any]], _: Address) -> str | None:
        return spoken(IN_V1P1.get(value[0][1], value[0][1]), ROLES_V1P1) if value else None

    def compare(self, path: str, operator: Operator, name: str) -> Comparison | None:
        return None if path else _compare_roles(PersonRole.role, operator, name, Text(), str)


class RoleOrgs(Told):
    """The orgs that a user has a role in, as 1.1 writes them."""

    expression = _all_roles()

    def write(self, value: list[list[Any]], address: Address) -> list[Any]:
        return [address.reference("org", org) for org in dict.fromkeys(row[2] for row in value)]

    def compare(self, path: str, operator: Operator, name: str) -> Comparison | None:
        return _compare_roles(PersonRole.org_sourced_id, operator, name, Text(), str) if path == "sourcedId" else None


@dataclass(frozen=True, slots=True)
class RoleGiven:
    """A role as a payload gives it; one user has it once in one org."""

    role: str
    org_sourced_id: str
    role_type: str = "primary"
    begin_on: date | None = None
    end_on: date | None = None
    user_profile_sourced_id: str | None = None
    coarse: bool = False
    """Told in the words of 1.1, which does not tell apart what 1.2 does."""


def roles_given(record: dict[str, Any], place: str) -> list[RoleGiven] | None:
    """The roles in a user's payload: the `roles` of 1.2 or the `role` and `orgs` of 1.1; None where it says nothing of them."""
    if record.get("roles") is not None:
        listed = payloads.items(record["roles"], pointer(place, "roles"))
        return _each_once([_role_given(payloads.record(item, at), at) for at, item in listed])
    role = payloads.word(record.get("role"), pointer(place, "role"), _ROLES_TAKEN)
    if role is None:
        return None
    orgs = payloads.items(record.get("orgs"), pointer(place, "orgs"))
    if not orgs:
        raise InvalidPayload(pointer(place, "orgs"), "is required beside role")
    return _each_once([RoleGiven(role, payloads.reference(item, at), coarse=True) for at, item in orgs])


def _role_given(record: dict[str, Any], place: str) -> RoleGiven:
    role = payloads.word(record.get("role"), pointer(place, "role"), _ROLES_TAKEN)
    if role is None:
        raise InvalidPayload(pointer(place, "role"), "is required")
    return RoleGiven(
        role=role,
        org_sourced_id=payloads.reference(record.get("org"), pointer(place, "org")),
        role_type=_role_type(record.get("roleType"), pointer(place, "roleType")),
        begin_on=payloads.day(record.get("beginDate"), pointer(place, "beginDate")),
        end_on=payloads.day(record.get("endDate"), pointer(place, "endDate")),
        user_profile_sourced_id=payloads.text(record.get("userProfile"), pointer(place, "userProfile")),
    )


def _role_type(value: Any, place: str) -> str:  # noqa: ANN401 - JSON
    return payloads.word(value, place, ("primary", "secondary"), closed=True) or "primary"


def _each_once(roles: list[RoleGiven]) -> list[RoleGiven]:
    return list({(role.org_sourced_id, role.role): role for role in roles}.values())
