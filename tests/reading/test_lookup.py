"""lookup as a user runs it, with a server that finds what a test says."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reconciler.app.cache import cache_path
from tests.reading.canned import Api, canned, ok
from tests.world import ACCOUNT, World, world

ITEMS = [{"id": "105015875", "title": "Lyon, France", "object": "x"}, {"id": "9", "title": "Lyon, Mississippi"}]


class Searched:
    def __init__(self, here: World, api: Api) -> None:
        self.here, self.api = here, api
        self.items: Any = ITEMS

    def answer(self, _: str) -> Any:  # noqa: ANN401 - a canned answer
        return ok({"object": "LinkedinSearchParametersList", "items": self.items})

    def run(self, *arguments: str) -> Any:  # noqa: ANN401 - what the command line gave
        base_url = self.api.reader.transport._base_url  # noqa: SLF001 - where the server is
        return self.here.cli("lookup", *arguments, "--profile", self.here.name, "--base-url", base_url)

    @property
    def text(self) -> str:
        return (self.here.folder / self.here.name).read_text()


@pytest.fixture
def searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Searched]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with world(tmp_path) as here, canned(lambda _: ok({})) as api:
        (tmp_path / here.name).write_text(f"type: LINKEDIN\naccount_id: {ACCOUNT}\nlocation: {{id: '1'}}  # Bern\n")
        found = Searched(here, api)
        api.answer = found.answer
        yield found


def test_a_table_of_ids_and_titles(searched: Searched) -> None:
    done = searched.run("location", "Lyon")
    assert done.code == 0
    assert done.out == "105015875  Lyon, France\n9          Lyon, Mississippi\n"
    assert "type=LOCATION" in searched.api.asked[0]
    assert "keywords=Lyon" in searched.api.asked[0]


def test_json_holds_what_was_found_as_its_schema_says(searched: Searched) -> None:
    done = searched.run("location", "Lyon", "--format", "json")  # held by the world
    assert json.loads(done.out)["items"] == [{"id": item["id"], "title": item["title"]} for item in ITEMS]
    searched.items = []
    nothing = searched.run("location", "Nowhere", "--format", "json")
    assert (nothing.code, json.loads(nothing.out)["items"]) == (1, [])


def test_what_was_asked_before_is_answered_from_the_cache(searched: Searched) -> None:
    searched.run("location", "Lyon")
    assert searched.run("location", "Lyon").out.count("Lyon") == 2
    assert len(searched.api.asked) == 1
    searched.run("location", "Lyon", "--no-cache")
    assert len(searched.api.asked) == 2
    path = Path(cache_path(ACCOUNT))
    assert path.stat().st_mode & 0o777 == 0o600
    assert ACCOUNT not in path.name + path.read_text()


def test_one_that_was_found_is_written_with_its_title(searched: Searched) -> None:
    before = searched.text
    done = searched.run("location", "Lyon", "--set", "location.id")
    assert done.code == 1
    assert searched.text == before
    assert searched.run("location", "105015875", "--set", "location.id").code == 0
    assert searched.text == before.replace("{id: '1'}  # Bern", "{id: '105015875'}  # Lyon, France")
    assert len(searched.api.asked) == 1


def test_a_hostile_title_stays_a_comment(searched: Searched) -> None:
    searched.items = [{"id": "7", "title": "x\nheadline: evil \u200f" + "y" * 200}]
    assert searched.run("location", "x", "--set", "location.id").code == 0
    assert searched.text.count("\n") == 3
    assert "\u200f" not in searched.text
    assert len(searched.text.splitlines()[-1]) < 120


@pytest.mark.parametrize(
    "items",
    [
        None,
        "x",
        [None],
        [{"id": 7, "title": "x"}],
        [{"id": "a b", "title": "x"}],
        [{"id": "7", "title": None}],
        [{"id": "7", "title": "a\u202eb"}],
    ],
)
def test_what_cannot_be_read_is_not_found(searched: Searched, items: Any) -> None:  # noqa: ANN401 - any JSON
    searched.items = items
    assert searched.run("location", "x").code == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("location",),
        ("place", "x"),
        ("location", "x", "--set", "headline"),
        ("skill", "x", "--set", "skills"),
        ("location", "x", "--set", "experience.a.company_id"),
    ],
)
def test_wrong_usage_is_told_before_anything_is_asked(searched: Searched, arguments: tuple[str, ...]) -> None:
    assert searched.run(*arguments).code == 64
    assert searched.api.asked == []


def test_lists_grow_by_what_was_found(searched: Searched) -> None:
    path = searched.here.folder / searched.here.name
    job = {"job_title": [{"name": "CTO", "id": "1"}], "presence": ["REMOTE"], "location": {"remote": ["2"]}}
    path.write_text(f"type: LINKEDIN\naccount_id: {ACCOUNT}\nopen_to_work: {json.dumps(job)}\n")
    searched.items = [{"id": "7", "title": "CEO"}]
    assert searched.run("location", "x", "--set", "open_to_work.location.remote").code == 0
    assert searched.run("job-title", "x", "--set", "open_to_work.job_title").code == 0
    assert '"remote": ["2", "7"]' in searched.text
    assert '[{name: "CTO", id: "1"}, {name: "CEO", id: "7"}]' in searched.text


def test_of_several_that_were_found_the_command_writes_the_one_it_names(searched: Searched) -> None:
    """It said `reconciler lookup location 105015875`, which found that one and wrote nothing."""
    said = searched.run("location", "Lyon", "--set", "location.id").err
    assert said.endswith("as in `reconciler lookup location 105015875 --set location.id`\n")


def test_an_employment_type_is_found_by_its_words_among_all_of_them(searched: Searched) -> None:
    """LinkedIn takes no words for these; it refused, and lookup said to read again later."""
    searched.items = [{"id": "12", "title": "Full-time"}, {"id": "11", "title": "Part-time"}]
    assert searched.run("employment-type", "full").out == "12  Full-time\n"
    assert searched.run("employment-type", "11").out == "11  Part-time\n"
    assert "keywords" not in "".join(searched.api.asked)


def test_an_id_is_found_for_the_profile_whose_error_says_to_look_it_up(searched: Searched) -> None:
    """`location: Paris` was refused with `reconciler lookup location TEXT`, which was refused with the same words."""
    path = searched.here.folder / searched.here.name
    path.write_text(f"type: LINKEDIN\naccount_id: {ACCOUNT}\nlocation: Lyon\n")
    assert "`reconciler lookup location TEXT`" in searched.here.cli("validate").out
    assert searched.run("location", "Lyon").out.startswith("105015875  Lyon, France\n")
    refused = searched.run("location", "105015875", "--set", "location.id")
    assert (refused.code, "location: text stands here" in refused.err) == (1, True)
    path.write_text("type: LINKEDIN\nlocation: Lyon\n")
    assert searched.run("location", "Lyon").code == 1
