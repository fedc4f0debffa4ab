"""Owns reading a multipart body as it arrives: text whole, files as digest, size and kind."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

MAX_PARTS = 2_000
MAX_TEXT = 1 << 20  # bytes of one text part
MAX_TEXTS = 8 << 20  # bytes of all text parts
MAX_FILE = 100 << 20
SNIFFED = 16  # bytes of a file that tell its kind
# What browsers and httpx write for the three characters that a quoted name cannot hold.
ESCAPES = {"%22": '"', "%0D": "\r", "%0A": "\n"}


class UnreadableError(Exception):
    """A body that is not what the API takes; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Upload:
    """What is kept of a file part."""

    filename: str
    content_type: str
    sha256: str
    size: int
    first: bytes

    def described(self) -> dict[str, str | int]:
        """Return the upload as JSON: name, type, digest and size."""
        return {
            "filename": self.filename,
            "content_type": self.content_type,
            "sha256": self.sha256,
            "size": self.size,
        }


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the body, by its name as sent."""

    name: str
    value: str | Upload


@dataclass(slots=True)
class _Open:
    """The part that is being received."""

    headers: dict[str, bytes] = field(default_factory=dict)
    name: str = ""
    filename: str | None = None
    text: bytearray = field(default_factory=bytearray)
    first: bytes = b""
    hash: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    size: int = 0


class PartReader:
    """Takes a body piece by piece; `parts` is complete after `close`."""

    def __init__(self, content_type: str) -> None:
        """Take the boundary from the request's content type."""
        kind, options = parse_options_header(content_type.encode("latin-1"))
        boundary = options.get(b"boundary", b"")
        if kind != b"multipart/form-data":
            raise UnreadableError(f"content type is {content_type or 'missing'!r}, not multipart/form-data")
        if not boundary:
            raise UnreadableError("content type multipart/form-data has no boundary: leave it to the HTTP client")
        self.parts: list[Part] = []
        self._open = _Open()
        self._header = (bytearray(), bytearray())
        self._texts = 0
        self._ended = False
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin,
                    "on_header_field": self._header_name,
                    "on_header_value": self._header_value,
                    "on_header_end": self._header_end,
                    "on_headers_finished": self._headers_finished,
                    "on_part_data": self._data,
                    "on_part_end": self._end,
                    "on_end": self._finish,
                },
            )
        except FormParserError as error:
            raise UnreadableError(str(error)) from error

    def feed(self, piece: bytes) -> None:
        """Take the next bytes of the body."""
        try:
            self._parser.write(piece)
        except FormParserError as error:
            raise UnreadableError(f"malformed multipart body: {error}") from error

    def close(self) -> list[Part]:
        """End the body and give its parts, in the order in which they came."""
        if not self._ended:
            raise UnreadableError("malformed multipart body: it ends before its last boundary")
        return self.parts

    def _begin(self) -> None:
        if len(self.parts) == MAX_PARTS:
            raise UnreadableError(f"more than {MAX_PARTS} parts")
        self._open = _Open()

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._header[0].extend(data[start:end])

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._header[1].extend(data[start:end])

    def _header_end(self) -> None:
        name, value = self._header
        self._open.headers[name.decode("latin-1").lower()] = bytes(value)
        name.clear()
        value.clear()

    def _headers_finished(self) -> None:
        opened = self._open
        kind, options = parse_options_header(opened.headers.get("content-disposition", b""))
        if kind != b"form-data" or b"name" not in options:
            raise UnreadableError(f"part {len(self.parts) + 1} is not form-data with a name")
        opened.name = _decode(options[b"name"], f"the name of part {len(self.parts) + 1}")
        if b"filename" in options:
            opened.filename = _decode(options[b"filename"], f"the filename of {opened.name}")

    def _data(self, data: bytes, start: int, end: int) -> None:
        opened = self._open
        opened.size += end - start
        if opened.filename is not None:
            if opened.size > MAX_FILE:
                raise UnreadableError(f"{opened.name}: a file of more than {MAX_FILE} bytes")
            opened.hash.update(memoryview(data)[start:end])
            if len(opened.first) < SNIFFED:
                opened.first += data[start : min(end, start + SNIFFED - len(opened.first))]
            return
        self._texts += end - start
        if opened.size > MAX_TEXT or self._texts > MAX_TEXTS:
            raise UnreadableError(f"{opened.name}: too much text")
        opened.text.extend(memoryview(data)[start:end])

    def _end(self) -> None:
        opened = self._open
        value: str | Upload
        if opened.filename is None:
            value = _decode(bytes(opened.text), opened.name, escaped=False)
        else:
            value = Upload(
                opened.filename,
                opened.headers.get("content-type", b"").decode("latin-1"),
                opened.hash.hexdigest(),
                opened.size,
                opened.first,
            )
        self.parts.append(Part(opened.name, value))

    def _finish(self) -> None:
        self._ended = True


async def read_parts(content_type: str, pieces: AsyncIterator[bytes]) -> list[Part]:
    """Read a whole body from the pieces in which it arrives."""
    reader = PartReader(content_type)
    async for piece in pieces:
        reader.feed(piece)
    return reader.close()


def _decode(data: bytes, what: str, *, escaped: bool = True) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"{what} is not UTF-8") from error
    if escaped:
        for code, character in ESCAPES.items():
            text = text.replace(code, character)
    return text
