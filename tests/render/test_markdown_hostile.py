"""Whatever a profile holds, it stays text: in code, as it is written, with nothing hidden."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.address import section_of
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
from reconciler.planning.reason import Code, Command, Edit, Reason, Way, When
from reconciler.render.markdown import render_markdown
from reconciler.render.terminal import visible
from tests.render.hostile import FRAGMENTS, texts
from tests.render.rendered import Rendered, rendered

BUILD = {"h2", "h3", "h4", "sub", "table", "tr", "td"}  # what a document is built of, whatever its texts are
WIDE = 10_000_000
# What GitHub acts on in text that is not code: mentions, references, commits, emoji, mathematics, addresses.
ACTED_ON = re.compile(r"[@#$`<>|*_~\[\]\\{}&]|:\w+:|GH-\d|\b[0-9a-f]{7,40}\b|www\.|://|^/", re.MULTILINE)


def change(action: Action, text: str, other: str) -> Change:
    fields = (
        FieldChange("", other, text),
        FieldChange(text, None, [text, other]),
        FieldChange(other, [text], [other, 1, {"a": text}]),
        FieldChange("a", None, {"file": text, "sha256": other, "size": 3}),
        FieldChange("seniority.end_date.month", 1, 2),
        FieldChange("description", f"{text}\n{other}", f"{other}\n{text} " * 9),
    )
    value: dict[str, Any] = {"role": text, "company": other}
    ways = (Way(When.ID_FOUND, Command(("state", "adopt", text, other))), Way(When.SAME_ENTRY, Edit(other, text)))
    reason = Reason(Code.ENTRY_IDENTITY, (text, other), ways)
    warnings = (Reason(Code.MAY_CLEAR, (text,)), Reason(Code.ID_CHANGED, values=(text, other)))
    moved_from = other if action is Action.MOVE else None
    return Change(text, action, value, value, fields, reason, warnings, moved_from, other, along={text: value})


def hostile_plan(text: str, other: str) -> Plan:
    part = FilePart("picture", text, other, 3, text, 1, 1)
    notify = TextPart("experience[notify_network]", "true")
    return Plan(
        account_id=text,
        profile=ProfileRef(text, other),
        state=StateRef(text, text, 1, other),
        tool_version=text,
        changes=tuple(change(action, text, other) for action in Action),
        requests=(Request((), (Group(("experience." + text,), (part, notify), {}),), repeatable=False),),
        warnings=(text, f"`{text}` {other}"),
        in_doubt=(text, other),
        first_apply=(section_of(text),),
    )


def hostile_document(text: str, other: str, max_bytes: int = WIDE) -> str:
    plan = hostile_plan(text, other)
    links = {text: text, other: text}
    return render_markdown([plan, plan], commit=text, max_bytes=max_bytes, notes=[[text], [other]], links=links)


def check(document: str) -> Rendered:
    found = rendered(document)
    assert ACTED_ON.search(found.loose) is None
    assert visible(document, newlines=True) == document
    assert "<!" not in document
    return found


PICTURE = "https://github.example/me/profile/blob/c0ffee/a%20b.png"


@given(texts, texts)
def test_a_file_whatever_it_is_called_links_to_its_address_alone(text: str, other: str) -> None:
    found = check(render_markdown([hostile_plan(text, other)], commit=None, max_bytes=WIDE, links={other: PICTURE}))
    assert {link for _, link in found.attributes} == {PICTURE}


@pytest.mark.parametrize("text", FRAGMENTS)
def test_a_hostile_text_stays_text_wherever_it_stands(text: str) -> None:
    found, tame = check(hostile_document(text, "other")), check(hostile_document("tame", "other"))
    assert [tag for tag in found.tags if tag in BUILD] == [tag for tag in tame.tags if tag in BUILD]


@given(texts, texts)
def test_hostile_texts_stay_text_wherever_they_stand(text: str, other: str) -> None:
    check(hostile_document(text, other))


@given(texts, texts, st.integers(0, 60_000))
def test_hostile_texts_stay_text_and_within_the_budget_however_small_it_is(text: str, other: str, size: int) -> None:
    document = hostile_document(text, other, size)
    assert len(document.encode()) <= size
    check(document)


@given(texts)
def test_a_text_that_is_new_can_be_read_whole(text: str) -> None:
    made = Change("summary", Action.SET, None, text, (FieldChange("", None, text),))
    plan = Plan("acc", ProfileRef("p.yaml", ""), StateRef("s"), "0", (made,))
    found = check(render_markdown([plan], commit=None, max_bytes=WIDE))
    assert visible(text, newlines=True) in found.codes or visible(text) in found.codes or text == ""


@given(texts, texts)
def test_a_difference_holds_both_texts(before: str, after: str) -> None:
    start = "a text that is long enough to stand in a block of its own, whatever comes, "
    made = Change("summary", Action.UPDATE, before, after, (FieldChange("", start + before, start + after),))
    plan = Plan("acc", ProfileRef("p.yaml", ""), StateRef("s"), "0", (made,))
    found = check(render_markdown([plan], commit=None, max_bytes=WIDE))
    whole = found.blocks[-1]  # where some of it is folded, the whole text stands below
    assert {data for tags, data in whole if "i" in tags} <= {" → "}  # between what is gone and what is new
    runs = [(tags, data) for tags, data in whole if "i" not in tags]
    for text, other in ((before, "ins"), (after, "del")):
        read = "".join(
            data.replace("⏎\n", "\n") if {"ins", "del"} & set(tags) else data
            for tags, data in runs
            if other not in tags
        )
        assert read == visible(start + text, newlines=True)
