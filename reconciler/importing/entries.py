"""Owns how jobs and schools become entries: newest first, those of one place side by side, each under a key.

The fields of an entry come in the schema's order.
"""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from reconciler.address import slug
from reconciler.importing.dates import Period
from reconciler.importing.draft import DraftEntry, DraftField
from reconciler.render.wording import edit_form
from reconciler.spec import BY_NAME, Use
from reconciler.values import canonical

_NOUNS = {"experience": "job", "education": "school"}


class Stint(Struct, frozen=True):
    """A job, or a time at a school, as it was found: the place, the title, when, and its fields."""

    place: str
    title: str
    period: Period
    fields: tuple[DraftField, ...]


def entries(section: str, stints: Sequence[Stint], source: str, *, live: bool) -> tuple[DraftEntry, ...]:
    """Return the entries of a section in the order of the file; `live` says that LinkedIn shows all of them."""
    ordered = _side_by_side(sorted(stints, key=lambda stint: stint.period.newest_first()))
    keys = reversed(numbered(_key(section, stint) for stint in reversed(ordered)))
    found = [_draft_entry(section, key, stint, source, live=live) for key, stint in zip(keys, ordered, strict=True)]
    return tuple(found if live else _told_apart(found, source))


def _told_apart(found_entries: list[DraftEntry], source: str) -> Iterator[DraftEntry]:
    """Return entries, with those not managed that say what another one says: a plan takes no two for one.

    Where LinkedIn shows them, the state tells them apart.
    """
    keys: dict[str, str] = {}
    for entry in found_entries:
        content = canonical([[field.name, field.value] for field in entry.fields if not field.unmanaged])
        twin = keys.setdefault(content, entry.key)
        if twin == entry.key or entry.unmanaged:
            yield entry
        else:
            why = f"{source} says of this one no more than of {twin}: complete what tells them apart, and uncomment."
            yield replace(entry, unmanaged=why)


def _side_by_side(ordered: list[Stint]) -> list[Stint]:
    """Move stints at one place next to the newest of them."""
    groups: dict[str, list[Stint]] = {}
    for number, stint in enumerate(ordered):
        place = " ".join(stint.place.casefold().split())
        groups.setdefault(place or str(number), []).append(stint)
    return [stint for group in groups.values() for stint in group]


def _key(section: str, stint: Stint) -> str:
    words = f"{stint.place} {stint.title}" if section == "experience" else stint.place
    date = stint.period.start or stint.period.end
    fallback = f"{_NOUNS[section]}-{date.year}" if date else _NOUNS[section]
    return slug(words) or fallback


def _draft_entry(section: str, key: str, stint: Stint, source: str, *, live: bool) -> DraftEntry:
    names = [field.name for field in BY_NAME[section].fields]
    needed = [field.name for field in BY_NAME[section].fields if field.add is Use.REQUIRED]
    has_id = any(field.name == "id" for field in stint.fields)  # such an entry is edited, and needs no more
    lacking = [name for name in needed if not has_id and all(field.name != name for field in stint.fields)]
    unknown = [DraftField(name, None) for name in (lacking if not live else ["id"] if lacking else [])]
    fields = tuple(sorted((*unknown, *stint.fields), key=lambda field: names.index(field.name)))
    if not lacking:
        return DraftEntry(key, fields)
    why = f"{source} has no {' and no '.join(lacking)} for this one"
    if live:
        why += (
            f". LinkedIn shows it, and the state says so: it is edited under its id, and never added. To manage it, "
            f"{edit_form(section)}; put that in as `id`, and uncomment."
        )
    else:
        why += f", without which it cannot be added: put {_pronoun(lacking)} in and uncomment, and it is managed."
    return DraftEntry(key, fields, why)


def _pronoun(names: list[str]) -> str:
    return "it" if len(names) == 1 else "them"


def numbered(keys: Iterable[str]) -> list[str]:
    """Make keys unique, given oldest first: a later one gets `-2`, so that a new entry renames no old one."""
    taken: dict[str, None] = {}
    for key in keys:
        number, free = 1, key
        while free in taken:
            number += 1
            free = f"{key}-{number}"
        taken[free] = None
    return list(taken)
