"""The bytes of an upload as they come, from a bare body or from the one file of a multipart form."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from fastapi import Request
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from kit.problems import TooLarge
from services.learner_profile.intake.errors import NotAnArchive, UnsupportedUpload, UploadBroken

MOST_BYTES = 256 * 1024**2
CHUNK_BYTES = 1024**2
if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

_BARE = {b"application/zip", b"application/x-zip-compressed", b"application/octet-stream"}
_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")


async def chunks_of(request: Request) -> AsyncIterator[bytes]:
    """The upload in chunks of a mebibyte; raises a `Problem` where it is too large, broken off or no archive."""
    kind, options = parse_options_header(request.headers.get("content-type"))
    encoded = request.headers.get("content-encoding", "identity") != "identity"
    if encoded or (kind not in _BARE and not (kind == b"multipart/form-data" and options.get(b"boundary"))):
        raise UnsupportedUpload
    _refuse_declared(request)
    bytes_of_file = _bounded(request) if kind in _BARE else _of_form(request, options[b"boundary"])
    held = b""
    first = True
    async for part in bytes_of_file:
        held += part
        while len(held) >= CHUNK_BYTES:
            _refuse_other_files(held, first=first)
            yield held[:CHUNK_BYTES]
            held, first = held[CHUNK_BYTES:], False
    if held:
        _refuse_other_files(held, first=first)
        yield held


def _refuse_declared(request: Request) -> None:
    declared = request.headers.get("content-length", "0")
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > MOST_BYTES:
        raise TooLarge(limitBytes=MOST_BYTES)


def _refuse_other_files(held: bytes, *, first: bool) -> None:
    if first and not held.startswith(_SIGNATURES):
        raise NotAnArchive


async def _bounded(request: Request) -> AsyncIterator[bytes]:
    seen = 0
    try:
        async for part in request.stream():
            seen += len(part)
            if seen > MOST_BYTES:
                raise TooLarge(limitBytes=MOST_BYTES)
            yield part
    except ClientDisconnect as gone:
        raise UploadBroken from gone


async def _of_form(request: Request, boundary: bytes) -> AsyncIterator[bytes]:
    """The content of the form's first file."""
    form = _Form()
    parser = MultipartParser(boundary, form.callbacks(), max_size=MOST_BYTES + CHUNK_BYTES)
    try:
        async for part in _bounded(request):
            parser.write(part)
            if content := form.taken():
                yield content
        parser.finalize()
    except MultipartParseError as broken:
        raise UploadBroken from broken
    if not form.is_complete:
        raise UploadBroken


class _Form:
    """Collects the first part of a form that has a file name."""

    def __init__(self) -> None:
        self.is_complete = False
        self._name = b""
        self._value = b""
        self._is_file = False
        self._in_file = False
        self._had_file = False
        self._held: list[bytes] = []

    def callbacks(self) -> "MultipartCallbacks":
        return {
            "on_part_begin": self._part_begin,
            "on_header_field": self._header_field,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_finished,
            "on_part_data": self._part_data,
            "on_end": self._end,
        }

    def taken(self) -> bytes:
        content, self._held = b"".join(self._held), []
        return content

    def _part_begin(self) -> None:
        self._is_file = self._in_file = False

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        if self._name.lower() == b"content-disposition":
            self._is_file = b"filename" in parse_options_header(self._value)[1]
        self._name = self._value = b""

    def _headers_finished(self) -> None:
        self._in_file = self._is_file and not self._had_file
        self._had_file = self._had_file or self._is_file

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        if self._in_file:
            self._held.append(data[start:end])

    def _end(self) -> None:
        self.is_complete = True
