"""Where the objects of one version of the binding live, and the references (GUIDRef) that say so."""

import re
from dataclasses import dataclass
from urllib.parse import quote

_PLAIN = re.compile(r"[A-Za-z0-9._~-]+")
_COLLECTIONS = {
    "academicSession": "academicSessions",
    "class": "classes",
    "course": "courses",
    "org": "orgs",
    "user": "users",
}


@dataclass(frozen=True, slots=True)
class Address:
    """`rostering` and `resources` are absolute addresses of the two services of one version."""

    rostering: str
    resources: str

    def reference(self, kind: str, sourced_id: str) -> dict[str, str]:
        service = self.resources if kind == "resource" else self.rostering
        collection = _COLLECTIONS.get(kind, "resources")
        plain = sourced_id if _PLAIN.fullmatch(sourced_id) else quote(sourced_id, safe="")
        return {"href": f"{service}/{collection}/{plain}", "sourcedId": sourced_id, "type": kind}
