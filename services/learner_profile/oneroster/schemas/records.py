"""What one record of a push says: values for columns, what it leaves out, and the roles of a user."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.learner_profile.oneroster.errors import InvalidPayload
from services.learner_profile.oneroster.schemas import payloads
from services.learner_profile.oneroster.schemas.payloads import pointer
from services.learner_profile.oneroster.schemas.related import RoleGiven, roles_given
from services.learner_profile.oneroster.schemas.resources import USER, Resource
from services.learner_profile.oneroster.schemas.scalars import Scalar, Values


@dataclass(frozen=True)
class Record:
    """`missing` are the required members that the record leaves out; they keep what is known or are refused."""

    sourced_id: str | None
    place: str
    values: Values
    missing: tuple[str, ...] = ()
    roles: list[RoleGiven] | None = None


def record(
    resource: Resource, said: Mapping[str, Any], place: str, settled: Mapping[str, Any], own: str | None = None
) -> Record:
    """Reads a record; an optional member that it leaves out is emptied, one that nobody knows is dropped.

    `settled` are members and `own` is the sourcedId that the address gives: a record may repeat but not contradict them.
    """
    known = _by_own_names(resource, said)
    known |= _agreed(resource, known, place, settled)
    missing = tuple(name for name, member in resource.members.items() if name not in known and _required(member))
    values: Values = {}
    for name, member in resource.members.items():
        if name not in missing:
            values |= member.read(known.get(name), pointer(place, name))
    return Record(
        sourced_id=_own_id(known.get("sourcedId"), pointer(place, "sourcedId"), own),
        place=place,
        values=values,
        missing=missing,
        roles=roles_given(known, place) if resource.model is USER.model else None,
    )


def _required(member: object) -> bool:
    return isinstance(member, Scalar) and member.required


def _by_own_names(resource: Resource, said: Mapping[str, Any]) -> dict[str, Any]:
    aliased = {name: said[alias] for name, alias in resource.aliases.items() if alias in said}
    return {**aliased, **said}


def _agreed(resource: Resource, known: dict[str, Any], place: str, settled: Mapping[str, Any]) -> dict[str, Any]:
    for name, value in settled.items():
        read, at = resource.members[name].read, pointer(place, name)
        if known.get(name) is not None and read(known[name], at) != read(value, at):
            raise InvalidPayload(at, "is not what the address says")
    return dict(settled)


def _own_id(said: Any, place: str, own: str | None) -> str | None:  # noqa: ANN401 - JSON
    found = own if said is None else payloads.identifier(said, place)
    if own is not None and found != own:
        raise InvalidPayload(place, "is not what the address says")
    return found
