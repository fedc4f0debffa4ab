"""How a state reads: whole values, control characters made visible, and what is uncertain said as such."""

import json

import pytest
from msgspec.structs import replace

from reconciler.problem import StateError
from reconciler.render.state import render_json, render_list, render_state
from reconciler.state.applied import Applied, Forgotten, Pending, Record, Sending
from reconciler.state.format import state_json
from reconciler.values import Plain

NOW = "2026-01-02T03:04:05Z"
FILE: Plain = {"file": "me.png", "sha256": "ab" * 32, "size": 70}
STATE = Applied(
    "l",
    3,
    "w",
    "acc_\x1b[1m",
    {
        "summary": Record("Founder.\nBuilder.\x1b[2J", NOW, "apply"),
        "experience.a": Record(
            {
                "role": "Founder",
                "description": "one\ntwo",
                "seniority": {"start_date": {"month": 3, "year": 2021}},
                "skills": ["x", "y"],
                "location": "",
            },
            NOW,
            "accept",
            "7",
            "adopt",
        ),
        "experience.empty": Record({}, NOW, "apply", "8", "file"),
        "open_to_work": Record({"job_title": [{"name": "CTO", "id": "9"}]}, NOW, "apply"),
        "picture": Record(FILE, NOW, "apply"),
    },
    {"experience.b": Forgotten({"role": "Chef"}, NOW, "6", "file"), "skills": Forgotten(["z"], NOW)},
    (
        Pending("r", "k", ("headline",), {"headline": Sending("new")}, NOW),
        Pending("r2", "k2", ("experience.c",), {"experience.c": Sending({"role": "Author"})}, NOW),
    ),
)


def test_a_state_reads_as_what_it_holds() -> None:
    assert render_state(STATE, "p.state.json", None).splitlines() == [
        "p.state.json: account acc_\\x1b[1m, serial 3",
        f"summary  (apply {NOW})",
        "  Founder.",
        "    Builder.\\x1b[2J",
        f"experience.a  (accept {NOW}, id 7)",
        "  role: Founder",
        "  description: one",
        "    two",
        "  seniority:",
        "    start_date:",
        "      month: 3",
        "      year: 2021",
        "  skills:",
        "    - x",
        "    - y",
        "  location:",
        f"experience.empty  (apply {NOW}, id 8)",
        f"open_to_work  (apply {NOW})",
        "  job_title:",
        "    - name: CTO",
        "      id: 9",
        f"picture  (apply {NOW})",
        "  file: me.png",
        f"  sha256: {'ab' * 32}",
        "  size: 70",
        f"experience.b  (forgotten {NOW}, id 6)",
        "  role: Chef",
        f"skills  (forgotten {NOW})",
        "  - z",
        f"pending since {NOW}",
        "  headline  (unknown whether applied)",
        "    new",
        f"pending since {NOW}",
        "  experience.c  (in doubt)",
        "    role: Author",
    ]


FORM = "https://www.linkedin.com/in/me/details/experience/edit/forms/6/"


def test_a_state_lists_one_line_an_address() -> None:
    assert render_list(STATE).splitlines() == [
        f"experience.a      accept {NOW}  id 7",
        f"experience.b      forgotten {NOW}, stays on LinkedIn  id 6  delete it at {FORM}",
        f"experience.c      in doubt, sent {NOW}",
        f"experience.empty  apply {NOW}  id 8",
        f"headline          unknown, sent {NOW}",
        f"open_to_work      apply {NOW}",
        f"picture           apply {NOW}",
        f"skills            forgotten {NOW}, stays on LinkedIn",
        f"summary           apply {NOW}",
    ]
    assert render_list(replace(STATE, sections={}, forgotten={}, pending=())) == "state holds nothing"


def test_one_address_is_shown_with_all_below_and_pending_at_it() -> None:
    assert render_state(STATE, "p.state.json", "headline").splitlines() == [
        f"pending since {NOW}",
        "  headline  (unknown whether applied)",
        "    new",
    ]
    whole = json.loads(render_json(STATE, "p.state.json", None))
    assert whole == state_json(STATE)
    assert json.loads(render_json(STATE, "p.state.json", "experience.b")) == {
        "sections": {},
        "forgotten": {"experience.b": whole["forgotten"]["experience.b"]},
        "pending": [],
    }


def test_a_state_as_json_hides_no_control_and_no_bidi_mark() -> None:
    odd = replace(STATE, sections={"headline": Record("a\x9b31m\u202eb\U000e0041é", NOW, "apply")})
    text = render_json(odd, "p.state.json", "headline")
    assert r'"value": "a\u009b31m\u202eb\udb40\udc41é"' in text
    assert json.loads(text)["sections"]["headline"]["value"] == "a\x9b31m\u202eb\U000e0041é"
    assert list(json.loads(text)) == ["forgotten", "pending", "sections"]


def test_an_address_that_state_does_not_hold_is_an_error() -> None:
    with pytest.raises(StateError, match=r"custom_link: state holds nothing there"):
        render_state(STATE, "p.state.json", "custom_link")
