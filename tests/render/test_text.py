from typing import Any

import pytest
from msgspec.structs import replace

from reconciler.planning.plan import (
    Action,
    Change,
    FieldChange,
    FilePart,
    Group,
    Plan,
    ProfileRef,
    Request,
    StateRef,
    TextPart,
)
from reconciler.planning.reason import Code, Command, Edit, Reason, Way, When, described, doubted
from reconciler.render.text import render_text
from reconciler.render.value import short, size_in_words
from reconciler.render.wording import reason_text
from reconciler.values import Plain

AT = "2026-01-02T03:04:05Z"
MARCH: Plain = {"month": 3, "year": 2021}
JUNE: Plain = {"month": 6, "year": 2024}
SHA = "0123456789abcdef" * 4
PICTURE = FilePart("picture", "me.jpg", SHA, 2048, "image/jpeg", 400, 300)
HEAD = (TextPart("type", "LINKEDIN"), TextPart("account_id", "acc"))


def plan(*changes: Change, requests: tuple[Request, ...] = (), **more: Any) -> Plan:  # noqa: ANN401 - any of Plan's
    state = StateRef("p.state.json", "l", 3, AT)
    return Plan("acc", ProfileRef("p.yaml", "0" * 64), state, "0", changes, requests, **more)


def body(made: Plan, **options: int) -> str:
    """The text between the head and the two last lines."""
    return "\n".join(render_text(made, color=False, **options).split("\n")[2:-2])


def update(before: Plain, after: Plain, path: str = "") -> str:
    field = FieldChange(path, before, after)
    return body(plan(Change("summary", Action.UPDATE, before, after, (field,))))


def test_nothing_to_do_is_one_line() -> None:
    assert render_text(plan(), color=False) == (
        f"p.yaml: no changes (compared with what was last applied at {AT}, not with the live profile)"
    )


def test_head_and_foot_say_whose_profile_it_is_and_how_much_is_sent() -> None:
    group = Group(("headline",), (TextPart("headline", "x"),), {})
    made = plan(
        Change("headline", Action.SET, None, "x", (FieldChange("", None, "x"),)),
        Change("experience.a", Action.BLOCKED, reason=doubted("experience.a")),
        requests=(Request(HEAD, (group,), repeatable=True),),
        in_doubt=("experience.a",),
    )
    assert render_text(made, color=False) == (
        "p.yaml → account acc\n\n"
        '* headline  set\n    "x"\n\n'
        "! experience.a  blocked: in-doubt\n    this was sent and got no clear answer: look "
        "at the profile on LinkedIn whether it is there\n"
        "    if it is there: run `reconciler state resolve experience.a --applied --profile p.yaml`\n"
        "    if it is not there: run `reconciler state resolve experience.a --not-applied --profile p.yaml`\n\n"
        "apply leaves out what is blocked or in doubt, until a way above settles it\n"
        "plan: 1 to set, 1 blocked, 1 in doubt; 1 request will be sent\n"
        f"compared with what was last applied at {AT}, not with the live profile"
    )


def test_what_is_in_doubt_and_has_no_change_says_how_to_settle_it_too() -> None:
    text = render_text(plan(in_doubt=("experience.a",)), color=False)
    assert "\n? experience.a  in-doubt\n" in text
    assert "`reconciler state resolve experience.a --applied --profile p.yaml`\n" in text


def test_what_is_blocked_stands_above_its_ways_out_and_no_command_is_torn_apart() -> None:
    adopt = Way(When.SAME_ENTRY, Command(("state", "adopt", "experience.b", "a; b")))
    edit = Way(When.ANOTHER_ENTRY, Edit("experience.a", "not_same_as: b@x1"))
    reason = Reason(Code.ENTRY_IDENTITY, ("experience.a", "experience.b"), (adopt, edit))
    made = plan(Change("experience.a", Action.BLOCKED, reason=reason), lines={"experience.a": 12})
    assert body(made) == (
        "! experience.a  blocked: entry-identity\n"
        "    this entry looks like experience.b, which state knows: is it the same?\n"
        "    if it is the same: run `reconciler state adopt experience.b 'a; b' --profile p.yaml`\n"
        "    if it is another one: add under experience.a (p.yaml:12) `not_same_as: b@x1`\n\n"
        "apply leaves out what is blocked or in doubt, until a way above settles it; an entry is known by its "
        "id, else by its content, else by its key and name (the project's docs/entries.md)"
    )


def test_a_first_apply_puts_its_question() -> None:
    made = plan(Change("experience.a", Action.CREATE, None, {}), first_apply=("experience",))
    assert "apply asks about experience: are any of these on LinkedIn already?" in render_text(made, color=False)


def test_what_a_first_apply_asks_about_sections_alone_is_only_written_over() -> None:
    made = plan(Change("headline", Action.SET, None, "x"), first_apply=("headline",))
    assert "They would be written over" in render_text(made, color=False)


def test_what_replaces_something_unseen_is_said_once() -> None:
    unseen = (Reason(Code.REPLACES_UNSEEN),)
    changes = [Change(at, Action.SET, None, "x", warnings=unseen) for at in ("headline", "summary")]
    one, both = render_text(plan(changes[0]), color=False), render_text(plan(*changes), color=False)
    assert [line for line in one.splitlines() if "never seen" in line] == [
        "warning: headline replaces whatever is on LinkedIn now, which was never seen"
    ]
    assert [line for line in both.splitlines() if "never seen" in line] == [
        "warning: these replace whatever is on LinkedIn now, which was never seen: headline, summary"
    ]


def test_a_short_text_shows_both_sides() -> None:
    assert update("a", "b") == '~ summary  update\n    "a" → "b"\n'


def test_a_long_text_is_a_word_difference_with_character_counts() -> None:
    before = "one two three\n" + "filler " * 30 + "\nend"
    assert update(before, before.replace("two", "2")) == (
        "~ summary  update\n"
        "    228 → 226 characters\n"
        "      one [-two-]{+2+} three\n"
        "      filler filler filler filler filler … 180 characters …\n"
    )


def test_what_looks_like_a_mark_in_a_text_is_told_from_one() -> None:
    before, after = "kind " * 13 + "and honest", "kind " * 13 + "and+} [-cruel-] {+honest"
    assert update(before, after).splitlines()[-1].endswith("[-and honest-]{+and\\+} \\[-cruel\\-] \\{+honest+}")


def test_lines_that_come_and_go_are_marked_each_alone() -> None:
    assert update("a\nb\n", "a\n\nx\nb") == (
        "~ summary  update\n    4 → 6 characters\n      a\n      {+⏎+}\n      {+x+}\n      b[-⏎-]\n"
    )


def test_a_list_shows_what_was_added_and_taken_off() -> None:
    assert update(["a", "b, c"], ["a", "d"]) == '~ summary  update\n    + d\n    - "b, c"\n'
    assert update(["a", "b", "a"], ["b", "a", "d", "d"]) == "~ summary  update\n    + d\n    + d\n    - a\n"


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        (["a", "b"], ["b", "a"], ["the same, in another order: b, a"]),
        (["a", "b", "c"], ["c", "b", "d", "a"], ["+ d", "in this order: c, b, d, a"]),
        (["a", "b, c"], ["d", "b, c"], ["+ d", "- a", 'in this order: d, "b, c"']),
        (["a", "b", "c"], ["c", "a"], ["- b", "in this order: c, a"]),
        ([{"id": "1"}, {"id": "2"}], [{"id": "2"}, {"id": "1"}], ['the same, in another order: {id: "2"}, {id: "1"}']),
    ],
)
def test_a_list_shows_the_order_that_is_sent_where_added_and_taken_do_not_tell_it(
    before: Plain, after: Plain, lines: list[str]
) -> None:
    assert update(before, after) == "\n".join(["~ summary  update", *(f"    {line}" for line in lines), ""])


def test_the_order_of_a_long_list_is_shown_whole() -> None:
    before: list[Plain] = [f"skill {number}" for number in range(60)]
    after = before[::-1]
    assert f"    the same, in another order: {', '.join(map(str, after))}\n" in update(before, after)


def test_a_picture_is_name_size_dimensions_and_short_digest() -> None:
    after: Plain = {"file": "me.jpg", "sha256": SHA, "size": 2048}
    group = Group(("picture",), (PICTURE,), {})
    made = plan(
        Change("picture", Action.SET, None, after, (FieldChange("", None, after),)),
        requests=(Request(HEAD, (group,), repeatable=True),),
    )
    assert body(made) == "* picture  set\n    me.jpg (2.0 KiB, 400×300, 01234567)\n"
    assert "picture = @me.jpg (2.0 KiB, 01234567, image/jpeg)" in body(made, verbose=1)


def test_seniority_is_shown_as_a_span_also_where_only_a_month_differs() -> None:
    before: Plain = {"seniority": {"start_date": MARCH, "end_date": JUNE}}
    after: Plain = {"seniority": {"start_date": MARCH, "end_date": {"month": 7, "year": 2024}}}
    fields = (FieldChange("seniority.end_date.month", 6, 7), FieldChange("seniority.end_date.year", 2023, 2024))
    made = plan(Change("experience.a", Action.UPDATE, before, after, fields))
    assert body(made) == "~ experience.a  update\n    seniority: Mar 2021 – Jun 2024 → Mar 2021 – Jul 2024\n"


def test_an_object_that_is_new_is_shown_member_by_member() -> None:
    after: Plain = {"presence": ["REMOTE"], "location": {"remote": ["1"]}, "job_title": [{"name": "CTO", "id": "5"}]}
    made = plan(Change("open_to_work", Action.SET, None, after, (FieldChange("", None, after),)))
    assert body(made) == (
        '* open_to_work  set\n    presence: REMOTE\n    location.remote: 1\n    job_title: {name: "CTO", id: "5"}\n'
    )


def test_a_move_names_both_addresses_and_a_forget_says_that_it_stays() -> None:
    made = plan(
        Change("experience.b", Action.MOVE, {}, {}, reason=Reason(Code.RENAMED_KEY), moved_from="experience.a"),
        Change(
            "headline", Action.FORGET, "x", None, reason=Reason(Code.LEFT_FILE), warnings=(Reason(Code.END_DATE_STAYS),)
        ),
    )
    assert body(made) == (
        "> experience.a → experience.b  move\n    its key was renamed: nothing is sent\n\n- headline  forget\n"
        f"    {reason_text(Reason(Code.LEFT_FILE))}\n    warning: {reason_text(Reason(Code.END_DATE_STAYS))}\n"
    )


def test_escapes_from_a_profile_are_made_visible() -> None:
    text = update("a", "\x1b[2J\u202eevil\x07")
    assert text == '~ summary  update\n    "a" → "\\u001b[2J\\u202eevil\\u0007"\n'
    assert "\x1b" not in update("a\n" * 9, "\x1b[2J\n" * 9)


def test_colour_is_put_around_what_is_safe() -> None:
    text = render_text(plan(Change("headline", Action.FORGET, "x")), color=True)
    assert "\x1b[31m- headline\x1b[0m" in text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "nothing"),
        (True, "true"),
        (1.5, "1.5"),
        ({"month": 13, "year": 1}, "13/1"),
        ({"start_date": MARCH}, "Mar 2021 – present"),
        ({"x": {"y": ["a", "b"]}}, "{x: {y: a, b}}"),
        (["", " a", 'q"'], '"", " a", "q\\""'),
    ],
)
def test_values_in_one_line(value: Plain, text: str) -> None:
    assert short(value) == text


def test_sizes_in_the_unit_that_fits() -> None:
    assert [size_in_words(count) for count in (5, 2048, 3 * 1024 * 1024)] == ["5 bytes", "2.0 KiB", "3.0 MiB"]


def test_a_change_that_nobody_can_see_is_written_out() -> None:
    assert update("caf\u00e9", "cafe\u0301") == '~ summary  update\n    "caf\\xe9" → "cafe\\u0301"\n'
    assert update("a b", "a\u00a0b") == '~ summary  update\n    "a b" → "a\\xa0b"\n'
    assert update(["Caf\u00e9"], ["Cafe\u0301"]) == "~ summary  update\n    + Cafe\\u0301\n    - Caf\\xe9\n"


def test_an_entry_that_is_let_go_of_says_where_it_can_be_deleted() -> None:
    made = plan(Change("experience.a", Action.FORGET, {}, reason=Reason(Code.LEFT_FILE), entry_id="7/x"))
    assert "    to delete it there: https://www.linkedin.com/in/me/details/experience/edit/forms/7%2Fx/\n" in body(made)
    assert "edits the entry" not in body(made)


def test_a_job_whose_end_left_the_file_is_not_shown_as_one_that_goes_on() -> None:
    before: Plain = {"seniority": {"start_date": {"month": 1, "year": 2020}}}
    change = Change("experience.a", Action.UPDATE, before, {"seniority": {"start_date": MARCH}})
    fields = (FieldChange("seniority.start_date.month", 1, 3), FieldChange("seniority.start_date.year", 2020, 2021))
    end = Reason(Code.MAY_CLEAR, ("experience.a.seniority.end_date",))
    shown = body(plan(replace(change, fields=fields, warnings=(end,))))
    assert "seniority.start_date: Jan 2020 → Mar 2021" in shown
    assert "present" not in shown


def test_a_verbose_plan_shows_what_was_let_go_of_before_also_where_nothing_changes() -> None:
    made = plan(stays={"education.a": None, "experience.b": "7"})
    shown = render_text(made, color=False, verbose=1).splitlines()
    assert shown[1:3] == [
        "    education.a  https://www.linkedin.com/in/me/details/education/",
        "    experience.b  https://www.linkedin.com/in/me/details/experience/edit/forms/7/",
    ]
    assert "LinkedIn still" not in render_text(made, color=False)


def test_what_to_do_is_the_brightest() -> None:
    made = plan(Change("experience.a", Action.BLOCKED, reason=doubted("experience.a")))
    text = render_text(made, color=True)
    assert (
        "if it is there: run \x1b[1m`reconciler state resolve experience.a --applied --profile p.yaml`\x1b[0m" in text
    )
    assert "\x1b[2mthis was sent" not in text


def test_a_question_shows_both_sides() -> None:
    job: Plain = {"role": "CTO", "company": "Acme", "seniority": {"start_date": MARCH, "end_date": JUNE}}
    values = (described(job), described({"school": "MIT"}), "")
    reason = Reason(Code.ENTRY_IDENTITY, ("experience.a", "experience.b", "experience.c"), values=values)
    assert reason_text(reason) == (
        'this entry ("CTO · Acme · 3/2021–6/2024") looks like experience.b (MIT) or experience.c (""), '
        "which state knows: is it the same?"
    )
