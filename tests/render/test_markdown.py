from reconciler.planning.plan import Action, Change, FieldChange, Plan, ProfileRef, StateRef
from reconciler.render.markdown import render_markdown

PROFILE = ProfileRef("profile.yaml", "0" * 64)
STATE = StateRef("profile.state.json", "l", 3, "2026-01-02T03:04:05Z")


def made(*changes: Change) -> Plan:
    return Plan("acc", PROFILE, STATE, "0", changes)


def test_nothing_to_do_is_one_line() -> None:
    assert render_markdown([made()], commit=None, max_bytes=1000) == (
        "<p><code>profile.yaml</code>: no changes, compared with what was last applied at "
        "<code>2026-01-02T03&#58;04&#58;05Z</code>, not with the live profile.</p>"
    )


def test_a_text_is_a_difference_by_words_in_which_nothing_is_markdown() -> None:
    change = Change("headline", Action.UPDATE, "a @b", "a @c", (FieldChange("", "a @b", "a @c"),))
    text = render_markdown([made(change)], commit=None, max_bytes=1000)
    assert "<li><code>a <del>&#64;b</del><ins><b>&#64;c</b></ins></code></li>" in text
    assert "@" not in text
