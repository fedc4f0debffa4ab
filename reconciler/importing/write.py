"""Owns the profile file that an import writes: what was found as values, and as comments what is not managed."""

from collections.abc import Iterator

from reconciler.importing.draft import Draft, DraftEntry, DraftField
from reconciler.importing.yaml_text import INDENT, comment, commented, key, member
from reconciler.render.wording import edit_form
from reconciler.spec import ENTRY_SECTIONS, PROFILE_TYPE

SCHEMA_LINE = "# yaml-language-server: $schema=./profile.schema.json"


def profile_text(draft: Draft, account_id: str) -> str:
    """Write the file. What is commented out means what it says once its `# ` is taken away."""
    return "\n".join(line for block in _blocks(draft, account_id) for line in ["", *block]).lstrip("\n") + "\n"


def _blocks(draft: Draft, account_id: str) -> Iterator[list[str]]:
    """Yield the parts of the file; a blank line goes between them."""
    yield [SCHEMA_LINE, *comment(_head(draft))]
    yield [*member("type", PROFILE_TYPE), *member("account_id", account_id)]
    for found in draft.sections:
        yield list(_found(found, ""))
    for section in ENTRY_SECTIONS:
        if draft.entries(section):
            yield list(_section_lines(draft, section))
    if draft.skills:
        yield member("skills", list(draft.skills))
    if draft.unread:
        yield list(comment(_about_unread(draft)))


def _head(draft: Draft) -> str:
    head = f"Taken from {draft.source} by `reconciler import`, which sent nothing. "
    if draft.live:
        head += "What is written here is recorded as live on LinkedIn, so `reconciler plan` finds nothing to change. "
    else:
        head += "Nothing is recorded as live on LinkedIn, so `reconciler plan` shows all that is written here. "
    return head + "What is commented out is not managed: read it, complete it, uncomment it, and it is."


def _section_lines(draft: Draft, section: str) -> Iterator[str]:
    entries = draft.entries(section)
    yield from comment(_about_ids(draft, section))
    head = f"{section}:"
    if any(not entry.unmanaged for entry in entries):
        yield from [head, *(line for entry in entries for line in _entry_lines(entry))]
    else:  # the section goes with its entries
        yield from commented([head, *(line for entry in entries for line in [*_why(entry), *_body(entry)])])


def _about_ids(draft: Draft, section: str) -> str:
    if all(any(field.name == "id" for field in entry.fields) for entry in draft.entries(section)):
        return "Each entry has LinkedIn's own id: it is edited, and never added a second time."
    about = f"{_sentence(draft.source)} holds no ids, employment types or media of entries. "
    if draft.live:
        about += f"An entry can be edited here once its id is known; {edit_form(section)}. "
        return about + f"Then run `reconciler state adopt {section}.KEY URL`."
    about += "Give those that are on LinkedIn already their `id`, or an apply adds them a second time; "
    return about + f"{edit_form(section)}."


def _about_unread(draft: Draft) -> str:
    names = f"{', '.join(draft.unread[:-1])} and {draft.unread[-1]}"
    return (
        f"No read shows {names}, nor the employment type, presence, source of hire and attachment of an entry. Write "
        "here what you want to manage of them: the first apply then replaces whatever is there."
    )


def _entry_lines(entry: DraftEntry) -> Iterator[str]:
    yield from _why(entry)
    yield from commented(list(_body(entry)), INDENT) if entry.unmanaged else _body(entry)


def _why(entry: DraftEntry) -> Iterator[str]:
    return comment(_sentence(entry.unmanaged), INDENT)


def _body(entry: DraftEntry) -> Iterator[str]:
    yield f"{INDENT}{key(entry.key)}:"
    for found in entry.fields:
        yield from _found(found, INDENT * 2)


def _found(found: DraftField, indent: str) -> Iterator[str]:
    yield from comment(" ".join(map(_sentence, filter(None, (found.unmanaged, found.note)))), indent)
    lines = member(found.name, found.value, indent)
    yield from commented(lines, indent) if found.unmanaged else lines


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
