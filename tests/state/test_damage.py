"""A damaged state is refused by every command, also where nothing changed and digests alone are compared."""

from collections.abc import Callable

import pytest

from reconciler.app.fastpath import all_unchanged
from tests.world import World

DAMAGES: dict[str, Callable[[str], str]] = {
    "pending twice": lambda text: text.replace('"pending": [],', '"pending": [{}],\n  "pending": [],'),
    "a serial that is a text": lambda text: text.replace('"serial": 2', '"serial": "3"'),
    "a serial that is not whole": lambda text: text.replace('"serial": 2', '"serial": 2.0'),
    "NaN": lambda text: text.replace('"serial": 2', '"serial": NaN'),
    "a key too many": lambda text: text.replace('"serial": 2', '"serial": 2,\n  "more": 1'),
    "a key too many in source": lambda text: text.replace('"tool_version"', '"more": 1, "tool_version"'),
    "a value that is a null": lambda text: text.replace('"value": "x"', '"value": null'),
    "an entry of no section": lambda text: text.replace('"headline": {', '"headlines": {'),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_refused_on_the_fast_path_as_by_a_full_read(here: World, name: str) -> None:
    here.write({"headline": "x"})
    here.apply()
    text = here.state_path.read_text(encoding="utf-8")
    assert all_unchanged([str(here.folder / here.name)])
    damaged = DAMAGES[name](text)
    assert damaged != text
    here.state_path.write_text(damaged, encoding="utf-8")
    for command in ("plan", "apply"):
        done = here.cli(command)
        assert (done.code, "this state cannot be used" in done.err) == (1, True)
    assert here.state_path.read_text(encoding="utf-8") == damaged


def test_a_state_that_is_a_link_is_refused_on_the_fast_path_too(here: World) -> None:
    here.write({"headline": "x"})
    here.apply()
    elsewhere = here.folder / "elsewhere.txt"
    here.state_path.rename(elsewhere)
    here.state_path.symlink_to(elsewhere)
    done = here.cli("plan")
    assert (done.code, "a symbolic link" in done.err) == (1, True)


def test_what_is_said_of_damage_does_not_lead_to_a_second_job(here: World) -> None:
    """An older state lacks what was applied since: taken from git without a look, it added the job twice."""
    here.write({"headline": "x"})
    here.apply()
    here.state_path.write_text("{", encoding="utf-8")
    done = here.cli("plan")
    assert (done.code, "look at the profile on LinkedIn" in done.err) == (1, True)
    assert "`reconciler state accept ADDRESS`" in done.err
