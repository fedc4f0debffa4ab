"""A hub for each test."""

from pathlib import Path

import pytest

from tests.workflow.hub import Hub, begin, hub
from tests.world import World


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the repositories that each hub begins with."""
    folder = tmp_path_factory.mktemp("begun")
    begin(folder)
    return folder


@pytest.fixture
def at(tmp_path: Path, here: World, begun: Path) -> Hub:
    """Give a repository on a hub, with the workflows that init writes, and a simulator as the API."""
    return hub(tmp_path, here, begun)
