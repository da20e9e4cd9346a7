"""The manifest of an archive: which version of OneRoster, and for each file whether it is bulk, delta or absent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from services.learner_profile.intake.domain.files import KNOWN

Mode = Literal["bulk", "delta"]
_MODES = {mode: mode for mode in ("bulk", "delta", "absent")}
_RESEMBLING = {"full": "bulk", "complete": "bulk", "incremental": "delta", "none": "absent", "": "absent"}


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a manifest says; `modes` by the file's name without `.csv`."""

    version: str | None = None
    modes: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[tuple[str, str], ...] = ()
    """(property, code)."""


def read_manifest(rows: Iterable[list[str]]) -> Manifest:
    """Read `propertyName,value` rows; case and blanks do not matter."""
    names = {name.casefold(): name for name in KNOWN}
    version, modes, findings = None, {}, []
    for row in rows:
        key, value = (cell.strip().strip("\ufeff") for cell in (*row, "", "")[:2])
        if key.casefold() == "oneroster.version":
            version = value
        elif key.casefold().startswith("file.") and key[5:].strip().casefold() in names:
            file = names[key[5:].strip().casefold()]
            modes[file], code = _mode(value)
            if code:
                findings.append((f"file.{file}", code))
    return Manifest(version, modes, tuple(findings))


def _mode(value: str) -> tuple[str, str | None]:
    if value in _MODES:
        return value, None
    meant = _MODES.get(value.casefold()) or _RESEMBLING.get(value.casefold())
    return meant or "unknown", "manifest_value"
