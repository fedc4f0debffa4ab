"""What all tests share."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests import quick
from tests.world import World, world

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
