"""One browser for all tests of the page; without Chromium they are skipped."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.preview.browser import CHROMIUM, chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give the browser."""
    if not CHROMIUM:
        pytest.skip("no Chromium is here: nobody looks at the page; .ci/run installs it")
    with chromium() as started:
        yield started
