"""A roster archive, opened with distrust: bounded in entries, sizes and ratio before anything is unpacked."""

import csv
import io
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import IO

from services.learner_profile.intake.domain.files import KNOWN
from services.learner_profile.intake.domain.manifest import Manifest, read_manifest
from services.learner_profile.intake.domain.problems import Finding

MOST_ENTRIES = 200
MOST_BYTES = 8 * 1024**3
MOST_MANIFEST_BYTES = 256 * 1024
MOST_RATIO = 400
RATIO_MATTERS_FROM = 16 * 1024**2
_MOST_DIRECTORY_BYTES = 4 * 1024**2
_END = b"PK\x05\x06"
_END_OF_ZIP64 = b"PK\x06\x06"
_END_BYTES = 22
_LONGEST_COMMENT = 65_535
_NESTED = (".zip", ".gz", ".bz2", ".xz", ".7z", ".rar", ".tar", ".tgz", ".zst")
_BY_LOWER = {name.casefold(): name for name in KNOWN}
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_ENCRYPTED = 0x1


class ArchiveRefused(Exception):  # noqa: N818 - a verdict about the input
    """Nothing of the archive is used; `code` is one of `problems`, `file` the entry's place where that matters."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class Archive:
    """An archive whose entries are known to be harmless; `members` by OneRoster's file name without `.csv`."""

    zip: zipfile.ZipFile
    members: dict[str, zipfile.ZipInfo] = field(default_factory=dict)
    manifest: Manifest | None = None
    findings: list[Finding] = field(default_factory=list)

    @contextmanager
    def open(self, file: str) -> Iterator[IO[bytes]]:
        """A member as a stream of bytes; raises `ArchiveRefused` where its content proves to be damaged."""
        with _damage_refused(), self.zip.open(self.members[file]) as stream:
            yield stream


def open_archive(content: IO[bytes]) -> Archive:
    """Open a ZIP; raises `ArchiveRefused`."""
    _refuse_large_directory(content)
    with _damage_refused("archive_unreadable"):
        opened = zipfile.ZipFile(content)
    entries = [entry for entry in opened.infolist() if not entry.is_dir()]
    _refuse_dangerous(entries)
    archive = Archive(opened)
    folder = _common_folder(entries, archive)
    for entry in entries:
        _recognise(archive, entry, PurePosixPath(entry.filename), folder)
    if archive.manifest is None and not archive.members:
        raise ArchiveRefused("envelope_missing")
    if archive.manifest is None:
        archive.findings.append(Finding("manifest", 0, "", "manifest_missing"))
    return archive


@contextmanager
def _damage_refused(code: str = "archive_damaged") -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, struct.error) as damaged:
        raise ArchiveRefused(code) from damaged


def _refuse_large_directory(content: IO[bytes]) -> None:
    """Look at the end records alone, because `zipfile` reads a directory of any size into memory."""
    size = content.seek(0, io.SEEK_END)
    content.seek(max(0, size - _END_BYTES - _LONGEST_COMMENT - 4096))
    tail = content.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + _END_BYTES:
        raise ArchiveRefused("archive_unreadable")
    entries, directory = struct.unpack_from("<HL", tail, at + 10)
    at64 = tail.rfind(_END_OF_ZIP64)
    if at64 >= 0 and len(tail) >= at64 + 56:
        entries, directory = struct.unpack_from("<QQ", tail, at64 + 32)
    content.seek(0)
    if entries > MOST_ENTRIES or directory > _MOST_DIRECTORY_BYTES:
        raise ArchiveRefused("archive_members")


def _refuse_dangerous(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES:
        raise ArchiveRefused("archive_members")
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise ArchiveRefused("archive_size")
    for entry in entries:
        if code := _danger(entry):
            raise ArchiveRefused(code)
    names = Counter(entry.filename.casefold() for entry in entries)
    if any(count > 1 for count in names.values()):
        raise ArchiveRefused("archive_duplicate")


def _danger(entry: zipfile.ZipInfo) -> str | None:
    path = PurePosixPath(entry.orig_filename)
    kind = stat.S_IFMT(entry.external_attr >> 16)
    dangers = {
        "archive_encrypted": bool(entry.flag_bits & _ENCRYPTED),
        "archive_method": entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED),
        "archive_path": path.is_absolute()
        or ".." in path.parts
        or any(sign in entry.orig_filename for sign in "\\:\0"),
        "archive_link": kind not in (0, stat.S_IFREG),
        "archive_ratio": entry.file_size > max(RATIO_MATTERS_FROM, MOST_RATIO * entry.compress_size),
    }
    return next((code for code, is_so in dangers.items() if is_so), None)


def _common_folder(entries: list[zipfile.ZipInfo], archive: Archive) -> PurePosixPath:
    """The folder in which the files stand: the root, or the only one that holds files of OneRoster."""
    named = [PurePosixPath(entry.filename) for entry in entries if not _is_litter(PurePosixPath(entry.filename))]
    folders = {path.parent for path in named if _is_ours(path)}
    root = PurePosixPath()
    if root in folders or len(folders) != 1:
        return root
    archive.findings.append(Finding("", 0, "", "file_in_folder"))
    return folders.pop()


def _is_litter(path: PurePosixPath) -> bool:
    """What macOS and Windows leave in archives."""
    return path.parts[0] == "__MACOSX" or path.name.startswith((".", "._")) or path.name == "Thumbs.db"


def _is_ours(path: PurePosixPath) -> bool:
    return path.suffix.casefold() == ".csv" and (
        path.stem.casefold() in _BY_LOWER or "manifest" in path.stem.casefold()
    )


def _recognise(archive: Archive, entry: zipfile.ZipInfo, path: PurePosixPath, folder: PurePosixPath) -> None:
    if _is_litter(path):
        return
    known = _BY_LOWER.get(path.stem.casefold()) if path.suffix.casefold() == ".csv" else None
    if path.parent != folder or (known is None and not _is_ours(path)):
        code = "archive_nested" if path.suffix.casefold() in _NESTED else "file_unknown"
        archive.findings.append(Finding(_shown(path), 0, "", code))
    elif known is None:
        _take_manifest(archive, entry, path)
    elif known in archive.members:
        raise ArchiveRefused("archive_duplicate")
    else:
        archive.members[known] = entry
        if path.name != f"{known}.csv":
            archive.findings.append(Finding(known, 0, "", "file_misnamed"))


def _shown(path: PurePosixPath) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in path.name)[:80]


def _take_manifest(archive: Archive, entry: zipfile.ZipInfo, path: PurePosixPath) -> None:
    if archive.manifest is not None:
        raise ArchiveRefused("archive_duplicate")
    if entry.file_size > MOST_MANIFEST_BYTES:
        raise ArchiveRefused("manifest_unreadable")
    with _damage_refused():
        content = archive.zip.read(entry)
    try:
        text = content.decode("utf-16" if content.startswith(_UTF16) else "utf-8-sig")
        archive.manifest = read_manifest(csv.reader(io.StringIO(text)))
    except (UnicodeDecodeError, csv.Error) as unreadable:
        raise ArchiveRefused("manifest_unreadable") from unreadable
    if path.name != "manifest.csv":
        archive.findings.append(Finding("manifest", 0, "", "manifest_misnamed"))
    archive.findings += [Finding("manifest", 0, column, code) for column, code in archive.manifest.findings]
