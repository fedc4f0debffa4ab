"""A hub for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.workflow.hub import Hub, hub
from tests.world import World


@pytest.fixture
def at(tmp_path: Path, here: World) -> Iterator[Hub]:
    """Give a repository on a hub, with the workflows that init writes, and a simulator as the API."""
    yield from hub(tmp_path, here)
