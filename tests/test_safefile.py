"""What is opened as a regular file is one, however its name came to mean something else."""

import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.safefile import IrregularError, LinkError, create_regular, open_regular


def _read(path: str, *, follow: bool = True, above: int | None = None) -> bytes:
    with open(open_regular(path, follow=follow, above=above), "rb") as file:
        return file.read()


@pytest.fixture
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_link_is_followed_where_that_is_asked_and_else_refused(inside: Path) -> None:
    (inside / "real").write_bytes(b"x")
    (inside / "link").symlink_to("real")
    assert _read("link") == b"x"
    with pytest.raises(LinkError, match="a symbolic link: 'link'"):
        open_regular("link", follow=False)


def test_what_is_not_a_regular_file_is_refused_at_once_by_what_it_is(inside: Path) -> None:
    os.mkfifo("pipe")
    (inside / "folder").mkdir()
    (inside / "link").symlink_to("pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        found = {}
        for name in ("pipe", "folder", "link", "socket", "/dev/zero"):
            with pytest.raises(IrregularError) as refused:
                open_regular(name, follow=True)
            found[name] = refused.value.strerror
    irregular = "not a regular file"
    expected = {"pipe": irregular, "folder": "a folder", "link": irregular, "socket": irregular, "/dev/zero": irregular}
    assert found == expected


@pytest.mark.parametrize("swap", [os.mkfifo, os.mkdir])
def test_what_takes_the_name_of_a_file_meanwhile_is_refused(
    inside: Path, monkeypatch: pytest.MonkeyPatch, swap: Callable[[str], None]
) -> None:
    (inside / "file").write_bytes(b"x")
    real, opened = os.open, list[int]()

    def late(path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        os.unlink(path)
        swap(path)
        opened.append(real(path, flags, mode, dir_fd=dir_fd))
        return opened[0]

    monkeypatch.setattr(os, "open", late)
    with pytest.raises(IrregularError):
        open_regular("file", follow=False)
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(opened[0])


def test_a_link_that_takes_the_name_meanwhile_is_not_followed(inside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (inside / "file").write_bytes(b"x")
    (inside / "secret").write_bytes(b"s")
    real = os.open

    def late(path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        os.unlink(path)
        os.symlink("secret", path)
        return real(path, flags, mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", late)
    with pytest.raises(OSError, match="symbolic link"):
        open_regular("file", follow=False)


def test_a_path_begins_at_the_folder_that_is_given(inside: Path) -> None:
    (inside / "folder").mkdir()
    (inside / "folder" / "file").write_bytes(b"x")
    above = os.open("folder", os.O_RDONLY | os.O_DIRECTORY)
    try:
        assert _read("file", above=above) == b"x"
    finally:
        os.close(above)


def test_what_is_created_is_the_owners_and_nobody_elses_file(inside: Path) -> None:
    os.close(open_regular("lock", os.O_RDWR | os.O_CREAT, follow=False))
    os.close(create_regular("new"))
    assert [stat.S_IMODE(os.stat(one).st_mode) for one in ("lock", "new")] == [0o600, 0o600]
    (inside / "link").symlink_to("nowhere")
    for name in ("new", "link"):
        with pytest.raises(FileExistsError):
            create_regular(name)
    assert not (inside / "nowhere").exists()
