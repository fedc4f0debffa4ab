"""The command: what it reads, what it writes, and what it refuses."""

import json
import os
import re
import subprocess
import sys
import webbrowser
from html.parser import HTMLParser
from pathlib import Path

import pytest

from reconciler.preview.html import GENERATOR
from tests.world import ACCOUNT, PNG, World

JOB = {"role": "Founder", "company": "Acme", "seniority": {"start_date": {"month": 3, "year": 2021}}}


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.policies: list[str] = []
        self.styled = 0
        self.images = 0
        self.open = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given, self.open = dict(attrs), tag
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policies.append(given.get("content") or "")
        self.styled += "style" in given
        self.images += tag == "img"

    def handle_data(self, data: str) -> None:
        if self.open not in ("script", "style"):
            self.found.append(data)

    def handle_endtag(self, tag: str) -> None:
        del tag
        self.open = ""


def read(here: World, name: str = "preview.html") -> tuple[str, _Text]:
    """Return a page's text with blanks as one, and what else it holds."""
    parser = _Text()
    parser.feed((here.folder / name).read_text(encoding="utf-8"))
    return re.sub(r"\s+", " ", "".join(parser.found)), parser


def test_the_page_allows_nothing_but_itself(here: World) -> None:
    here.write({"headline": "x"})
    done = here.cli("preview")
    assert (done.code, done.out) == (0, "wrote: preview.html\n")
    _, page = read(here)
    (policy,) = page.policies
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    assert "unsafe" not in policy
    assert page.styled == 0


def test_the_page_names_the_plan_and_says_what_is_left_out(here: World) -> None:
    here.write({"headline": "x"})
    assert here.cli("preview").code == 0
    text, _ = read(here)
    assert here.plan()["id"] in text
    assert "not managed by the file is not on this page" in text


def test_a_saved_plan_is_shown_as_it_was_reviewed(here: World) -> None:
    here.write({"headline": "first", "skills": ["Python"]})
    assert here.apply().code == 0
    here.write({"headline": "second", "skills": ["Python"]})
    assert here.cli("plan", "--out", "plan.json").code == 0
    assert here.cli("preview", "plan.json").code == 0
    text, _ = read(here)
    saved = json.loads((here.folder / "plan.json").read_text())
    assert saved["id"] in text
    assert "Python" in text
    assert "refuses" not in text
    here.write({"headline": "third", "skills": ["Rust"]})
    assert here.cli("preview", "plan.json").code == 0
    text, _ = read(here)
    assert saved["id"] in text
    assert "apply refuses this plan: the profile file was changed since" in text
    assert "second" in text
    assert "third" not in text
    assert "Rust" not in text


def test_of_several_profiles_one_page_is_made(here: World) -> None:
    for name, account in (("a.yaml", "acc_a"), ("b.yaml", "acc_b")):
        here.name = name
        here.write({"account_id": account, "headline": f"headline of {name}"})
    assert here.cli("preview", "a.yaml", "b.yaml", "--out", "all.html").code == 0
    text, _ = read(here, "all.html")
    assert "headline of a.yaml" in text
    assert "headline of b.yaml" in text
    assert "Plan of all: " in text
    assert here.cli("preview", "a.yaml", "b.yaml", "--name", "Ada").code == 64


def test_the_name_comes_from_the_option_or_the_head_of_the_file(here: World) -> None:
    here.write({"headline": "x"})
    path = here.folder / here.name
    path.write_text(f"# yaml-language-server: $schema=x\n# Name: Ada Lovelace \n{path.read_text()}", encoding="utf-8")
    assert here.cli("preview").code == 0
    assert "Ada Lovelace" in read(here)[0]
    assert here.cli("preview", "--name", "Grace Hopper").code == 0
    assert "Grace Hopper" in read(here)[0]
    assert "Ada Lovelace" not in read(here)[0]


def test_a_file_that_is_no_page_is_not_written_over(here: World) -> None:
    here.write({"headline": "x"})
    before = (here.folder / here.name).read_bytes()
    done = here.cli("preview", "--out", here.name)
    assert done.code == 1
    assert "not written over" in done.err
    assert (here.folder / here.name).read_bytes() == before
    os.symlink(here.folder / here.name, here.folder / "preview.html")
    assert here.cli("preview").code == 1
    assert (here.folder / here.name).read_bytes() == before
    assert here.cli("preview", "--out", "missing/preview.html").code == 1
    (here.folder / "folder").mkdir()
    assert "this is a folder" in here.cli("preview", "--out", "folder").err


def test_a_page_goes_to_standard_output_if_that_is_asked(here: World) -> None:
    here.write({"headline": "x"})
    done = here.cli("preview", "--out", "-")
    assert (done.code, done.out[:15]) == (0, "<!doctype html>")
    assert [path.name for path in here.folder.iterdir()] == [here.name]
    assert here.cli("preview", "--out", "-", "--open").code == 64


def test_what_is_wrong_with_a_profile_is_said_and_no_page_is_written(here: World) -> None:
    here.write({"headlin": "x"})
    done = here.cli("preview")
    assert done.code == 1
    assert "headline" in done.err
    assert not (here.folder / "preview.html").exists()


def test_unseen_doubtful_blocked_and_left_things_look_like_that(here: World) -> None:
    here.write({"headline": "x", "experience": {"a": JOB, "b": {**JOB, "company": "Beta", "role": "Chef"}}})
    assert here.cli("preview").code == 0
    assert "Never seen: whatever is on LinkedIn now is replaced." in read(here)[0]
    assert "Not there yet, as far as is known." in read(here)[0]
    assert here.apply().code == 0
    here.write({"experience": {"a": {**JOB, "role": "Chair"}}})
    assert here.cli("preview").code == 0
    text, _ = read(here)
    assert "blocked: not sent" in text
    assert "Not in the file. It stays on LinkedIn" in text
    here.simulator.faults.add(("close=after-edit",))
    here.write({"experience": {"a": JOB, "c": {"role": "Diver", "company": "Gamma"}}})
    assert here.apply("--max-wait", "0").code in (1, 3)
    assert here.cli("preview").code == 0
    text, _ = read(here)
    assert "in doubt: left alone" in text
    assert "in doubt: sent, no clear answer" in text


def test_a_picture_that_was_replaced_is_found_in_git_or_named(here: World) -> None:
    old, new = PNG, PNG + b"\n"
    (here.folder / "me.png").write_bytes(old)
    here.write({"picture": "me.png"})
    assert here.apply().code == 0
    (here.folder / "me.png").write_bytes(new)
    assert here.cli("preview").code == 0
    text, page = read(here)
    assert "is not at hand: only its digest is known" in text
    assert page.images == 1
    (here.folder / "me.png").write_bytes(old)
    git = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-C", str(here.folder)]
    for arguments in (["init", "-q"], ["add", "me.png"], ["commit", "-q", "-m", "x"]):
        subprocess.run([*git, *arguments], check=True)
    (here.folder / "me.png").write_bytes(new)
    assert here.cli("preview").code == 0
    text, page = read(here)
    assert "is not at hand" not in text
    assert page.images == 2


def test_a_state_cannot_name_a_file_outside_of_the_folder(here: World, tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret.png").write_bytes(PNG)
    here.folder = inside
    (inside / "me.png").write_bytes(PNG)
    here.write({"picture": "me.png"})
    assert here.apply().code == 0
    state = here.state_path.read_text("utf-8").replace("me.png", "../secret.png")
    here.state_path.write_text(re.sub(r',\s*"source": \{.*?\}\s*\}', "", state, flags=re.DOTALL), "utf-8")
    (inside / "me.png").unlink()
    here.write({"headline": "x"})
    done = here.cli("preview")
    assert done.code == 0, done.err
    text, page = read(here)
    assert "is not at hand" in text
    assert page.images == 0


def test_what_cannot_be_shown_is_listed(here: World) -> None:
    (here.folder / "me.png").write_bytes(PNG)
    job = {**JOB, "notify_network": True, "source_of_hire": "REFERRAL"}
    here.write({"picture": "me.png", "picture_settings": {"filter": "STUDIO"}, "experience": {"a": job}})
    assert here.cli("preview").code == 0
    text, _ = read(here)
    listed = text.partition("What cannot be shown")[2]
    for name in ("experience.a.notify_network", "picture_settings", "experience.a.source_of_hire"):
        assert name in listed


def test_without_the_extra_the_message_says_what_to_install(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['PIL'] = None; sys.modules['jinja2'] = None\n"
        "from reconciler.cli.main import main; sys.exit(main(['preview']))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert re.search(
        r"the preview needs (Pillow|Jinja), which is not installed; install the extra: pip install '", done.stderr
    )
    assert "pip install reconciler" not in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["plan", "validate", "apply"])
def test_no_other_command_imports_what_a_page_needs(here: World, command: str) -> None:
    here.write({"headline": "x"})
    code = (
        "import sys; from reconciler.cli.main import main\n"
        f"main([{command!r}]); print([one for one in ('PIL', 'jinja2') if one in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=here.folder, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_page_says_early_what_made_it(here: World) -> None:
    here.write({"headline": "x" * 5000})
    assert here.cli("preview").code == 0
    assert GENERATOR.encode() in (here.folder / "preview.html").read_bytes()[:4096]
    assert here.cli("preview").code == 0


def test_the_page_is_opened_in_a_browser_if_that_is_asked(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def open_page(url: str) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr(webbrowser, "open", open_page)
    here.write({"headline": "x"})
    assert here.cli("preview", "--open", "--out", "a page.html").code == 0
    assert opened == [(here.folder / "a page.html").as_uri()]
    monkeypatch.setattr(webbrowser, "open", lambda _: False)
    assert "no browser could be opened" in here.cli("preview", "--open").err


def test_profiles_are_selected_as_elsewhere(here: World) -> None:
    (here.folder / "people").mkdir()
    for name in ("a", "b"):
        here.name = f"people/{name}.yaml"
        here.write({"account_id": f"acc_{name}", "headline": f"headline of {name}"})
    assert here.cli("preview", "people/*.yaml", "--where", "account_id=acc_b").code == 0
    text, _ = read(here)
    assert "headline of b" in text
    assert "headline of a" not in text


def test_a_first_apply_is_asked_about(here: World) -> None:
    here.write({"experience": {"a": JOB}})
    assert here.cli("preview").code == 0
    assert "First apply of experience: are any of these on LinkedIn already?" in read(here)[0]


def test_a_question_says_on_both_sides_that_it_is_one(here: World) -> None:
    here.write({"experience": {"a": JOB}})
    assert here.apply().code == 0
    later = {**JOB, "role": "Chair", "seniority": {"start_date": {"month": 5, "year": 2021}}}
    here.write({"experience": {"a": later}})
    assert here.plan()["changes"][0]["reason"]["code"] == "entry-identity"
    assert here.cli("preview").code == 0
    text, _ = read(here)
    assert "It is not certain what this is on LinkedIn" in text
    assert "left alone until the question is answered" in text
    assert "stays on LinkedIn" not in text
    page = (here.folder / "preview.html").read_text(encoding="utf-8")
    assert page.count('class="row experience changed"') == 2


def test_a_plan_of_some_addresses_shows_what_else_differs_as_it_is_live(here: World) -> None:
    here.write({"headline": "first", "summary": "older text"})
    assert here.apply().code == 0
    here.write({"headline": "second", "summary": "newer text", "skills": ["Python"]})
    assert here.cli("plan", "--target", "headline", "--out", "plan.json").code == 0
    assert here.cli("preview", "plan.json").code == 0
    text, _ = read(here)
    assert "This plan is of headline alone" in text
    assert text.count("older text") == 2
    assert "newer text" not in text
    assert "Python" not in text


def test_a_state_elsewhere_is_named(here: World) -> None:
    here.write({"headline": "first"})
    here.extra = ["--state", "elsewhere.json"]
    assert here.apply().code == 0
    here.write({"headline": "second"})
    assert here.cli("preview", here.name, "--state", "elsewhere.json").code == 0
    text, _ = read(here)
    assert "[removed: first]" in text
    assert here.cli("plan", "--state", "elsewhere.json", "--out", "plan.json").code == 0
    assert here.cli("preview", "plan.json").code == 0
    assert "apply refuses this plan: elsewhere.json: it names this state" in read(here)[0]
    assert here.cli("preview", "plan.json", "--state", "elsewhere.json").code == 0
    assert "apply refuses" not in read(here)[0]


def test_a_damaged_or_edited_plan_file_is_told(here: World) -> None:
    here.write({"headline": "first"})
    assert here.cli("plan", "--out", "plan.json").code == 0
    path = here.folder / "plan.json"
    path.write_text(path.read_text("utf-8").replace('"first"', '"forged"'), "utf-8")
    assert here.cli("preview", "plan.json").code == 0
    text, _ = read(here)
    assert "apply refuses this plan: the plan file was edited" in text
    path.write_text(path.read_text("utf-8").replace('"headline"', '"head<b>line"'), "utf-8")
    assert (
        "this is not a saved plan: there is no section" in here.cli("preview", "plan.json", "--out", "other.html").err
    )
    path.write_text('{"format_version": "1.0"', "utf-8")
    done = here.cli("preview", "plan.json", "--out", "other.html")
    assert done.code == 1
    assert "this is not a saved plan" in done.err
    assert not (here.folder / "other.html").exists()


def cells(here: World, row: str) -> tuple[str, str]:
    """Return both sides of a row of the page as HTML."""
    page = (here.folder / "preview.html").read_text(encoding="utf-8")
    _, _, left = page.partition(f'id="{row}"')[2].partition('class="cell before')
    left, _, right = left.partition('class="cell after')
    return left, right.partition("</section>")[0]


def test_a_first_plan_is_listed_in_few_lines(here: World) -> None:
    (here.folder / "me.png").write_bytes(PNG)
    corners = {name: {"x": 0.1, "y": 0.9} for name in ("bottomLeft", "bottomRight", "topLeft", "topRight")}
    looks = {"filter": "STUDIO", "layout": corners, "contrast": 0.1, "vignette": 0, "saturation": 0, "brightness": 0.2}
    about = "I plan how ships meet. " * 80
    here.write({"headline": "Baker", "summary": about, "picture": "me.png", "picture_settings": looks})
    assert here.cli("preview").code == 0
    text, _ = read(here)
    assert "layout: bottomLeft.x 0.1, bottomLeft.y 0.9" in text
    assert "3 more of picture_settings" in text
    assert "(1,840 characters)" in text
    left, right = cells(here, "p1-top")
    assert (left.count("badge st-unseen"), right.count("badge st-unseen")) == (1, 1)


def test_what_is_blocked_is_not_struck_through_where_it_stays(here: World) -> None:
    full = {**JOB, "seniority": {**JOB["seniority"], "end_date": {"month": 4, "year": 2022}}}  # type: ignore[dict-item]
    here.write({"experience": {"a": {**JOB, "description": "Bread"}}})
    assert here.apply().code == 0
    here.write({"experience": {"a": {**full, "description": "Cake"}}})
    assert here.plan()["changes"][0]["action"] == "blocked"
    assert here.cli("preview").code == 0
    left, right = cells(here, "p1-experience-a")
    assert "stays as it is" in left
    assert ("<del>" in left, "<ins>" in right) == (False, True)


def test_of_what_cannot_be_shown_only_what_differs_is_listed(here: World) -> None:
    (here.folder / "me.png").write_bytes(PNG)
    first = {"picture": "me.png", "picture_settings": {"filter": "STUDIO", "contrast": 0.1}}
    named, unnamed = ({**JOB, "company": company, "employment_type": of} for company, of in (("A", "12"), ("B", "99")))
    jobs = {"a": named, "b": unnamed}
    here.write({**first, "experience": jobs})
    assert here.apply().code == 0
    here.write({**first, "picture_settings": {"filter": "STUDIO", "contrast": 0.2}, "experience": jobs})
    assert here.cli("preview").code == 0
    listed = read(here)[0].partition("What cannot be shown")[2]
    assert "picture_settings: [removed: {contrast: 0.1}] → {contrast: 0.2}" in listed
    assert "experience.b.employment_type" in listed
    assert "experience.a.employment_type" not in listed


def test_what_left_the_top_is_named_on_both_sides(here: World) -> None:
    here.write({"headline": "x", "custom_link": {"type": "BLOG", "url": "https://example.com"}})
    assert here.apply().code == 0
    here.write({"headline": "x"})
    assert here.cli("preview").code == 0
    _, right = cells(here, "p1-top")
    assert "link: Not in the file." in right


def test_the_page_holds_no_character_that_a_terminal_obeys(here: World) -> None:
    """The name that a screen reader tells held the escapes of a role as they were, also on standard output."""
    odd = {"type": "LINKEDIN", "account_id": ACCOUNT, "experience": {"a": {**JOB, "role": "\x1b]0;x\x07Chef\x9b31m"}}}
    here.write_text(json.dumps(odd))
    assert here.cli("preview").code == 0
    page = (here.folder / "preview.html").read_text(encoding="utf-8")
    assert {char for char in page if char < " " or "\x7f" <= char <= "\x9f"} == {"\n"}


def test_the_page_of_an_edited_plan_holds_no_character_that_a_terminal_obeys(here: World) -> None:
    """The path of a field and the address of a change stood there as the file of the plan had them."""
    for url in ("https://example.org", "https://example.org/bread"):
        here.write({"custom_link": {"type": "BLOG", "url": url}})
        assert here.cli("plan", "--out", "plan.json").code == here.apply().code == 0
    saved = json.loads((here.folder / "plan.json").read_text())
    saved["changes"][0]["fields"][0]["path"] = "\x1b]0;x\x07"
    saved["id"] = "\x1b[31m"
    (here.folder / "plan.json").write_text(json.dumps(saved))
    here.cli("preview", "plan.json")
    page = (here.folder / "preview.html").read_text(encoding="utf-8")
    assert "\\x1b]0;x\\x07" in page
    assert {char for char in page if char < " " or "\x7f" <= char <= "\x9f"} == {"\n"}
