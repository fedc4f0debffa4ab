import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from reconciler.problem import Problem, ProblemsError
from reconciler.profile import load as loading
from reconciler.profile.canonical import canonicalise
from reconciler.profile.desired import FileFacts
from reconciler.profile.document import Document, read_document
from reconciler.profile.files import inspect
from reconciler.profile.load import load, load_all
from reconciler.profile.rules import fields_of_sections
from reconciler.profile.warnings import Subject, warnings_of
from reconciler.render.problems import text_problems
from reconciler.spec import Accepts

HEAD = "type: LINKEDIN\naccount_id: {}\n"


def _write(path: Path, text: str = "", account: str = "a") -> str:
    path.write_text(HEAD.format(account) + text, encoding="utf-8")
    return str(path)


def _problems(*paths: str, strict: bool = False) -> list[str]:
    with pytest.raises(ProblemsError) as caught:
        load_all(paths, strict=strict)
    return [str(problem) for problem in caught.value.problems]


def test_problems_of_all_files_come_together_in_file_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    one, two = _write(Path("one.yaml"), "skills: x\nheadline: 1\n"), _write(Path("two.yaml"), "headline: 2\n")
    places = [problem.split(": ")[0] for problem in _problems(one, "gone.yaml", two)]
    assert places == ["one.yaml:3:9", "one.yaml:4:11", "gone.yaml", "two.yaml:3:11"]


def test_every_problem_is_told_to_views_which_show_the_first_hundred_and_a_count(tmp_path: Path) -> None:
    path = _write(tmp_path / "p.yaml", "".join(f"key{number}: x\n" for number in range(1234)))
    with pytest.raises(ProblemsError) as caught:
        load(path)
    assert len(caught.value.problems) == 1234
    lines = text_problems(caught.value.problems).splitlines()
    assert (len(lines), lines[-1]) == (101, "1,234 problems, the first 100 shown; mend these first")


def test_two_profiles_of_one_account_are_refused_and_both_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    paths = [_write(Path("one.yaml")), _write(Path("two.yaml")), _write(Path("three.yaml"), account="b")]
    assert _problems(*paths) == [
        (
            "two.yaml:2:13: account_id: account a is that of one.yaml already: they would undo each other; "
            "leave one of the two out, or put in the id of its own account"
        )
    ]


def test_limits_of_linkedin_are_warnings_and_errors_when_strict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    skills = ", ".join(f"s{number}" for number in range(101))
    entry = f"experience:\n  a: {{id: '1', role: {'x' * 101}}}\n"
    path = _write(Path("p.yaml"), f"headline: {'é' * 221}\nskills: [{skills}]\n{entry}")
    warnings = (
        Problem(path, 3, 11, "headline", "221 characters, LinkedIn takes at most 220", "shorten it"),
        Problem(path, 4, 9, "skills", "101 items, LinkedIn takes at most 100", "keep the most important ones"),
        Problem(path, 6, 22, "experience.a.role", "101 characters, LinkedIn takes at most 100", "shorten it"),
    )
    assert tuple(replace(warning, source="", rule="") for warning in load(path).warnings) == warnings
    assert _problems(path, strict=True) == [str(warning) for warning in warnings]


class Compared(str):
    """A text that counts how often one is compared with another."""

    __slots__ = ()
    times = 0

    def __eq__(self, other: object) -> bool:
        Compared.times += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


def test_a_repeated_item_is_found_without_comparing_it_with_all_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Compared, "times", 0)
    names = [Compared(f"s{number}") for number in range(1000)]
    skills = [*names, Compared("s7"), Compared("S7")]
    document = Document("p.yaml", {"skills": [*skills]}, {}, {}, {})
    found = warnings_of(Subject(document, {}, fields_of_sections(document)))
    assert [problem.address for problem in found] == ["skills", "skills[1000]", "skills[1001]"]
    assert Compared.times < 100


def test_what_is_not_a_file_is_refused_without_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    Path("folder").mkdir()
    assert _problems("pipe", "folder", "/dev/zero", "gone") == [
        "pipe: this is not a regular file; name a profile file",
        "folder: this is a folder; name a profile file",
        "/dev/zero: this is not a regular file; name a profile file",
        "gone: there is no such file; name a profile, or write one with `reconciler init`",
    ]


def test_paths_are_relative_to_the_profile_and_the_path_stays_as_given(tmp_path: Path) -> None:
    (tmp_path / "me.gif").write_bytes(b"GIF89a\x03\x00\x02\x00\x00\x00\x00;")
    path = _write(tmp_path / "p.yaml", "picture: me.gif\n")
    profile = load(path)
    assert (profile.path, list(profile.desired.files)) == (path, ["me.gif"])


def test_a_file_of_many_spellings_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "me.gif").write_bytes(b"GIF89a\x03\x00\x02\x00\x00\x00\x00;")
    (tmp_path / "link.gif").symlink_to("me.gif")
    read: list[str] = []

    def counted(folder: str, path: str, accepts: Accepts) -> FileFacts:
        read.append(path)
        return inspect(folder, path, accepts)

    monkeypatch.setattr(loading, "inspect", counted)
    path = _write(tmp_path / "p.yaml", "picture: me.gif\ncover_picture: ././/link.gif\n")
    files = load(path).desired.files
    assert (read, [facts.path for facts in files.values()]) == (["me.gif"], ["me.gif", "././/link.gif"])
    (tmp_path / "me.gif").write_bytes(b"no image")
    problems = _problems(path)
    assert read == ["me.gif", "me.gif"]
    assert ["4:16: cover_picture: ././/link.gif is not a JPEG" in problem for problem in problems] == [False, True]


@settings(max_examples=100)
@given(
    st.dictionaries(
        st.sampled_from(["headline", "summary", "skills_follow", "nonsense"]),
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(),
            st.text(max_size=5),
            st.lists(st.none(), max_size=2),
        ),
    )
)
def test_any_document_is_read_or_refused_with_problems(tmp_path_factory: pytest.TempPathFactory, value: object) -> None:
    import json

    path = tmp_path_factory.mktemp("any") / "p.yaml"
    path.write_text(json.dumps(value), encoding="utf-8")
    assert all(": " in problem for problem in _problems(str(path)))


@given(st.one_of(st.integers(-(10**30), 10**30), st.floats(allow_nan=False, allow_infinity=False)))
def test_equal_numbers_have_one_form(number: float) -> None:
    def canonical(text: str) -> object:
        written = HEAD.format("a") + f"picture_settings: {{contrast: {text}}}\n"
        value = canonicalise(read_document(written.encode(), "p.yaml"), {}).wanted["picture_settings"].value
        assert isinstance(value, dict)
        return value["contrast"]

    found = canonical(repr(number))
    assert found == float(number)
    assert repr(found) == repr(canonical(repr(float(number))))
