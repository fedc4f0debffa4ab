"""Owns the last lines of an import, safe to print: what was taken, what was left out and why, what to do next."""

from collections.abc import Iterator

from reconciler.importing.draft import Draft, DraftField
from reconciler.planning.quoting import command_line, quoted
from reconciler.profile.desired import Profile
from reconciler.render.terminal import visible
from reconciler.render.wording import edit_form
from reconciler.spec import ENTRY_SECTIONS
from reconciler.state.paths import state_path

SHOWN = 200  # lines of one list, and addresses of one line
_NOUNS = {"experience": ("job", "jobs"), "education": ("school", "schools")}


def report(draft: Draft, profile: Profile, *, from_linkedin: bool) -> Iterator[str]:
    """Give the lines."""
    yield f"taken: {', '.join(_taken(draft)) or 'nothing'}"
    aside = list(_aside(draft))
    if aside:
        yield "written as comments, and not managed until you complete and uncomment them:"
        yield from _capped(aside)
    if draft.left:
        yield "left out:"
        yield from _capped([f"  {visible(one.what)}: {visible(one.why)}" for one in draft.left])
    yield from _next(draft, profile.path, from_linkedin=from_linkedin)


def _taken(draft: Draft) -> Iterator[str]:
    yield from (one.name for one in draft.sections if not one.unmanaged)
    for section in ENTRY_SECTIONS:
        count = sum(not one.unmanaged for one in draft.entries(section))
        if count:
            yield f"{count} {_NOUNS[section][count > 1]}"
    if draft.skills:
        yield f"{len(draft.skills)} {'skills' if len(draft.skills) > 1 else 'skill'}"


def _aside(draft: Draft) -> Iterator[str]:
    """Give what is commented out, by reason."""
    reasons: dict[str, list[str]] = {}
    for address, why in _unmanaged(draft):
        reasons.setdefault(why, []).append(address)
    for why, addresses in reasons.items():
        more = f" and {len(addresses) - SHOWN} more" if len(addresses) > SHOWN else ""
        yield f"  {visible(', '.join(addresses[:SHOWN]))}{more}: {visible(why)}"


def _unmanaged(draft: Draft) -> Iterator[tuple[str, str]]:
    yield from _fields("", draft.sections)
    for section in ENTRY_SECTIONS:
        for entry in draft.entries(section):
            if entry.unmanaged:
                yield f"{section}.{entry.key}", entry.unmanaged
            else:
                yield from _fields(f"{section}.{entry.key}.", entry.fields)


def _fields(above: str, fields: tuple[DraftField, ...]) -> Iterator[tuple[str, str]]:
    yield from ((f"{above}{one.name}", one.unmanaged) for one in fields if one.unmanaged)


def _capped(lines: list[str]) -> Iterator[str]:
    yield from lines[:SHOWN]
    if len(lines) > SHOWN:
        yield f"  and {len(lines) - SHOWN:,} more"


def _next(draft: Draft, profile: str, *, from_linkedin: bool) -> Iterator[str]:
    path, state = visible(quoted(profile)), state_path(profile)
    yield "next:"
    yield f"  read {path}, with what is commented out in it, and run `reconciler validate {path}`"
    yield f"  change a line, and `reconciler plan {path}` shows what would be sent; nothing was sent until now"
    if not from_linkedin:
        remove = visible(f"`{command_line(('state', 'rm', 'ADDRESS'), profile, state)}`")
        yield f"  what of it is not on LinkedIn yet: {remove} for each, and the next apply sends it"
    for section in ENTRY_SECTIONS:
        first = next((one.key for one in draft.entries(section) if not one.unmanaged), None)
        if first is not None:
            yield f"  to edit an entry of {section}, its id is needed; {edit_form(section)};"
            adopt = visible(f"`{command_line(('state', 'adopt', f'{section}.{first}', 'URL'), profile, state)}`")
            yield f"  then {adopt}, several pairs at once or `--from FILE`"
