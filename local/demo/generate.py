"""A district as OneRoster archives: everything there is today, or what changed since."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from local.demo import delta, gradebook_files, roster_files
from local.demo.archive import Row, write_archive
from local.demo.columns import Version
from local.demo.districts import District

BULK_FILES: dict[str, Callable[[District], Iterator[Row]]] = {
    "academicSessions": roster_files.academic_sessions,
    "categories": gradebook_files.categories,
    "classes": roster_files.classes,
    "courses": roster_files.course_rows,
    "demographics": roster_files.demographics,
    "enrollments": roster_files.enrollments,
    "lineItemLearningObjectiveIds": gradebook_files.line_item_objectives,
    "lineItems": gradebook_files.line_items,
    "lineItemScoreScales": gradebook_files.line_item_score_scales,
    "orgs": roster_files.orgs,
    "resultLearningObjectiveIds": gradebook_files.result_objectives,
    "results": gradebook_files.results,
    "roles": roster_files.roles,
    "scoreScales": gradebook_files.score_scales,
    "users": roster_files.users,
}


def write_bulk(district: District, path: Path, *, version: Version = Version.V1P2) -> dict[str, int]:
    """Write the whole district and return the number of rows in each file."""
    files = {name: partial(rows, district) for name, rows in BULK_FILES.items()}
    return write_archive(path, files, version=version, mode="bulk")


def write_delta(district: District, path: Path, *, version: Version = Version.V1P2) -> dict[str, int]:
    """Write what the source changed in the evening of the anchor and return the number of rows in each file."""
    files = {name: partial(rows, district) for name, rows in delta.FILES.items()}
    return write_archive(path, files, version=version, mode="delta")


def archive_name(district: District, *, version: Version = Version.V1P2, changes_only: bool = False) -> str:
    mode = "delta" if changes_only else "bulk"
    return f"{district.profile.key}-{district.anchor.isoformat()}-oneroster-{version}-{mode}.zip"
