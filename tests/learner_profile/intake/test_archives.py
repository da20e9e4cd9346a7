"""Archives that mean harm, or were damaged on their way."""

import io
import stat
import struct
import zipfile

import pytest

from services.learner_profile.intake.work import archive
from services.learner_profile.intake.work.archive import ArchiveRefused, open_archive
from tests.learner_profile.intake.archives import zipped

ORGS = "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n"


def code_of(content: bytes) -> str | None:
    try:
        open_archive(io.BytesIO(content))
    except ArchiveRefused as refused:
        return refused.code
    return None


def with_entry(entry: zipfile.ZipInfo, text: str = ORGS) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("orgs.csv", ORGS)
        opened.writestr(entry, text, zipfile.ZIP_DEFLATED)
    return content.getvalue()


def linked() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("users.csv")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "archive_unreadable"),
        (b"PK\x03\x04 and nothing more", "archive_unreadable"),
        (zipped({"orgs.csv": ORGS})[:-30], "archive_unreadable"),
        (zipped({"readme.txt": "hello"}), "envelope_missing"),
        (zipped({"inner.zip": zipped({"orgs.csv": ORGS})}), "envelope_missing"),
        (with_entry(zipfile.ZipInfo("../users.csv")), "archive_path"),
        (with_entry(zipfile.ZipInfo("/users.csv")), "archive_path"),
        (with_entry(linked()), "archive_link"),
        (with_entry(zipfile.ZipInfo("ORGS.csv")), "archive_duplicate"),
        (zipped({"orgs.csv": ORGS, "users.csv": "0" * 20_000_000}), "archive_ratio"),
        (zipped({f"{number}.txt": "" for number in range(300)}), "archive_members"),
        (zipped({"orgs.csv": ORGS, "manifest.csv": b"\xff\xff\xff"}), "manifest_unreadable"),
        (zipped({"orgs.csv": ORGS}), None),
        (zipped({"orgs.csv": ORGS, "__MACOSX/._orgs.csv": "x", ".DS_Store": "x"}), None),
    ],
)
def test_an_archive_is_refused_for_one_reason(content: bytes, code: str | None) -> None:
    assert code_of(content) == code


def test_a_backslash_leads_nowhere_either() -> None:
    assert (
        code_of(zipped({"orgs.csv": ORGS, "x/users.csv": ORGS}).replace(b"x/users.csv", b"x\\users.csv"))
        == "archive_path"
    )


def test_an_encrypted_entry_is_refused() -> None:
    content = bytearray(zipped({"orgs.csv": ORGS}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(signature) + offset] |= 1
    assert code_of(bytes(content)) == "archive_encrypted"


def test_a_directory_that_claims_millions_of_entries_is_not_read() -> None:
    content = bytearray(zipped({"orgs.csv": ORGS}))
    struct.pack_into("<HH", content, content.rfind(b"PK\x05\x06") + 8, 60_000, 60_000)
    assert code_of(bytes(content)) == "archive_members"


def test_what_unpacks_to_too_much_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_BYTES", 10)
    assert code_of(zipped({"orgs.csv": ORGS})) == "archive_size"


def test_an_archive_inside_an_archive_is_ignored_with_a_warning() -> None:
    opened = open_archive(io.BytesIO(zipped({"orgs.csv": ORGS, "more.zip": b"PK"})))
    assert [one.code for one in opened.findings] == ["archive_nested", "manifest_missing"]


def test_a_wrong_checksum_is_found_when_the_entry_is_read() -> None:
    content = bytearray(zipped({"orgs.csv": ORGS}))
    content[content.find(b"PK\x01\x02") + 16] ^= 0xFF
    opened = open_archive(io.BytesIO(bytes(content)))
    with pytest.raises(ArchiveRefused, match="archive_damaged"), opened.open("orgs") as stream:
        stream.read()


def test_the_manifest_is_read_whatever_its_case() -> None:
    manifest = "propertyName,value\nOneRoster.Version,1.1\nfile.Orgs,BULK\nfile.users,absent\nfile.roles,sometimes\n"
    opened = open_archive(io.BytesIO(zipped({"orgs.csv": ORGS, "Manifest.csv": manifest})))
    assert opened.manifest is not None
    assert opened.manifest.version == "1.1"
    assert opened.manifest.modes == {"orgs": "bulk", "users": "absent", "roles": "unknown"}
    assert [(one.column, one.code) for one in opened.findings] == [
        ("", "manifest_misnamed"),
        ("file.orgs", "manifest_value"),
        ("file.roles", "manifest_value"),
    ]
