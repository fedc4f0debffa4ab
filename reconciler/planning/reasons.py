"""Owns the sentences of a plan: why a change is what it is, and what to watch for."""

import re
from collections.abc import Sequence

from reconciler.address import section_of
from reconciler.state.paths import state_path
from reconciler.values import canonical

_WORD = re.compile(r"[\w.+#-]+")

UNKNOWN = (
    "an earlier request ended without a clear answer, so what is live is not known; it is sent again, which is safe"
)
TAKEN_BACK = "it left the file earlier and never left LinkedIn: taken back, nothing is sent"
RENAMED = "its key was renamed: state is re-keyed, nothing is sent"
STAYS = "no longer in the file: reconciler lets go of it, and it stays on LinkedIn, since the API deletes nothing"
MAY_STAY = (
    "no longer in the file: an earlier request ended without a clear answer, so it may be on LinkedIn; if so, it stays "
    "there, since the API deletes nothing"
)
NOTIFIES = "notify_network is true: LinkedIn tells your network about this"
ENDED = "the end date left the file, but the API cannot clear it: on LinkedIn the position stays ended"


def naming(profile: str, state: str, sentence: str) -> str:
    """Name the profile and its state in the `state` commands of a sentence, unless they take these unasked."""
    named = f" --profile {quoted(profile)}" if profile != "profile.yaml" else ""
    named += f" --state {quoted(state)}" if state != state_path(profile) else ""
    if not named:
        return sentence
    return re.sub("`reconciler state [^`]*", lambda found: found[0] + named, sentence)


def quoted(text: str) -> str:
    """Write what a profile says so that it can be pasted into a shell: it is one word there, and nothing more.

    A backtick would end the command in the sentence that it stands in; the shell knows it by its number, too.
    """
    import shlex

    if "`" not in text:
        return shlex.quote(text)
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("`", "\\x60")
    return f"$'{escaped}'"


def cited(text: str) -> str:
    """Write what a profile says within a sentence of ours: a word as it is, all else between quotes, as JSON has them.

    So it does not read on as if it were ours; and it holds no backtick, between which commands stand.
    """
    return text if _WORD.fullmatch(text) else _in_quotes(text)


def _in_quotes(text: str) -> str:
    return canonical(text).replace("`", "\\u0060")


def first_apply(profile: str, state: str, sections: Sequence[str]) -> str:
    """Give the command that says of a section's entries that they are on LinkedIn already."""
    return naming(profile, state, f"`reconciler state accept {' '.join(sections)}`")


def in_doubt(address: str) -> str:
    """Say why an address is left alone, and how to settle it."""
    return (
        "in doubt: it was sent, and no clear answer came; look at the profile on LinkedIn, then run "
        f"`reconciler state resolve {address} --applied` or `--not-applied`"
    )


def is_in_doubt(doubted: str) -> str:
    """Say that a wanted entry is one that is in doubt under another key."""
    return f"this is {doubted} under another key, and that is {in_doubt(doubted)}"


def may_be_in_doubt(doubted: str) -> str:
    """Say that a wanted entry looks like an Add that is in doubt, and whose key holds something else now."""
    return f"this looks like what was sent as {doubted}, and that is {in_doubt(doubted)}"


def key_kept(address: str, doubted: str) -> str:
    """Say why an entry is left alone: its key is still that of another, which doubt keeps from being renamed."""
    return f"state has another entry as {address}, and cannot rename it while {doubted} is {in_doubt(doubted)}"


def section_in_doubt(doubted: Sequence[str]) -> str:
    """Say why nothing is added to a section: an Add in doubt has no key in the file any more."""
    return f"{doubted[0]}, which is no longer in the file, is {in_doubt(doubted[0])}; until then nothing is added here"


def edit_link(section: str) -> str:
    """Say where the link of an entry's edit form is found, which holds LinkedIn's id of the entry."""
    return (
        f"open https://www.linkedin.com/in/me/details/{section}/ and click the pencil of the entry: "
        "the URL of the page that opens, …/edit/forms/ID/, holds it"
    )


def no_id(address: str, fields: Sequence[str]) -> str:
    """Say why an entry without id cannot be edited, and the ways out."""
    return (
        f"{_fields(fields)} cannot be edited, since LinkedIn's id of this entry is not known; "
        f"{edit_link(section_of(address))}; run `reconciler state adopt {address} URL`, "
        f"or edit the entry there by hand and run `reconciler state accept {address}`"
    )


def undocumented(address: str, fields: Sequence[str]) -> str:
    """Say why a field of an education that exists is not sent (spec, section *Education*)."""
    hint = "; dates can be put under `seniority`" if {"start_date", "end_date"} & set(fields) else ""
    return (
        f"the API documents no edit of {_fields(fields)} for an {section_of(address)} that exists; edit it by hand "
        f"on linkedin.com, then run `reconciler state accept {address}`{hint}"
    )


def not_in_add(address: str, fields: Sequence[str]) -> str:
    """Say why a field is not sent with an Add."""
    return (
        f"a new {section_of(address)} cannot carry {_fields(fields)}; once it is there and its id is known "
        f"(`reconciler state adopt {address} URL`), an edit can set it"
    )


def resembles(address: str, other: str) -> str:
    """Say why an entry is not added: it looks like one that is on LinkedIn already."""
    return (
        f"it looks like {other}, which is on LinkedIn already; if it is the same, run "
        f"`reconciler state mv {other} {address}`; if it is a new one, pass `--add {address}`"
    )


def set_aside(address: str) -> str:
    """Say why an entry is not added: it looks like one that left the file and got this key from the tool."""
    return (
        f"it looks like what state knows as {address}, a key that state gave to an entry which left the file; if it is "
        f"the same, call it otherwise here and plan again; if it is a new one, pass `--add {address}`"
    )


def resembles_held(address: str, other: str, holder: str, entry_id: str | None, *, alike: bool) -> str:
    """Say why an entry is not added: it looks like one that another entry of the file was taken for.

    `entry_id` is the known one's, `alike` says that the other entry of the file looks like it too.
    """
    move = f"run `reconciler state mv {other} {address}` and {f'pass `--add {holder}`' if alike else 'plan again'}"
    return (
        f"it looks like what state knows as {other}, which could be {holder} of the file as well; if it is this one, "
        f"{move if entry_id is None else _write_id(entry_id)}; if this is a new one, pass `--add {address}`"
    )


def id_elsewhere(address: str, holder: str, entry_id: str) -> str:
    """Say why an entry is not added: its own id stands at another entry of the file, by mistake it seems."""
    return (
        f"state knows this as the entry with the id {cited(entry_id)}, which the file gives to {holder}; "
        f"correct the id of {holder}, or, if this is a new one, pass `--add {address}`"
    )


def one_of_two(address: str, other: str) -> str:
    """Say why an entry is not added: it, or another one, is what state knows under its key."""
    return (
        f"this or {other} is what state knows as {address}, and the other one is new; "
        f"pass `--add {address}` if this is the new one, or `--add {other}` if that is"
    )


def claimed(address: str, claimant: str) -> str:
    """Say why an entry is not edited: another one looks like what is known under its key."""
    return f"what state knows as {address} could be {claimant} of the file: once it is said what that is, this goes on"


def rivals(address: str, other: str, entry_id: str) -> str:
    """Say why an entry is not edited: two that state knows could be the one of this id."""
    given = quoted(entry_id)
    return (
        f"it is given an id and other content at once, and {other} could be that entry too; "
        f"run `reconciler state adopt {address} {given}` or `reconciler state adopt {other} {given}`"
    )


def whose_id(address: str, other: str, entry_id: str, *, can_be_sent: bool) -> str:
    """Say why an entry is not edited: its id could be that of one which state knows without id."""
    by_hand = f"bring it up to date by hand on linkedin.com and run `reconciler state accept {address}`"
    return (
        f"state knows {other} without LinkedIn's id, and this could be that entry; if it is, run "
        f"`reconciler state adopt {other} {quoted(entry_id)}`; if it is another, "
        + (f"pass `--add {address}`" if can_be_sent else by_hand)
    )


def renamed(  # noqa: PLR0913 - what the sentence says
    address: str, other: str, free: str, ids: tuple[str | None, str | None], *, gone: bool, named: bool
) -> str:
    """Say why an entry is not edited: it is named as another known one, and not as what state knows here.

    `ids` are those that state knows of this one and of the other; unless it is `named` so, it has the rest of it.
    """
    here, there = ids
    like, nor = ("is named as", "not as") if named else ("holds all but the name of", "nothing of")
    move = f"run `reconciler state mv {address} {free}` and plan again"
    return (
        f"it {like} {other}, {'which left the file' if gone else 'whose key has another name now'}, "
        f"and {nor} what state knows as {address}; "
        f"if it is {other}, {move if there is None else _write_id(there)}; "
        f"if it is the same entry as before, {'write its id under it in the file' if here is None else _write_id(here)}"
    )


def _write_id(entry_id: str) -> str:
    return f"write `id: {_in_quotes(entry_id)}` under it in the file"


def unlike(address: str, entry_id: str) -> str:
    """Say why an entry is not edited: it is given an id, and nothing but its key says that it is the known one."""
    return (
        f"it is given an id, and names something else than what state knows as {address}; if it is the same entry, run "
        f"`reconciler state adopt {address} {quoted(entry_id)}`; if it is another, pass `--add {address}`"
    )


def given(entry_id: str) -> str:
    """Warn that an id decides which entry on LinkedIn is edited."""
    return (
        f"the file gives this entry the id {cited(entry_id)}, which state did not know: its edits go there from now on"
    )


def named_anew(address: str) -> str:
    """Warn that an entry is written over by what only has its key."""
    return (
        f"nothing that names it stays: if this is another one than state knows as {address}, give it a key of its own"
    )


def id_changed(before: str, after: str) -> str:
    """Warn that another id is another entry."""
    one, other = cited(before), cited(after)
    return f"the id changed from {one} to {other}: that is another entry; the one with id {one} stays as it is"


def may_clear(paths: Sequence[str]) -> str:
    """Warn that a section travels without fields that it once had."""
    return f"{_fields(paths)} left the file: the section travels without it, and the API may clear it"


def may_keep(texts: Sequence[str]) -> str:
    """Warn that a list is sent whole, but the API may only add."""
    listed = ", ".join(map(cited, texts[:5])) + (f" and {len(texts) - 5} more" if len(texts) > 5 else "")  # noqa: PLR2004 - a short list
    return f"taken off the list: {listed}; the API may leave it on LinkedIn"


def _fields(fields: Sequence[str]) -> str:
    return ", ".join(fields)
