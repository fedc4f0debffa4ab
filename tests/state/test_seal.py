"""The digest in `source`: of the file's own bytes, so that what is as it was written need not be parsed."""

import pytest
from msgspec.structs import replace

from reconciler import __version__
from reconciler.app.fastpath import unchanged_since
from reconciler.state.applied import Source
from reconciler.state.format import read_state, sealed, write_state
from reconciler.state.seal import unsealed
from tests.state.test_storage import WHOLE
from tests.world import PNG, World

DIGEST = "0123456789abcdef" * 4
APPLIED = replace(WHOLE, source=Source(profile=DIGEST, files={"a b.png": DIGEST, "ö.png": DIGEST}, tool_version="0.1"))


def test_a_sealed_text_is_what_would_be_written_and_gives_its_source_back() -> None:
    state, text = sealed(APPLIED)
    assert text == write_state(state)
    assert read_state(text, "s") == state
    assert state.source is not None
    source, rest = unsealed(text.encode())
    assert source["sections"].decode() == state.source.sections
    assert b'"source": {\n    "files"' not in rest


def test_any_other_byte_breaks_the_seal_and_so_does_another_layout() -> None:
    text = sealed(APPLIED)[1].encode()
    for place in range(0, len(text), 7):
        other = text[:place] + bytes([text[place] ^ 1]) + text[place + 1 :]
        begin = text.index(b'\n  "source"')
        if not begin < place < text.index(b"\n  },", begin):  # what stands in it is compared with what is there
            with pytest.raises(ValueError, match=r"^$"):
                unsealed(other)


@pytest.mark.parametrize("name", ["me.png", 'ö "quoted" \\ name.png', "sub/me.png"])
def test_a_picture_that_changed_is_seen_whatever_its_name(here: World, name: str) -> None:
    place = here.folder / name
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(PNG)
    here.write({"headline": "x", "picture": name})
    assert here.apply().code == 0
    profile = str(here.folder / here.name)
    assert unchanged_since(profile, __version__) is not None
    assert unchanged_since(profile, __version__ + "1") is None
    place.write_bytes(PNG + b"x")
    assert unchanged_since(profile, __version__) is None


def test_after_accept_and_import_nothing_has_to_be_read_either(here: World) -> None:
    here.write({"headline": "x", "experience": {"a": {"role": "r", "company": "c"}}})
    assert here.cli("state", "accept", "--all").code == 0
    (here.folder / "me.json").write_text('{"basics": {"label": "x"}}')
    assert here.cli("import", "new.yaml", "--json-resume", "me.json", "--account-id", "b", "--record-as-live").code == 0
    for profile in ("profile.yaml", "new.yaml"):
        assert unchanged_since(str(here.folder / profile), __version__) is not None
