"""Owns what a file is, told by its bytes: its content type, and an image's dimensions."""

from typing import BinaryIO

IMAGES = ("image/jpeg", "image/png", "image/gif", "image/webp")
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
DOC = "application/msword"
PPT = "application/vnd.ms-powerpoint"
PDF = "application/pdf"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS = (("WordDocument".encode("utf-16-le"), DOC), ("PowerPoint Document".encode("utf-16-le"), PPT))
_MEMBERS = ((b"word/document.xml", DOCX), (b"ppt/presentation.xml", PPTX))
_TAIL = 22 + 65_535  # a zip's end record with the longest comment
_DIRECTORY = 1024 * 1024  # what is read of a zip's directory, or searched of an OLE file at a time
_SEGMENTS = 1000
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_BARE = frozenset((0x01, *range(0xD0, 0xD9)))


def content_type(file: BinaryIO, size: int) -> str | None:
    """Name the content type of an open file; None for anything that LinkedIn is not given."""
    head = _at(file, 0, 16)
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return _zip_type(file, size)
    if head.startswith(_OLE):
        return _ole_type(file)
    return None


def dimensions(file: BinaryIO, kind: str) -> tuple[int, int] | None:
    """Read an image's width and height from its header; None where that does not hold them."""
    head = _at(file, 0, 32)
    found = None
    if kind == "image/png" and head[12:16] == b"IHDR":
        found = _big(head[16:20]), _big(head[20:24])
    elif kind == "image/gif":
        found = _little(head[6:8]), _little(head[8:10])
    elif kind == "image/webp":
        found = _webp(head)
    elif kind == "image/jpeg":
        found = _jpeg(file)
    return found if found and all(found) else None


def _at(file: BinaryIO, offset: int, length: int) -> bytes:
    file.seek(offset)
    return file.read(length)


def _big(piece: bytes) -> int:
    return int.from_bytes(piece, "big")


def _little(piece: bytes) -> int:
    return int.from_bytes(piece, "little")


def _zip_type(file: BinaryIO, size: int) -> str | None:
    start = max(0, size - _TAIL)
    tail = _at(file, start, _TAIL)
    end = tail.rfind(b"PK\x05\x06")
    if end < 0:
        return None
    length, offset = _little(tail[end + 12 : end + 16]), _little(tail[end + 16 : end + 20])
    directory = _at(file, offset, min(length, _DIRECTORY))
    return next((kind for member, kind in _MEMBERS if member in directory), None)


def _ole_type(file: BinaryIO) -> str | None:
    file.seek(0)
    before = b""
    while piece := file.read(_DIRECTORY):
        for stream, kind in _STREAMS:
            if stream in before + piece:
                return kind
        before = piece[-64:]
    return None


def _webp(head: bytes) -> tuple[int, int] | None:
    form = head[12:16]
    if form == b"VP8X":
        return _little(head[24:27]) + 1, _little(head[27:30]) + 1
    if form == b"VP8 ":
        return _little(head[26:28]) & 0x3FFF, _little(head[28:30]) & 0x3FFF
    if form == b"VP8L":
        bits = _little(head[21:25])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return None


def _jpeg(file: BinaryIO) -> tuple[int, int] | None:
    offset = 2
    for _ in range(_SEGMENTS):
        head = _at(file, offset, 9)
        if len(head) < len(b"\xff\xc0") or head[0] != 0xFF:  # noqa: PLR2004 - every marker begins so
            return None
        if head[1] == 0xFF:  # noqa: PLR2004 - padding
            offset += 1
        elif head[1] in _JPEG_BARE:
            offset += 2
        elif head[1] in _JPEG_FRAMES:
            return _big(head[7:9]), _big(head[5:7])
        else:
            offset += 2 + max(2, _big(head[2:4]))
    return None
