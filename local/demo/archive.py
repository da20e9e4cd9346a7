"""A OneRoster ZIP, written row by row: nothing is held but the row at hand, and the same rows make the same bytes."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Literal
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from local.demo.columns import COLUMNS, MANIFEST, Version

Row = Mapping[str, str]
Files = Mapping[str, Callable[[], Iterator[Row]]]
Mode = Literal["bulk", "delta"]

_EPOCH = (1980, 1, 1, 0, 0, 0)
_OWNER_WRITES = 0o100644 << 16


def write_archive(path: Path, files: Files, *, version: Version, mode: Mode) -> dict[str, int]:
    """Write the files that this version knows and return the number of rows in each."""
    known = {name: rows for name, rows in files.items() if name in COLUMNS[version]}
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=6) as archive:
        _write(archive, "manifest", ("propertyName", "value"), _manifest(version, mode, set(known)))
        return {name: _write(archive, name, COLUMNS[version][name], rows()) for name, rows in known.items()}


def _manifest(version: Version, mode: Mode, present: set[str]) -> Iterator[Row]:
    properties = {"manifest.version": "1.0", "oneroster.version": version}
    properties |= {f"file.{name}": mode if name in present else "absent" for name in MANIFEST[version]}
    properties |= {"source.systemName": "Trellis Demo SIS", "source.systemCode": "trellis-demo-sis"}
    return ({"propertyName": name, "value": value} for name, value in properties.items())


def _write(archive: ZipFile, name: str, columns: tuple[str, ...], rows: Iterator[Row]) -> int:
    count = 0
    with archive.open(_member(name), "w") as raw, io.TextIOWrapper(raw, "utf-8", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(columns)
        for count, row in enumerate(rows, 1):  # noqa: B007 - the last count is the answer
            writer.writerow([row.get(column, "") for column in columns])
    return count


def _member(name: str) -> ZipInfo:
    """A member whose time, system and permissions do not depend on where it is written."""
    member = ZipInfo(f"{name}.csv", _EPOCH)
    member.compress_type = ZIP_DEFLATED
    member.create_system = 3
    member.external_attr = _OWNER_WRITES
    return member
