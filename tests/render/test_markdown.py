import re
from typing import Any

import pytest
from msgspec.structs import replace

from reconciler.planning.plan import (
    Action,
    Change,
    FieldChange,
    FilePart,
    Group,
    Part,
    Plan,
    ProfileRef,
    Request,
    StateRef,
    TextPart,
    joint_id,
)
from reconciler.planning.reason import Code, Reason, doubted, not_sent
from reconciler.problem import Problem
from reconciler.render.markdown import render_markdown, render_problems
from reconciler.values import Plain
from tests.render.rendered import rendered

AT = "2026-01-02T03:04:05Z"
PROFILE = ProfileRef("profile.yaml", "0" * 64)
STATE = StateRef("profile.state.json", "l", 3, AT)
SHA = "0123456789abcdef" * 4
OTHER = "f" * 64
JOB: dict[str, Plain] = {"role": "CTO", "company": "NewCo"}


def plan(*changes: Change, parts: tuple[Part, ...] = (), **more: Any) -> Plan:  # noqa: ANN401 - any of Plan's
    requests = (Request((), (Group(tuple(change.address for change in changes), parts, {}),), repeatable=True),)
    return Plan("acc", PROFILE, STATE, "0", changes, requests if parts else (), **more)


def markdown(*plans: Plan, max_bytes: int = 60_000, commit: str | None = None) -> str:
    text = render_markdown(plans, commit=commit, max_bytes=max_bytes)
    assert len(text.encode()) <= max_bytes
    rendered(text)
    return text


def update(before: Any, after: Any, path: str = "", **more: Any) -> Change:  # noqa: ANN401 - plain data
    return Change("summary", Action.UPDATE, before, after, (FieldChange(path, before, after),), **more)


def create(key: str, **more: Any) -> Change:  # noqa: ANN401 - any of Change's
    fields = tuple(FieldChange(name, None, value) for name, value in JOB.items())
    return Change(f"experience.{key}", Action.CREATE, None, JOB, fields, **more)


def below(text: str, heading: str) -> str:
    """What stands under a heading, up to the next."""
    return re.split(r"\n(?=#|<h|<p><sub>)", text.partition(heading)[2])[0].strip()


def test_nothing_to_do_is_one_line() -> None:
    assert markdown(plan(), commit="abc") == (
        "<p><code>profile.yaml</code>: no changes, compared with what was last applied at "
        "<code>2026-01-02T03&#58;04&#58;05Z</code>, not with the live profile (commit <code>abc</code>).</p>"
    )


def test_a_document_says_the_outcome_then_the_changes_then_what_it_was_made_from() -> None:
    made = plan(update("quietly", "loudly"), parts=(TextPart("summary", "loudly"),))
    parts = "<wbr>".join(made.id[start : start + 16] for start in range(0, 64, 16))  # so that a narrow window fits
    assert markdown(made, commit="a1b2c3") == (
        "## Plan: 1 to change; 1 request will be sent\n\n"
        "### Changes\n\n"
        "<table>\n<tr><th>Address</th><th>What</th></tr>\n"
        "<tr><td><code>summary</code><br>update</td>"
        "<td><del><code>quietly</code></del> → <code>loudly</code></td></tr>\n</table>\n\n"
        "<h4><code>summary</code> · update</h4>\n"
        "<ul>\n<li><del><code>quietly</code></del> → <code>loudly</code></li>\n</ul>\n\n"
        f"<p><sub>Plan <code>{parts}</code> · <code>profile.yaml</code> for account <code>acc</code> · "
        "commit <code>a1b2c3</code> · compared with what was last applied at "
        "<code>2026-01-02T03&#58;04&#58;05Z</code>, not with the live profile · 1 request will be sent</sub></p>"
    )


def test_a_plan_s_id_is_whole_for_who_copies_it() -> None:
    made = plan(update("quietly", "loudly"))
    assert made.id in rendered(markdown(made)).codes


def test_a_picture_links_to_what_it_was_and_what_it_is() -> None:
    old: Plain = {"file": "old.png", "sha256": OTHER, "size": 2048}
    new: Plain = {"file": "new.png", "sha256": SHA, "size": 2048}
    change = Change("picture", Action.UPDATE, old, new, (FieldChange("", old, new),))
    links = {OTHER: "https://git.example/a/blob/c0/old.png", SHA: "https://git.example/a/blob/c1/new.png"}
    for known in (links, {SHA: links[SHA]}, {}):
        text = render_markdown([plan(change)], commit=None, max_bytes=60_000, links=known)
        told = [link for _, link in rendered(text).attributes]
        assert told == 2 * list(known.values())  # in the table, and in the change


def test_an_attachment_that_became_another_is_told_member_by_member_with_links() -> None:
    old: Plain = {
        "type": "link",
        "title": "Talk",
        "url": "u",
        "thumbnail": {"file": "o.png", "sha256": OTHER, "size": 1},
    }
    new: Plain = {"type": "media", "title": "Talk", "file": {"file": "new.png", "sha256": SHA, "size": 1}}
    field = FieldChange("attachment", old, new)
    change = Change("experience.a", Action.UPDATE, {"attachment": old}, {"attachment": new}, (field,))
    links = {OTHER: "https://git.example/o.png", SHA: "https://git.example/new.png"}
    text = render_markdown([plan(change)], commit=None, max_bytes=60_000, links=links)
    shown = re.findall("<li><code>(attachment.*?)</code>", text)
    assert shown == ["attachment.type", "attachment.file", "attachment.url", "attachment.thumbnail"]
    assert [link for _, link in rendered(text).attributes][-2:] == [links[SHA], links[OTHER]]


def test_what_matters_to_those_who_approve_stands_first_and_each_is_said_once() -> None:
    made = plan(
        create("new", warnings=(Reason(Code.NOTIFIES_NETWORK),)),
        update(["Go", "approved by all"], ["Go"], warnings=(Reason(Code.MAY_KEEP, values=("approved by all",)),)),
        Change(
            "experience.stuck", Action.BLOCKED, JOB, JOB, reason=not_sent(Code.ID_UNKNOWN, "experience.stuck", ["role"])
        ),
        Change("experience.lost", Action.BLOCKED, reason=doubted("experience.lost")),
        Change("experience.old", Action.FORGET, {"role": "Intern"}, reason=Reason(Code.LEFT_FILE)),
        parts=(TextPart("experience[notify_network]", "true"),),
        warnings=("profile.yaml:3:1: headline: 230 characters",),
        in_doubt=("experience.lost",),
        first_apply=("experience",),
    )
    text = markdown(made)
    assert rendered(text).headings == [
        "Plan: 1 to add, 1 to change, 1 to forget, 2 blocked, 1 in doubt; 1 request will be sent",
        "First: are any of these on LinkedIn already?",
        "Tells the network",
        "Blocked",
        "In doubt",
        "Stays on LinkedIn",
        "Warnings",
        "Changes",
        "experience.new · create",
        "summary · update",
    ]
    new = "<li><code>experience.new</code> <code>CTO · NewCo</code></li>"
    assert new in below(text, "### First")
    assert new in below(text, "### Tells")
    blocked = below(text, "### Blocked")
    assert "<li><code>experience.stuck</code>: <code>id-unknown</code>: <code>role</code> cannot be edited" in blocked
    assert "linkedin.com: run <code>reconciler state accept experience.stuck.role</code></li>" in blocked
    assert "<li><code>experience.lost</code></li>" in below(text, "### In doubt")
    assert "<li><code>experience.old</code> <code>Intern</code>; to delete it there: <code>https" in below(
        text, "### Stays"
    )
    assert below(text, "### Warnings") == (
        "<ul>\n<li><code>profile.yaml&#58;3&#58;1&#58; headline&#58; 230 characters</code></li>\n"
        "<li><code>summary</code>: taken off the list: <code>approved by all</code>; "
        "the API may leave it on LinkedIn</li>\n</ul>"
    )


def test_a_long_text_is_a_difference_by_words_with_its_newlines_shown() -> None:
    before = "I write about distributed systems, and about how small teams ship.\n\nBread.\n"
    after = "I write about distributed systems, and about how good teams ship.\n\nBread.\nWine.\n"
    assert below(markdown(plan(update(before, after))), "<h4><code>summary</code> · update</h4>") == (
        "<p>75 → 80 characters</p><pre><div><code>"
        "I write about distributed systems, and about how <del>small</del><i> → </i><ins><b>good</b></ins> teams "
        "ship.&#10;\n"
        "Bread.\n<ins><b>Wine.⏎\n</b></ins></code></div></pre>"
    )


def test_of_a_long_text_the_changed_sentences_are_shown_with_those_beside_and_the_whole_is_folded() -> None:
    before = "One is first. Two is next. Three was here. Four follows. Five ends. " + "More of it. " * 9
    text = below(markdown(plan(update(before, before.replace("was", "is")))), "<h4><code>summary</code> · update</h4>")
    excerpt, whole = text.split("<details><summary>the whole text</summary>")
    assert excerpt.endswith(
        "<code>One is first. Two is next. Three <del>was</del><i> → </i><ins><b>is</b></ins> here. Four follows. "
        "<i> … 119 unchanged characters … </i></code></div></pre>"
    )
    assert "Three <del>was</del><i> → </i><ins><b>is</b></ins> here. Four follows. Five ends. More of it." in whole


def test_a_plan_of_many_first_changes_is_one_list() -> None:
    text = markdown(plan(*(create(f"job-{number}") for number in range(19)), first_apply=("experience",)))
    shown = text.partition("<details>")[0]
    assert [shown.count(f"<code>experience.job-{number}</code>") for number in range(19)] == [1] * 19
    assert "<summary>19 changes that are listed above, field by field</summary>" in text


def test_a_very_long_text_that_is_new_is_folded_away() -> None:
    text = below(markdown(plan(update(None, "word " * 400))), "<h4><code>summary</code> · update</h4>")
    assert text.startswith("<details><summary>2,000 characters</summary><pre>")
    assert text.endswith("word </code></div></pre></details>")


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        (None, "x", "<code>x</code>"),
        ("x", "", "<del><code>x</code></del> → <i>empty</i>"),
        ("", "x", "<i>empty</i> → <code>x</code>"),
        ("a b", "a c", "<code>a <del>b</del><i> → </i><ins><b>c</b></ins></code>"),
        (None, True, "<code>true</code>"),
        (1, 2.5, "<del><code>1</code></del> → <code>2.5</code>"),
        (
            ["a", "b"],
            ["b", "c"],
            "added: <code>c</code></li><li>taken off: <del><code>a</code></del>",
        ),
        (["a", "b"], ["b", "a"], "the same, in another order: <code>b, a</code>"),
        (["a", "b"], ["c", "b", "a"], "added: <code>c</code></li><li>in this order: <code>c, b, a</code>"),
        (["a"], ["a", "a"], "added: <code>a</code>"),
        (
            {"file": "me.jpg", "sha256": OTHER, "size": 70},
            {"file": "us.jpg", "sha256": SHA, "size": 2048},
            "<del><code>me.jpg (70 bytes, ffffffff)</code></del> → <code>us.jpg (2.0 KiB, 400×300, 01234567)</code>",
        ),
    ],
)
def test_a_value_reads_in_one_line(before: object, after: object, line: str) -> None:
    picture = FilePart("picture", "us.jpg", SHA, 2048, "image/jpeg", 400, 300)
    text = markdown(plan(update(before, after), parts=(picture,)))
    assert f"<ul>\n<li>{line}</li>\n</ul>" in text


def test_an_order_of_its_own_is_told_in_the_table_and_shown_whole_as_long_as_there_is_room() -> None:
    before: list[Plain] = [f"skill {number}" for number in range(60)]
    after = [*before[30:], "new", *before[:30]]
    text = markdown(plan(update(before, after)))
    assert "<td><code>+ new</code>, another order</td>" in text
    assert f"<li>in this order: <code>{', '.join(map(str, after))}</code></li>" in text
    assert "<td>another order</td>" in markdown(plan(update(before, before[::-1])))
    short = markdown(plan(update(before, after)), max_bytes=1000)
    assert "Shortened to fit" in short
    assert "characters)</code></li>" in short


def test_a_time_from_to_reads_whole_whichever_part_of_it_changed() -> None:
    start: Plain = {"month": 3, "year": 2021}
    end: Plain = {"month": 6, "year": 2024}
    before: Plain = {"seniority": {"start_date": start}}
    after: Plain = {"seniority": {"start_date": start, "end_date": end}}
    fields = (
        FieldChange("seniority.end_date.month", None, 6),
        FieldChange("seniority.end_date.year", None, 2024),
    )
    text = markdown(plan(Change("experience.a", Action.UPDATE, before, after, fields)))
    assert text.count("<li>") == 1
    assert "<del><code>Mar 2021 – present</code></del> → <code>Mar 2021 – Jun 2024</code>" in text


def test_a_renamed_entry_says_where_it_comes_from() -> None:
    move = Change("experience.b", Action.MOVE, JOB, JOB, reason=Reason(Code.RENAMED_KEY), moved_from="experience.a")
    assert "<h4><code>experience.a</code> → <code>experience.b</code> · move</h4>" in markdown(plan(move))


def test_commands_name_the_profile_that_they_are_about() -> None:
    made = plan(create("new"), in_doubt=("experience.lost",), first_apply=("experience",))
    codes = rendered(markdown(replace(made, profile=ProfileRef("people/it's *me*.yaml", "")))).codes
    ours = """--profile 'people/it'"'"'s *me*.yaml' --state profile.state.json"""
    assert [code for code in codes if code.startswith("reconciler ")] == [
        f"reconciler state accept ADDRESS {ours}",
        f"reconciler state resolve ADDRESS --applied {ours}",
    ]


def test_several_plans_with_changes_name_the_id_that_they_have_together() -> None:
    made = [replace(plan(update("a", after)), profile=ProfileRef(f"{after}.yaml", "")) for after in "bcd"]
    lines = markdown(*made[:2]).splitlines()
    assert lines[-1].replace("<wbr>", "") == (
        f"<p><sub>All of these together are plan <code>{joint_id(made[:2])}</code></sub></p>"
    )
    assert "together" not in markdown(made[0], plan())


def test_several_profiles_make_one_document() -> None:
    other = replace(plan(), profile=ProfileRef("bob.yaml", ""))
    text = markdown(plan(update("a", "b")), other, commit="abc")
    assert rendered(text).headings == [
        "Plan: 1 of 2 profiles change",
        "profile.yaml: 1 to change; nothing will be sent",
        "Changes",
        "summary · update",
    ]
    assert text.endswith(
        "\n\n<p><code>bob.yaml</code>: no changes, compared with what was last applied at "
        "<code>2026-01-02T03&#58;04&#58;05Z</code>, not with the live profile (commit <code>abc</code>).</p>"
    )
    assert markdown(plan(), other).startswith("## Plan: no changes\n\n<p><code>profile.yaml</code>: no changes, ")


LONG = " ".join(f"w{number}" for number in range(2000))
BIG = plan(
    *(
        create(f"job-{number}", warnings=(Reason(Code.ID_CHANGED, values=(f"experience.job-{number}", "7")),))
        for number in range(20)
    ),
    update(LONG, LONG.replace("w1000 ", "x ")),
    Change("headline", Action.SET, None, LONG, (FieldChange("", None, LONG),)),
)


def test_what_does_not_fit_is_folded_then_cut_then_left_out_and_it_says_so() -> None:
    notes = []
    for most in range(50_000, 1000, -200):
        text = markdown(BIG, max_bytes=most)
        found = re.search(r"Shortened to fit: (.*)\. `--format json` is complete\.", text)
        note = re.sub(r"[0-9]+", "N", found.group(1)) if found else ""
        notes += [note] if note not in notes else []
        named = [f"experience.job-{number}" in below(text, "### Cannot be undone") for number in range(20)]
        assert all(named) or "**Cannot be undone**: 20" in text
    assert notes == [
        "",
        "unchanged text is folded",
        "unchanged text is folded, and each text is cut after N characters",
        "the texts of the changes are left out",
        "the changes themselves are left out",
        "the changes themselves are left out, and warnings are counted",
        "only counts are shown",
    ]


def test_folding_keeps_what_changed_and_says_how_much_is_hidden() -> None:
    text = markdown(BIG, max_bytes=24_000)
    assert re.search(
        r"<i> … \d+ unchanged characters … </i>w9\d\d .*<del>w1000</del><i> → </i><ins><b>x</b></ins> ", text
    )


def test_cutting_takes_from_the_largest_text_and_says_how_much() -> None:
    text = markdown(BIG, max_bytes=16_000)
    (shown,) = re.findall(r"cut after (\d+) characters", text)
    assert f"<i>… cut: {len(LONG) - int(shown)} more characters …</i>" in text
    assert "<ins><b>x</b></ins>" in text


def test_where_nothing_fits_a_line_says_where_to_look() -> None:
    many = [replace(BIG, profile=ProfileRef(f"{number}.yaml", "")) for number in range(200)]
    assert markdown(*many, max_bytes=1000) == (
        "Plan: 200 of 200 profiles change. The plan does not fit here. `--format json` is complete."
    )


def test_problems_are_shown_as_many_as_fit() -> None:
    problems = [Problem("p.yaml", number, 1, "headline", "it is <b>wrong</b>") for number in range(1, 50)]
    text = render_problems(problems, max_bytes=2000)
    assert len(text.encode()) <= 2000
    assert rendered(text).headings == ["No plan: 49 problems"]
    assert re.search(r"<li>… and \d+ more …</li>\n</ul>$", text)
    whole = render_problems(problems[:1], max_bytes=2000)
    assert whole == (
        "## No plan: 1 problem\n\n<ul>\n<li><code>p.yaml&#58;1&#58;1</code>: <code>headline</code>: "
        "<code>it is &lt;b&gt;wrong&lt;&#47;b&gt;</code></li>\n</ul>"
    )


@pytest.mark.parametrize("value", [["x" * 5000 + "the end"], {"name": "x" * 5000 + "the end"}])
def test_where_there_is_room_nothing_of_a_value_is_cut(value: Any) -> None:  # noqa: ANN401 - plain data
    assert "the end" in markdown(plan(update(["before"], value)))
    assert "Shortened to fit" in markdown(plan(update(["before"], value)), max_bytes=3000)
