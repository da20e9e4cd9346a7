"""The versions of the gradebook that are served: where each lives, which payloads it speaks, which scopes open it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from services.learner_profile.gradebook.schemas.resources import V1P1, V1P2, Entry
from services.learner_profile.oneroster.schemas.addresses import Address

_SCOPES: Final = "https://purl.imsglobal.org/spec/or/{version}/scope/"
_COLLECTIONS: Final = {
    "category": "categories",
    "lineItem": "lineItems",
    "scoreScale": "scoreScales",
    "assessmentLineItem": "assessmentLineItems",
}


@dataclass(frozen=True, slots=True)
class GradebookAddress(Address):
    """`gradebook` is the absolute address of the service of this version."""

    gradebook: str = ""

    def reference(self, kind: str, sourced_id: str) -> dict[str, str]:
        if kind not in _COLLECTIONS:
            return Address.reference(self, kind, sourced_id)
        href = f"{self.gradebook}/{_COLLECTIONS[kind]}/{quote(sourced_id, safe='')}"
        return {"href": href, "sourcedId": sourced_id, "type": kind}


@dataclass(frozen=True)
class Door:
    """One version; the paths of its gradebook and of the services that it refers to."""

    version: str
    gradebook: str
    rostering: str
    resource_service: str
    resources: Mapping[str, Entry]

    def address(self, origin: str) -> GradebookAddress:
        return GradebookAddress(origin + self.rostering, origin + self.resource_service, origin + self.gradebook)

    def scope(self, name: str) -> str:
        return _SCOPES.format(version=self.version) + name


DOORS: Final = {
    door.version: door
    for door in (
        Door(
            "v1p2",
            "/ims/oneroster/gradebook/v1p2",
            "/ims/oneroster/rostering/v1p2",
            "/ims/oneroster/resources/v1p2",
            V1P2,
        ),
        Door("v1p1", "/ims/oneroster/v1p1", "/ims/oneroster/v1p1", "/ims/oneroster/v1p1", V1P1),
    )
}


def reading_scopes(door: Door, entry: Entry, *, nested: bool) -> tuple[str, ...]:
    """The scopes that open a read: what hangs below an object, and assessments, are not part of the core."""
    if nested or not entry.core:
        return (door.scope(f"{entry.scope}.readonly"),)
    return door.scope(f"{entry.scope}.readonly"), door.scope(f"{entry.scope}-core.readonly")


def writing_scopes(entry: Entry, action: str) -> tuple[str, ...]:
    """The scopes that open a write: `createput`, `createpost` or `delete`, of either version."""
    return tuple(door.scope(f"{entry.scope}.{action}") for door in DOORS.values())
