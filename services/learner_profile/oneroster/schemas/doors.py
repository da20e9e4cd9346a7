"""The versions of the binding that are served: where each lives, which payloads it speaks, which scopes open it."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.learner_profile.oneroster.schemas.addresses import Address
from services.learner_profile.oneroster.schemas.resources import V1P1, V1P2, Resource

_SCOPES = "https://purl.imsglobal.org/spec/or/{version}/scope/"


@dataclass(frozen=True)
class Door:
    """One version; `rostering` and `resources` are the paths of its services."""

    version: str
    rostering: str
    resource_service: str
    resources: Mapping[str, Resource]

    def address(self, origin: str) -> Address:
        return Address(origin + self.rostering, origin + self.resource_service)

    def scope(self, name: str) -> str:
        return _SCOPES.format(version=self.version) + name


DOORS = {
    door.version: door
    for door in (
        Door("v1p2", "/ims/oneroster/rostering/v1p2", "/ims/oneroster/resources/v1p2", V1P2),
        Door("v1p1", "/ims/oneroster/v1p1", "/ims/oneroster/v1p1", V1P1),
    )
}


def reading_scopes(door: Door, resource: Resource, *, nested: bool) -> tuple[str, ...]:
    """The scopes that open a read (OneRoster 1.2 REST binding): what hangs below an object is not part of the core."""
    if resource.scope != "roster" or nested:
        return (door.scope(f"{resource.scope}.readonly"),)
    return (door.scope("roster.readonly"), door.scope("roster-core.readonly"))


def writing_scopes(resource: Resource, action: str) -> tuple[str, ...]:
    """The scopes that open a write, `createput` or `delete`; the standard has none, so either version's opens both doors."""
    return tuple(door.scope(f"{resource.scope}.{action}") for door in DOORS.values())
