"""The page in a real browser: it says what the profile says, holds no barrier, and does nothing else."""

import io
import re
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from PIL import Image
from playwright.sync_api import Browser

import reconciler
from reconciler.profile.desired import Wanted
from reconciler.state.applied import Record
from tests.preview.browser import AXE, TOP, Opened, opened
from tests.strategies import FILES, profiles
from tests.world import PNG, World, world

EXAMPLES = sorted((TOP / "profiles").glob("*.yaml"))
ROLES = {
    "headline": "headline",
    "summary": "about",
    "role": "role",
    "company": "company",
    "school": "role",
    "degree": "degree",
    "field_of_study": "field",
    "location": "place",
    "description": "description",
    "grade": "fact",
    "activities": "fact",
}
FULL_ACCOUNT = "acc_linkedin_01HXYZ4QK3WJ8FN3M6QH7TZ8GR"
ENTRIES = (("experience", "2400000101"), ("experience", "2400000102"), ("education", "2400000201"))
LONG = "x" * 10_000
BOUND = 3  # seconds that a hundred profiles may take where nothing else runs; these tests run beside others
HOSTILE = [
    "<script>document.title = 'broken'; alert(1)</script>",
    "</style></script><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "\u202egnihtemos\u202c \u2066isolated",
    "Z\u0353\u0300\u0301\u0302" + "\u0334\u0335\u0336\u0337\u0338" * 60,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 " * 50,
    "مرحبا بالعالم " * 40,
    "\u200b\u2060\ufeff\u00ad\u115f\u3164",
    LONG,
]


def preview(here: World, *arguments: str) -> Path:
    """Run the command; return the page."""
    done = here.cli("preview", *(arguments or (here.name,)))
    assert done.code == 0, done.err
    return here.folder / "preview.html"


def free_texts(wanted: Mapping[str, Wanted | Record]) -> list[tuple[str, str, str]]:
    """Return what the page is to say: the row's id, the role of the line, and the text, of all that people write."""
    found = []
    for address, each in wanted.items():
        row, value = f"p1-{address.replace('.', '-')}", each.value
        if isinstance(value, str):
            found.append(("p1-top" if address == "headline" else row, ROLES[address], value))
        elif isinstance(value, list):
            found += [(row, "item", str(item)) for item in value]
        elif isinstance(value, dict) and "." in address:
            attachment: dict[str, Any] = value.get("attachment", {})  # type: ignore[assignment] # an object
            parts = {"title": "attachment", "description": "caption", "url": "link"}
            found += [(row, ROLES[name], str(value[name])) for name in ROLES if name in value]
            found += [(row, role, str(attachment[name])) for name, role in parts.items() if name in attachment]
            found += [(row, "item", str(item)) for item in value.get("skills", [])]  # type: ignore[union-attr] # a list
    return [(row, role, text) for row, role, text in found if text]


def said_texts(texts: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Return what the page says of all that people write: not its dates, nor the API's words."""
    roles = {*ROLES.values(), "item", "attachment", "caption", "link"}
    return [
        (row, role, text)
        for row, role, text in texts
        if role in roles and row != "p1-open_to_work" and not (row == "p1-top" and role != "headline")
    ]


def without_files(texts: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    return [each for each in texts if each[1] != "fact" or not re.fullmatch(r"\S+\.(png|pdf|jpg)", each[2])]


def hold_texts(browser: Browser, page: Path, profile: Path) -> None:
    """Hold that the page says in each place what the profile says there, and asks nothing of anywhere."""
    with opened(browser, page) as shown:
        wanted = dict(reconciler.load(str(profile)).desired.wanted)
        assert sorted(without_files(said_texts(shown.texts()))) == sorted(free_texts(wanted))
        assert shown.complaints == []
        assert [url for url in shown.asked if not url.startswith(("data:", page.as_uri()))] == []
        assert shown.too_wide() == []


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_the_page_says_what_an_example_says(here: World, browser: Browser, example: Path) -> None:
    shutil.copytree(TOP / "profiles", here.folder, dirs_exist_ok=True)
    page = preview(here, example.name)
    hold_texts(browser, page, here.folder / example.name)


@settings(
    max_examples=6,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(profile=profiles({"experience": ("11", "12"), "education": ("21", "22")}))
def test_the_page_says_what_any_profile_says(here: World, browser: Browser, profile: dict[str, Any]) -> None:
    for name in FILES:
        (here.folder / name).write_bytes(PNG)
    here.write(profile)
    page = preview(here)
    hold_texts(browser, page, here.folder / here.name)


def test_both_sides_of_an_applied_profile_say_the_same(here: World, browser: Browser) -> None:
    shutil.copy(TOP / "profiles" / "minimal.yaml", here.folder / here.name)
    assert here.apply().code == 0
    with opened(browser, preview(here)) as shown:
        assert shown.texts("before") == shown.texts() != []
        assert shown.page.locator("ins, del, .row .badge").count() == 0
        assert "no changes" in (shown.page.locator("main .counts").text_content() or "")


def changed(here: World) -> Path:
    """Apply the full example, change it in many ways, and return the page of that."""
    shutil.copytree(TOP / "profiles", here.folder, dirs_exist_ok=True)
    here.name = "full.yaml"
    memory = here.simulator.memory
    text = (here.folder / here.name).read_text(encoding="utf-8").replace(FULL_ACCOUNT, "acc_1")
    here.write_text(text)
    for section, entry_id in ENTRIES:
        memory.profile("acc_1").entries[section].append({"id": entry_id})
    assert here.apply().code == 0
    text = text.replace("Head of Scheduling at", "Director of Scheduling at").replace("fifteen", "sixteen")
    text = text.replace("  - Public speaking\n", "  - Mentoring\n").replace("contrast: 0.1", "contrast: 0.2")
    text = text.replace("cover_picture: files/cover.png", "cover_picture: files/pipeline.png")
    text = text.replace("Software Engineer", "Senior Software Engineer").replace("custom_link:\n", "xcustom_link:\n")
    text = re.sub(r"xcustom_link:\n(?:  .*\n)+", "", text)
    here.write_text(f"# name: Ingrid Halvorsen\n{text}")
    return preview(here)


@pytest.fixture(scope="module")
def changed_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give one page of many changes to all tests that only look at it."""
    with world(tmp_path_factory.mktemp("changed")) as here:
        return changed(here)


def hold_no_barrier(shown: Opened) -> None:
    """Hold that axe finds nothing in the page as it is, in light and dark: of dark only contrasts differ."""
    shown.page.emulate_media(color_scheme="light")
    assert shown.barriers() == []
    shown.page.emulate_media(color_scheme="dark")
    assert shown.barriers("color-contrast") == []


def test_axe_finds_no_barrier(browser: Browser, changed_page: Path) -> None:
    if not AXE.exists():
        pytest.skip("axe-core needs npm: `make test` installs it where there is one")
    with opened(browser, changed_page) as shown:
        for width in (1128, 390):
            shown.page.set_viewport_size({"width": width, "height": 900})
            hold_no_barrier(shown)
        shown.page.keyboard.press("w")
        shown.page.locator("details").evaluate_all("all => all.forEach((one) => one.open = true)")
        for width in (390, 1128):
            shown.page.set_viewport_size({"width": width, "height": 900})
            hold_no_barrier(shown)


def unclear(here: World) -> Path:
    """Apply a profile and change it, so that things are unseen, in doubt, blocked and left; return the page of that."""
    job = {"role": "Founder", "company": "Acme", "seniority": {"start_date": {"month": 3, "year": 2021}}}
    chef = {"role": "Chef", "company": "Beta", "seniority": {"start_date": {"month": 1, "year": 2015}}}
    diver = {"role": "Diver", "company": "Gamma"}
    (here.folder / "me.png").write_bytes(PNG)
    here.write({"summary": "I bake.", "picture": "me.png", "experience": {"a": job, "b": chef, "c": chef | diver}})
    assert here.apply().code == 0
    here.simulator.faults.add(("close=after-edit",))
    here.write({"summary": "I bake.", "experience": {"a": job, "b": chef, "c": chef | diver, "d": diver}})
    assert here.apply("--max-wait", "0").code == 3
    (here.folder / "me.png").unlink()
    link = {"type": "BLOG", "url": "https://example.com"}
    jobs = {"a": {**job, "role": "Chair"}, "d": diver, "n": {"role": "Teacher", "company": "Evening School"}}
    here.write({"headline": "Baker", "custom_link": link, "experience": jobs})
    return preview(here)


def test_axe_finds_no_barrier_where_things_are_not_certain(here: World, browser: Browser) -> None:
    if not AXE.exists():
        pytest.skip("axe-core needs npm: `make test` installs it where there is one")
    with opened(browser, unclear(here)) as shown:
        for standing in ("new", "unseen", "left", "blocked", "doubt"):
            assert shown.page.locator(f".badge.st-{standing}").count() > 0
        assert shown.too_wide() == []
        hold_no_barrier(shown)


def test_what_changed_is_said_to_those_who_do_not_see_it(browser: Browser, changed_page: Path) -> None:
    with opened(browser, changed_page) as shown:
        headline = shown.page.locator(".after .headline .text")
        assert headline.text_content() == (
            "[added: Director] of Scheduling at Halvik Port Systems. Making busy harbours quiet."
        )
        tree = shown.page.locator("main").aria_snapshot()
        assert 'insertion: "[added: Director]"' in tree.replace("'", '"') or "insertion" in tree
        assert shown.page.locator("#p1-skills .before del").text_content() == "[removed: Public speaking]"
        assert shown.page.locator("#p1-skills .after ins").text_content() == "[added: Mentoring]"
        assert shown.page.locator("h1, h2, h3, h4").count() > 8


def test_keys_lead_through_the_changes_in_the_order_of_the_page(browser: Browser, changed_page: Path) -> None:
    with opened(browser, changed_page) as shown:
        links = set(shown.page.locator("a[data-jump]").evaluate_all("all => all.map((one) => one.hash.slice(1))"))
        met: list[str] = []
        for _ in links:
            shown.page.keyboard.press("n")
            met.append(shown.page.evaluate("document.activeElement.id"))
        assert set(met) == links
        order = shown.page.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")
        assert met == sorted(met, key=order.index)
        shown.page.keyboard.press("p")
        assert shown.page.evaluate("document.activeElement.id") == met[-2]
        shown.page.locator(".keys summary").press("Enter")
        shown.page.locator(".keys-on").uncheck()
        shown.page.locator(".masthead").click()
        shown.page.keyboard.press("p")
        assert shown.page.locator(".count").text_content() == f"{len(met) - 1} of {len(met)}"


def test_sides_widths_and_colours_change_by_key(browser: Browser, changed_page: Path) -> None:
    with opened(browser, changed_page, width=1600) as shown:
        cells = "#p1-summary > .{}"

        def box(side: str) -> dict[str, float]:
            found = shown.page.locator(cells.format(side)).bounding_box()
            assert found is not None
            return {"x": found["x"], "y": found["y"], "width": found["width"]}

        assert (box("before")["width"], box("after")["width"]) == (390, 390)
        assert box("before")["y"] == box("after")["y"]
        shown.page.keyboard.press("c")
        assert box("before")["y"] < box("after")["y"]
        shown.page.keyboard.press("w")
        assert box("after")["width"] == 1128
        shown.page.keyboard.press("c")
        assert box("before")["y"] == box("after")["y"]
        assert box("before")["x"] < box("after")["x"] < 1600 - box("after")["width"]
        shown.page.keyboard.press("b")
        assert not shown.page.locator(cells.format("before")).is_visible()
        shown.page.keyboard.press("b")
        assert not shown.page.locator(cells.format("after")).is_visible()
        ground = "getComputedStyle(document.body).backgroundColor"
        light = shown.page.evaluate(ground)
        shown.page.keyboard.press("t")
        assert shown.page.evaluate(ground) != light
        shown.page.keyboard.press("t")
        assert shown.page.evaluate(ground) == light


def test_the_fold_is_where_the_fourth_line_begins(here: World, browser: Browser) -> None:
    words = [f"word{number}" for number in range(400)]
    here.write({"summary": " ".join(words)})
    with opened(browser, preview(here)) as shown:
        text = shown.page.locator("#p1-summary .after .about .text")
        assert text.locator(".fold").all_text_contents() == ["phone: see more", "desktop: see more"]
        kept = text.evaluate("one => [...one.childNodes].map((node) => node.textContent)")
        ends = {"phone": kept[0].split()[-1], "desktop": kept[2].split()[-1]}
        for width, inner in (("phone", 358), ("desktop", 1080)):
            lines = shown.page.evaluate(
                """([words, inner]) => {
                  const probe = document.createElement("div");
                  probe.className = "cell";
                  probe.style.cssText = `position: absolute; container-type: normal; padding: 0; width: ${inner}px`;
                  document.body.append(probe);
                  const spans = words.map((word) => {
                    const span = document.createElement("span");
                    span.textContent = word;
                    probe.append(span, " ");
                    return span;
                  });
                  const tops = [...new Set(spans.map((span) => span.getBoundingClientRect().top))];
                  const last = spans.filter((span) => span.getBoundingClientRect().top === tops[2]).pop();
                  const found = last.textContent;
                  probe.remove();
                  return found;
                }""",
                [words, inner],
            )
            assert ends[width] == lines
        assert "On a phone" in (shown.page.locator("#p1-summary .after .fold-note").text_content() or "")


def test_a_short_about_has_no_fold(here: World, browser: Browser) -> None:
    here.write({"summary": "One.\nTwo.\nThree."})
    with opened(browser, preview(here)) as shown:
        assert shown.page.locator(".fold").count() == 0
        note = shown.page.locator("#p1-summary .after .fold-note").text_content()
        assert note == "On a phone, all of it is seen. On a desktop, all of it is seen."


def test_a_hostile_profile_runs_nothing_asks_nothing_and_breaks_nothing(here: World, browser: Browser) -> None:
    entries = {
        f"e{number}": {
            "role": text,
            "company": text,
            "description": text,
            "location": text,
            "skills": [text],
            "attachment": {"type": "link", "title": text, "description": text, "url": url},
        }
        for number, (text, url) in enumerate(
            zip(
                HOSTILE,
                [
                    "javascript:alert(1)",
                    " javascript:alert(1)",
                    "data:text/html,<script>alert(1)</script>",
                    "https://user@evil.example/",
                    "//evil.example",
                    "https://evil.example/\u202e",
                    "HTTPS://EVIL.example\\@x",
                    "vbscript:x",
                    f"https://evil.example/{LONG}",
                ],
                strict=True,
            )
        )
    }
    whole = "\n".join(HOSTILE)
    here.write(
        {
            "headline": " ".join(HOSTILE),
            "summary": whole,
            "skills": HOSTILE,
            "experience": entries,
            "custom_link": {"type": "BLOG", "url": "javascript:alert(document.domain)"},
        }
    )
    page = preview(here, here.name, "--name", HOSTILE[0])
    with opened(browser, page) as shown:
        assert shown.too_wide() == []
        assert shown.complaints == []
        assert [url for url in shown.asked if url != page.as_uri()] == []
        assert "broken" not in shown.page.title()
        assert shown.page.locator("main script, main img[onerror], main style").count() == 0
        links = shown.page.locator("main a:not([data-jump])").evaluate_all(
            "all => all.map((one) => [one.href, one.rel])"
        )
        assert {href[:30] for href, _ in links} == {"https://evil.example/xxxxxxxxx"}
        assert {rel for _, rel in links} == {"noopener noreferrer"}
        assert {("p1-experience-e0", "role", HOSTILE[0]), ("p1-summary", "about", whole)} <= set(shown.texts())
        assert shown.page.locator("body [style], body [onclick], body [onload], body [onerror]").count() == 0


def test_a_script_that_is_not_ours_is_refused(here: World, browser: Browser) -> None:
    here.write({"headline": "x"})
    page = preview(here)
    page.write_text(page.read_text("utf-8").replace("</body>", "<script>document.title = 'x'</script></body>"), "utf-8")
    with opened(browser, page) as shown:
        assert shown.page.title() == "Preview: profile.yaml"
        assert any("Content Security Policy" in complaint for complaint in shown.complaints)
        loaded = shown.page.evaluate(
            """new Promise((done) => {
              const image = new Image();
              image.onload = () => done(true);
              image.onerror = () => done(false);
              image.src = 'https://example.com/x.png';
            })"""
        )
        assert loaded is False


def test_a_hundred_profiles_in_one_page_are_quick(here: World, browser: Browser) -> None:
    shutil.copytree(TOP / "profiles" / "files", here.folder / "files")
    text = (TOP / "profiles" / "long-career.yaml").read_text(encoding="utf-8")
    for number in range(100):
        own = re.sub(r"account_id: \S+", f"account_id: acc_{number}", text)
        (here.folder / f"p{number:02}.yaml").write_text(own, encoding="utf-8")
    before = time.process_time()
    page = preview(here, *(f"p{number:02}.yaml" for number in range(100)))
    assert time.process_time() - before < 2 * BOUND
    started = time.perf_counter()
    with opened(browser, page) as shown:
        assert shown.page.locator("main > .profile").count() == 100
        assert shown.page.locator(".index li").count() == 100
        shown.page.keyboard.press("n")
        assert shown.page.locator(".count").text_content() != ""
        assert shown.complaints == []
    assert time.perf_counter() - started < 4 * BOUND


def test_pictures_are_encoded_anew_and_no_larger_than_twice_what_is_shown(here: World, browser: Browser) -> None:
    secret = b"GPS: 59.3293 N, 18.0686 E"
    picture = Image.new("RGB", (3000, 2000), (30, 90, 60))
    target = io.BytesIO()
    picture.save(target, "JPEG", comment=secret)
    assert secret in target.getvalue()
    (here.folder / "me.jpg").write_bytes(target.getvalue())
    here.write({"picture": "me.jpg", "cover_picture": "me.jpg"})
    page = preview(here)
    with opened(browser, page) as shown:
        sizes = shown.page.locator("img").evaluate_all("all => all.map((one) => [one.naturalWidth, one.naturalHeight])")
        assert sizes == [[2256, 564], [320, 320]]
        sources = shown.page.locator("img").evaluate_all("all => all.map((one) => one.src.slice(0, 23))")
        assert set(sources) == {"data:image/webp;base64,"}
    assert len(page.read_bytes()) < 200_000
