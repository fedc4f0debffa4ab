"""Owns what a file is, told by its bytes: its content type, an image's dimensions, and whether it is whole."""

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
_OTHER_MEMBERS = (
    (b"xl/workbook", "an Excel workbook"),
    (b"Index/Document.iwa", "a Pages or Keynote document"),
    (b"Index/Presentation.iwa", "a Keynote presentation"),
)
_HEAD_BYTES = 512
_BRANDS = (
    (b"avif", "an AVIF image"),
    (b"avis", "an AVIF image"),
    *((brand, "an HEIC image") for brand in (b"heic", b"heix", b"heim", b"hevc", b"hevx", b"mif1", b"msf1")),
    (b"crx ", "a raw photo (CR3)"),
)
LFS_POINTER = "a Git LFS pointer"
_OTHER_KINDS = (
    (b"version https://git-lfs.github.com/spec/", LFS_POINTER),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"BM", "a BMP image"),
    (b"\x00\x00\x01\x00", "an icon (ICO)"),
    (b"\xff\x0a", "a JPEG XL image"),
    (b"\x00\x00\x00\x0cJXL ", "a JPEG XL image"),
    (b"\x00\x00\x00\x0cjP  ", "a JPEG 2000 image"),
    (b"8BPS", "a Photoshop file"),
    (b"%!PS", "a PostScript file"),
    (b"{\\rtf", "an RTF document"),
    (b"\x1aE\xdf\xa3", "a video (WebM or Matroska)"),
)
_CHUNKS = 100_000
_JPEG_TAIL = 64 * 1024  # what cameras write after a picture's end
_GIF_TAIL = 64
_TAIL = 22 + 65_535  # a zip's end record with the longest comment
_DIRECTORY = 1024 * 1024  # what is read of a zip's directory, or searched of an OLE file at a time
_SEGMENTS = 1000
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_BARE = frozenset((0x01, *range(0xD0, 0xD9)))


def content_type(file: BinaryIO, size: int) -> str | None:
    """Name the content type of an open file; None for anything that LinkedIn is not given."""
    head = _bytes_at(file, 0, 16)
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


def other_kind(file: BinaryIO, size: int) -> str | None:
    """Name a kind of file that people have and LinkedIn is not given; None for any other."""
    head = _bytes_at(file, 0, _HEAD_BYTES)
    if head[4:8] == b"ftyp":
        brands = {head[place : place + 4] for place in (8, *range(16, 40, 4))}
        return next((name for brand, name in _BRANDS if brand in brands), "a video (MP4 or QuickTime)")
    for begin, name in _OTHER_KINDS:
        if head.startswith(begin):
            return name
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in text and text.startswith((b"<svg", b"<?xml", b"<!doctype svg", b"<!--")):
        return "an SVG drawing"
    if text.startswith((b"<!doctype html", b"<html")):
        return "a web page (HTML)"
    if head.startswith(b"PK\x03\x04"):
        return _other_zip(file, size)
    return None


def is_whole(file: BinaryIO, kind: str, size: int) -> bool:
    """Tell whether an image has its size in its header, and its end."""
    if dimensions(file, kind) is None:
        return False
    match kind:
        case "image/png":
            return _png_ends(file, size)
        case "image/jpeg":
            return b"\xff\xd9" in _bytes_at(file, max(2, size - _JPEG_TAIL), _JPEG_TAIL)
        case "image/gif":
            return b";" in _bytes_at(file, max(13, size - _GIF_TAIL), _GIF_TAIL)
        case _:
            return _little(_bytes_at(file, 4, 4)) + len(b"RIFFsize") <= size


def dimensions(file: BinaryIO, kind: str) -> tuple[int, int] | None:
    """Read an image's width and height from its header; None where that does not hold them."""
    head = _bytes_at(file, 0, 32)
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


def _bytes_at(file: BinaryIO, offset: int, length: int) -> bytes:
    file.seek(offset)
    return file.read(length)


def _big(piece: bytes) -> int:
    return int.from_bytes(piece, "big")


def _little(piece: bytes) -> int:
    return int.from_bytes(piece, "little")


def _png_ends(file: BinaryIO, size: int) -> bool:
    """Walk over the chunks of a PNG to its last one."""
    place = len(b"\x89PNG\r\n\x1a\n")
    for _ in range(_CHUNKS):
        head = _bytes_at(file, place, 8)
        place += 12 + _big(head[:4])
        if len(head) < len(b"sizeIEND") or place > size:
            return False
        if head[4:] == b"IEND":
            return True
    return True  # more than anybody makes: LinkedIn may judge it


def _zip_type(file: BinaryIO, size: int) -> str | None:
    directory = _zip_directory(file, size)
    return next((kind for member, kind in _MEMBERS if member in directory), None)


def _other_zip(file: BinaryIO, size: int) -> str:
    directory = _zip_directory(file, size)
    found = next((name for member, name in _OTHER_MEMBERS if member in directory), None)
    return found or ("an OpenDocument file" if b"opendocument" in _bytes_at(file, 0, 128) else "a zip archive")


def _zip_directory(file: BinaryIO, size: int) -> bytes:
    start = max(0, size - _TAIL)
    tail = _bytes_at(file, start, _TAIL)
    end = tail.rfind(b"PK\x05\x06")
    if end < 0:
        return b""
    length, offset = _little(tail[end + 12 : end + 16]), _little(tail[end + 16 : end + 20])
    return _bytes_at(file, offset, min(length, _DIRECTORY))


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
        head = _bytes_at(file, offset, 9)
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
