import hashlib
import os
import time
from io import BytesIO
from pathlib import Path

import pytest

from reconciler.planning.plan import FilePart
from reconciler.problem import FileChangedError
from reconciler.profile.desired import FileFacts
from reconciler.profile.files import UnfitFileError, inspect, snapshot
from reconciler.profile.media import DOC, DOCX, PPT, PPTX, content_type, dimensions, other_kind
from reconciler.spec import Accepts

PROFILES = Path(__file__).parents[2] / "profiles"
GIF = b"GIF89a\x03\x00\x02\x00\x00\x00\x00;"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
SEGMENT = b"\xff\xe0\x00\x04\x00\x00"


def _zip(member: str) -> bytes:
    import zipfile

    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(member, "<x/>")
    return made.getvalue()


def _refusal(folder: Path, path: str, accepts: Accepts = Accepts.IMAGE) -> str:
    with pytest.raises(UnfitFileError) as caught:
        inspect(str(folder), path, accepts)
    return caught.value.message


def _part(content: bytes, file: str = "me.gif") -> FilePart:
    return FilePart("picture", file, hashlib.sha256(content).hexdigest(), len(content), "image/gif")


def test_facts_of_an_image(tmp_path: Path) -> None:
    (tmp_path / "me.gif").write_bytes(GIF)
    sha256 = hashlib.sha256(GIF).hexdigest()
    facts = inspect(str(tmp_path), "me.gif", Accepts.IMAGE)
    assert facts == FileFacts("me.gif", sha256, len(GIF), "image/gif", 3, 2)


@pytest.mark.parametrize(
    ("content", "kind", "size"),
    [
        (GIF, "image/gif", (3, 2)),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x05\x00\x00\x00\x04", "image/png", (5, 4)),
        (b"\xff\xd8" + SEGMENT + b"\xff\xff\xc0\x00\x0b\x08\x00\x04\x00\x05\x01", "image/jpeg", (5, 4)),
        (b"\xff\xd8\xff\xd9", "image/jpeg", None),
        (b"RIFF\x00\x00\x00\x00WEBPVP8X" + bytes(8) + b"\x04\x00\x00\x03\x00\x00", "image/webp", (5, 4)),
        (b"RIFF\x00\x00\x00\x00WEBPVP8L" + bytes(5) + b"\x04\xc0\x00\x00", "image/webp", (5, 4)),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 " + bytes(10) + b"\x05\x00\x04\x00", "image/webp", (5, 4)),
        (b"%PDF-1.7\n", "application/pdf", None),
        (_zip("word/document.xml"), DOCX, None),
        (_zip("ppt/presentation.xml"), PPTX, None),
        (_zip("xl/workbook.xml"), None, None),
        (OLE + "WordDocument".encode("utf-16-le"), DOC, None),
        (OLE + "PowerPoint Document".encode("utf-16-le"), PPT, None),
        (OLE + "Workbook".encode("utf-16-le"), None, None),
        (b"<svg/>", None, None),
        (b"", None, None),
    ],
)
def test_kind_and_dimensions_are_told_by_the_bytes(
    content: bytes, kind: str | None, size: tuple[int, int] | None
) -> None:
    assert content_type(BytesIO(content), len(content)) == kind
    assert dimensions(BytesIO(content), kind or "") == size


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "an HEIC image"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif", "an AVIF image"),
        (b"\0\0\0\x18ftypisom\0\0\0\0isom", "a video (MP4 or QuickTime)"),
        (b"<!-- a drawing -->\n<svg/>", "an SVG drawing"),
        (b"\xef\xbb\xbf<!DOCTYPE html><p>", "a web page (HTML)"),
        (b"version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer"),
        (b"BM0000", "a BMP image"),
        (_zip("xl/workbook.xml"), "an Excel workbook"),
        (_zip("readme"), "a zip archive"),
        (b"plain words", None),
    ],
)
def test_what_people_have_and_linkedin_is_not_given_is_named(content: bytes, said: str | None) -> None:
    assert other_kind(BytesIO(content), len(content)) == said


def test_a_picture_that_is_cut_off_anywhere_is_refused(tmp_path: Path) -> None:
    pictures = [*(PROFILES / "files").glob("*.png"), *(PROFILES / "files").glob("*.jpg")]
    assert len(pictures) > 2
    for picture in pictures:
        whole = picture.read_bytes()
        for size in (8, 30, len(whole) // 2, len(whole) - 3):
            (tmp_path / "cut").write_bytes(whole[:size])
            assert "is not a whole picture" in _refusal(tmp_path, "cut"), (picture, size)
        (tmp_path / "whole").write_bytes(whole + b"what a camera adds")
        assert inspect(str(tmp_path), "whole", Accepts.IMAGE).size > len(whole)


def test_a_path_that_differs_in_case_or_form_gets_a_suggestion(tmp_path: Path) -> None:
    (tmp_path / "Bilder").mkdir()
    (tmp_path / "Bilder" / "zo\u00eb.gif").write_bytes(GIF)
    for path in ("bilder/zo\u00eb.gif", "Bilder/zoe\u0308.gif", "BILDER/ZO\u00cb.GIF", "Bilder/zoeb.gif"):
        with pytest.raises(UnfitFileError) as caught:
            inspect(str(tmp_path), path, Accepts.IMAGE)
        assert caught.value.remedy.startswith("did you mean Bilder/zo\u00eb.gif?"), path
        assert ("Unicode" in caught.value.remedy) == (path == "Bilder/zoe\u0308.gif"), path
    with pytest.raises(UnfitFileError) as caught:
        inspect(str(tmp_path), "nowhere/else.gif", Accepts.IMAGE)
    assert "did you mean" not in caught.value.remedy


def test_files_outside_the_folder_are_refused(tmp_path: Path) -> None:
    folder, outside = tmp_path / "profile", tmp_path / "outside"
    folder.mkdir()
    outside.mkdir()
    (outside / "me.gif").write_bytes(GIF)
    (folder / "link.gif").symlink_to(outside / "me.gif")
    (folder / "links").symlink_to(outside)
    assert [_refusal(folder, path) for path in ("../outside/me.gif", "link.gif", "links/me.gif")] == [
        "../outside/me.gif lies outside the profile's folder",
        "link.gif lies outside the profile's folder",
        "links/me.gif lies outside the profile's folder",
    ]
    assert _refusal(folder, str(outside / "me.gif")) == f"{outside / 'me.gif'} is an absolute path"


def test_a_link_that_stays_inside_the_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "me.gif").write_bytes(GIF)
    (tmp_path / "link").symlink_to("deep")
    assert inspect(str(tmp_path), "link/me.gif", Accepts.IMAGE).size == len(GIF)


def test_a_path_that_ends_as_that_of_a_folder_names_no_file(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "me.gif").write_bytes(GIF)
    for path in ("deep/me.gif/", "deep/me.gif/.", "deep/./me.gif//", "deep/me.gif/x/.."):
        with pytest.raises(UnfitFileError) as caught:
            inspect(str(tmp_path), path, Accepts.IMAGE)
        said = (f"{path} ends as the path of a folder does", "write deep/me.gif")
        assert (caught.value.message, caught.value.remedy) == said
    assert _refusal(tmp_path, "deep/") == "deep/ is not a regular file"
    assert _refusal(tmp_path, "gone/") == "gone/ does not exist"


def test_what_is_not_a_regular_file_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "null").symlink_to("/dev/null")
    assert _refusal(tmp_path, "pipe") == "pipe is not a regular file"
    assert _refusal(tmp_path, ".") == ". is not a regular file"
    assert _refusal(tmp_path, "null") == "null lies outside the profile's folder"
    assert _refusal(tmp_path, "loop") == "loop is not a regular file"
    assert _refusal(tmp_path, "gone") == "gone does not exist"
    assert _refusal(tmp_path, "x" * 3000).endswith("cannot be read: file name too long")


@pytest.mark.parametrize("path", ["x" * 900_000, "a/" * 450_000, "../" * 300_000, "./" * 450_000])
def test_a_path_of_any_length_is_refused_at_once_in_a_short_message(tmp_path: Path, path: str) -> None:
    begun = time.process_time()
    said = f"{path[:200]}… has 900,000 characters, more than a path can have"
    assert _refusal(tmp_path, path) == said
    assert len(_refusal(tmp_path, "../" * 1000)) < 300
    assert time.process_time() - begun < 1


def test_a_sparse_file_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "me.gif").open("wb") as file:
        file.truncate(100 * 1024 * 1024 + 1)
    assert _refusal(tmp_path, "me.gif") == "me.gif has 104,857,601 bytes, more than 104,857,600 (100 MiB)"


def test_a_snapshot_holds_what_was_planned_whatever_becomes_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "me.gif").write_bytes(GIF)
    with snapshot(str(tmp_path), _part(GIF)) as copy:
        (tmp_path / "me.gif").write_bytes(b"other")
        assert copy.read() == GIF


@pytest.mark.parametrize("content", [b"other", None])
def test_a_snapshot_of_a_changed_file_is_refused(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "me.gif").write_bytes(content)
    with pytest.raises(FileChangedError):
        snapshot(str(tmp_path), _part(GIF))
