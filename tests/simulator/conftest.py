"""A running simulator for each test."""

from collections.abc import Iterator

import pytest

from reconciler.simulator.app import Simulator
from reconciler.simulator.serve import running
from tests.simulator.api import Api


@pytest.fixture
def api() -> Iterator[Api]:
    with running(Simulator()) as base_url:
        yield Api(base_url)
