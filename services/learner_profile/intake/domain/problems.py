"""What a run reports: stable codes, how grave each is, and words that never repeat a value of the file."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """`refused` things are not applied, `warning` ones are, `waiting` ones are and refer to what is not there yet."""

    REFUSED = "refused"
    WARNING = "warning"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a report; row 1 is the header's record, row 0 means the whole file, an empty file the whole archive."""

    file: str
    row: int
    column: str
    code: str


_REFUSED = {
    "archive_unreadable": "The body is not a ZIP archive that can be read",
    "archive_damaged": "The archive is cut off or its checksums do not match its content",
    "archive_encrypted": "An entry of the archive is encrypted",
    "archive_method": "An entry is compressed by a method other than stored or deflate",
    "archive_members": "The archive has too many entries",
    "archive_size": "The archive would unpack to more than this door takes",
    "archive_ratio": "An entry unpacks to an implausible multiple of its size",
    "archive_path": "An entry's name leads outside the archive",
    "archive_link": "An entry is a link or a special file",
    "archive_duplicate": "Two entries of the archive bear the same name",
    "envelope_missing": "The archive holds neither a manifest nor any file of OneRoster, so it is refused as a whole",
    "nothing_usable": "No file of the archive could be used",
    "manifest_unreadable": "The manifest cannot be read",
    "file_missing": "The manifest announces this file, but it is not in the archive",
    "file_encoding": "The file is not UTF-8",
    "header_missing": "The file has no header",
    "column_excess": "The header has more columns than any file of OneRoster",
    "column_missing": "A required column is missing, so the file is refused",
    "column_duplicate": "Two columns bear the same name, so the file is refused",
    "line_too_long": "A line is longer than any record can be, so the rest of the file is refused",
    "row_too_long": "The row has more fields than the header",
    "quote_unclosed": "A quotation mark opens a field and is never closed",
    "quote_malformed": "Quotation marks inside the row do not follow RFC 4180",
    "encoding_invalid": "The row is not valid UTF-8",
    "nul_character": "The row holds a NUL character",
    "value_missing": "A required value is missing",
    "value_too_long": "The value is longer than 255 characters",
    "boolean_invalid": "The value is neither true nor false",
    "date_invalid": "The value is no date of the form YYYY-MM-DD",
    "datetime_invalid": "The value is no ISO 8601 date and time",
    "number_invalid": "The value is no decimal number",
    "year_invalid": "The value is no school year of the form YYYY",
    "vocabulary_unknown": "The value is not in this column's vocabulary",
    "grade_unknown": "The value is no CEDS grade level",
    "scale_invalid": "The value is no list of {left:right} pairs",
    "delta_status_missing": "A row of a delta file needs a status",
    "delta_date_missing": "A row of a delta file needs a dateLastModified",
    "duplicate_conflict": "An earlier row has the same sourcedId and says something else; the earlier row stands",
}
_WARNINGS = {
    "manifest_missing": "There is no manifest.csv; whether files are bulk or delta was taken from their content",
    "manifest_misnamed": "The manifest does not bear the name manifest.csv",
    "manifest_value": "A value of the manifest is not bulk, delta or absent and was read as what it resembles",
    "file_unknown": "The file is not one of OneRoster and was ignored",
    "file_not_kept": "The rows of this file were counted and not kept",
    "file_in_folder": "The files stand in a folder; they belong at the archive's root",
    "file_misnamed": "The file's name differs from OneRoster's in case",
    "file_undeclared": "The manifest does not name this file; it was read as a bulk file",
    "file_absent": "The manifest calls this file absent; it was ignored",
    "archive_nested": "An archive inside the archive was ignored",
    "encoding_cp1252": "Rows that are not UTF-8 look like Windows-1252; export the file as UTF-8",
    "line_ends": "Lines end in a carriage return alone",
    "header_normalised": "A column's name differs from OneRoster's in case or blanks",
    "header_misspelt": "A column's name is misspelt and was read as the one it resembles",
    "header_order": "The columns are not in OneRoster's order",
    "column_unknown": "The column is not one of OneRoster and was ignored",
    "column_absent": "A column that OneRoster prescribes is missing; it was read as blank",
    "password_dropped": "Passwords are dropped on reading and never kept",
    "row_short": "The row has fewer fields than the header; the missing ones were read as blank",
    "trailing_comma": "Blank fields after the last column were ignored",
    "whitespace_trimmed": "Blanks around the value were removed",
    "boolean_normalised": "The value was read as true or false",
    "date_normalised": "The date was read as YYYY-MM-DD (month before day)",
    "datetime_normalised": "The time was read as ISO 8601 in UTC",
    "year_normalised": "The school year was read as the year in which it ends",
    "vocabulary_normalised": "The value was read as the one of the vocabulary that it resembles",
    "grade_normalised": "The grade level was read as the CEDS code that it means",
    "user_id_malformed": "An identifier is not of the form {type:identifier} and was kept as it is",
    "dates_reversed": "The end comes before the beginning",
    "duplicate_identical": "An earlier row says exactly the same",
    "removal_of_unknown": "The row removes what is not there",
    "identity_changed": "A person under this new sourcedId looks like one who vanished in the same run",
}
_WAITING = {"reference_waiting": "The row was applied and refers to something that is not there yet"}

MESSAGES = _REFUSED | _WARNINGS | _WAITING


def severity(code: str) -> Severity:
    if code in _REFUSED:
        return Severity.REFUSED
    return Severity.WAITING if code in _WAITING else Severity.WARNING


def is_refusal(code: str | None) -> bool:
    return code in _REFUSED
