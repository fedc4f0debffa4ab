"""The state's format is declared once: by forms that name every attribute, and that read back what they write."""

from typing import Any

import pytest
from msgspec import Struct

from reconciler.state.applied import Applied, Forgotten, Kept, Pending, Record, Sending, Source
from reconciler.state.form import Form
from reconciler.state.format import (
    ENTRY_RECORD,
    ENTRY_SENDING,
    FORGOTTEN_ENTRY,
    KEPT,
    PENDING,
    SOURCE,
    STATE,
    read_state,
    write_state,
)
from tests.state.test_storage import WHOLE

FORMS: dict[type[Struct], Form[Any]] = {
    Applied: STATE,
    Record: ENTRY_RECORD,
    Forgotten: FORGOTTEN_ENTRY,
    Sending: ENTRY_SENDING,
    Pending: PENDING,
    Kept: KEPT,
    Source: SOURCE,
}


@pytest.mark.parametrize("made", FORMS, ids=lambda made: made.__name__)
def test_a_form_declares_every_attribute(made: type[Struct]) -> None:
    assert set(made.__struct_fields__) == FORMS[made].kinds.keys()


def test_what_is_written_is_read_back() -> None:
    assert read_state(write_state(WHOLE), "s") == WHOLE
