"""What all tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.world import World, world

settings.register_profile("here", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("here")


@pytest.fixture
def here(tmp_path: Path) -> Iterator[World]:
    """Give a folder, a simulator and the command line."""
    with world(tmp_path) as made:
        yield made
