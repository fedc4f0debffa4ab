"""What all tests share."""

import compileall
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests import quick
from tests.world import World, world

ROOT = Path(__file__).parents[1]
MEMORY = "/dev/shm"  # noqa: S108 - folders of our own are made in it
ROOM = 2 << 30  # bytes


def _has_room(folder: str) -> bool:
    """Tell whether a folder takes the files of all tests, and programs among them."""
    if not os.access(folder, os.W_OK):
        return False
    there = os.statvfs(folder)
    return there.f_bavail * there.f_frsize >= ROOM and not there.f_flag & os.ST_NOEXEC


# Thousands of syncs to the disk are waited for in the tests: in memory they take no time.
if "TMPDIR" not in os.environ and _has_room(MEMORY):
    os.environ["TMPDIR"] = MEMORY
    tempfile.tempdir = None

# What is remembered of accounts between runs is the tests' own.
CACHE = tempfile.TemporaryDirectory(prefix="reconciler-cache-")
os.environ["XDG_CACHE_HOME"] = CACHE.name

# Where Python is told to write no bytecode, each of the thousand commands that are started would compile all anew.
sys.dont_write_bytecode = False
if "PYTEST_XDIST_WORKER" not in os.environ:
    compileall.compile_dir(ROOT / "reconciler", quiet=1)

settings.register_profile("here", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("here")

# Who starts the tests in the background may have them ignore signals, and what they start would inherit that.
for _number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, signal.default_int_handler if _number == signal.SIGINT else signal.SIG_DFL)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what `make quick` runs."""
    quick.mark(items)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[World]:
    """Give a folder, a simulator and the command line."""
    with world(tmp_path) as made:
        yield made
