"""Owns how a profile changes a résumé that is there already: what the profile manages, and nothing else."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from reconciler.address import section_of
from reconciler.importing.dates import Period, read_date
from reconciler.importing.resume import BASICS, END, LISTS, START, Words, held, with_bullets, without_bullets
from reconciler.importing.resume_out import GROUP, date_text, dates_of, new_entry
from reconciler.importing.texts import clean, folded, is_blank
from reconciler.profile.desired import Desired
from reconciler.values import Members, Plain, members


def updated(resume: Members, desired: Desired, name: str | None) -> Members:
    """Return a résumé with what a profile manages as the profile has it, and all else as it was; `name` too, if any.

    A job or school of the profile is the one of the résumé that has its names and start, or all but one of these;
    one that the résumé has not is added, and none is ever taken out. A text that the profile clears is taken out.
    """
    root = "basics" if "basics" in resume or "bio" not in resume else "bio"
    after = dict(resume)
    basics = {**_basics(members(resume.get(root)), desired), **({"name": name} if name else {})}
    if basics != members(resume.get(root)):
        after[root] = basics
    for section, (list_name, words) in LISTS.items():
        listed = resume.get(list_name, [])
        if isinstance(listed, list):
            items = _updated_entries(section, words, listed, desired)
            if items != listed:
                after[list_name] = items
    skills = held(desired.wanted).get("skills")
    listed = resume.get("skills", [])
    if isinstance(skills, list) and isinstance(listed, list):
        after["skills"] = _updated_skills(listed, [str(skill) for skill in skills])
    return after


def _basics(basics: Members, desired: Desired) -> Members:
    after = dict(basics)
    for ours, theirs in BASICS.items():
        if ours in desired.wanted:
            _set_text(after, theirs, desired.wanted[ours].value)
    return after


def _updated_entries(section: str, words: Words, listed: list[Plain], desired: Desired) -> list[Plain]:
    """Return the jobs or schools of a résumé, with those of the profile as it has them."""
    wanted = {address: value for address, value in held(desired.wanted).items() if section_of(address) == section}
    ours = {
        address: _signs(section, members(value), _start_of_entry(members(value), desired.wanted[address].value))
        for address, value in wanted.items()
    }
    places = _pairs(section, ours, listed)
    after = list(listed)
    for address, place in places.items():
        whole = members(desired.wanted[address].value)
        after[place] = _updated_entry(words, members(listed[place]), members(wanted[address]), whole)
    addresses = list(wanted)
    following: int | None = None
    for address in reversed(addresses):
        if address in places:
            following = places[address]
            continue
        entry = new_entry(words, members(wanted[address]), desired.wanted[address].value)
        if following is None:
            after.append(entry)
            following = len(after) - 1
        else:
            after.insert(following, entry)
            places = {known: place + (place >= following) for known, place in places.items()}
    return after


# The signs of an entry, by their numbers: 0 its place, 1 its title, 2 its start. The first of these groups that two
# entries share, and nobody else does, makes them one; all three do so also where several are alike.
_GROUPS = {
    "experience": ((0, 1, 2), (0, 1), (0, 2), (1, 2)),
    "education": ((0, 1, 2), (0, 1), (0, 2), (0,)),
}
_NAMING_FIELDS = {"experience": ("company", "role"), "education": ("school", "degree")}
_ALL = (0, 1, 2)

Month = tuple[int, int]
Signs = tuple[str, str, Month | None]
Name = TypeVar("Name", str, int)


def _pairs(section: str, ours: Mapping[str, Signs], listed: list[Plain]) -> dict[str, int]:
    """Return the place in the résumé of each entry of the profile that it has, by the entry's signs."""
    words = LISTS[section][1]
    theirs = {
        place: _signs(section, _our_names(words, item), _month(_text_at(item, (START,))))
        for place, item in enumerate(listed)
        if isinstance(item, dict)
    }
    pairs: dict[str, int] = {}
    for group in _GROUPS[section]:
        addresses = _alike(group, {address: signs for address, signs in ours.items() if address not in pairs})
        places = _alike(group, {place: signs for place, signs in theirs.items() if place not in pairs.values()})
        for signs, found in addresses.items():
            candidates = places.get(signs, [])
            if group == _ALL or len(found) == len(candidates) == 1:
                pairs |= dict(zip(found, candidates, strict=False))
    return pairs


def _alike(group: tuple[int, ...], signs: Mapping[Name, Signs]) -> dict[tuple[object, ...], list[Name]]:
    """Return who shares the signs of a group; nobody shares one that he has not."""
    found: dict[tuple[object, ...], list[Name]] = {}
    for name, all_signs in signs.items():
        chosen = tuple(all_signs[number] for number in group)
        if all(chosen) or (group == _ALL and chosen[0]):
            found.setdefault(chosen, []).append(name)
    return found


def _signs(section: str, value: Members, start: Month | None) -> Signs:
    place, title = (folded(str(value.get(name) or "")) for name in _NAMING_FIELDS[section])
    return place, title, start


def _our_names(words: Words, item: Members) -> Members:
    return {ours: clean(_text_at(item, theirs)) for ours, theirs in words.items()}


def _text_at(item: Members, names: tuple[str, ...]) -> str:
    """Return the first text that stands under one of several names; empty where none does."""
    texts = (value for name in names if isinstance(value := item.get(name), str) and not is_blank(value))
    return next(texts, "")


def _start_of_entry(value: Members, whole: Plain) -> Month | None:
    """Return the month in which an entry of the profile starts; `value` is what of the `whole` entry fits."""
    return _month(date_text(dates_of(value, whole).get("start_date")) or "")


def _month(text: str) -> Month | None:
    date = read_date(text)
    return (date.year, date.month) if date and date.month and not date.is_edge else None


def _updated_entry(words: Words, item: Members, value: Members, whole: Members) -> Members:
    """Return a job or school of a résumé with the fields that the profile manages."""
    after = dict(item)
    for ours, theirs in words.items():
        if ours in whole and ours != "description":
            _set_text(after, theirs, whole[ours])
    if "description" in whole and words.get("description"):
        _set_description(after, whole["description"])
    dates = dates_of(value, whole)
    managed = ("start_date", "end_date") if "seniority" in value or dates is not value else tuple(dates)
    for ours, theirs_name in (("start_date", START), ("end_date", END)):
        if ours in managed:
            _set_date(after, theirs_name, date_text(dates.get(ours)))
    return after


def _set_text(item: Members, names: tuple[str, ...], value: Plain) -> None:
    """Write a text under the name that stands there already; take it out where it is cleared."""
    if value == "":
        for name in names:
            item.pop(name, None)
    elif isinstance(value, str) and not is_blank(value):
        filled = [name for name in names if item.get(name)] or [name for name in names if name in item] or list(names)
        if clean(str(item.get(filled[0], ""))) != clean(value):
            item[filled[0]] = clean(value)


def _set_description(item: Members, value: Plain) -> None:
    """Write a description as summary and highlights, unless these say it already."""
    listed = item.get("highlights")
    highlights = [clean(text).strip() for text in listed if isinstance(text, str)] if isinstance(listed, list) else []
    if not isinstance(value, str) or with_bullets(clean(_text_at(item, ("summary",))), highlights) == clean(value):
        return
    summary, highlights = without_bullets(clean(value))
    parts: Members = {"summary": summary, "highlights": list(highlights)}
    for name, part in parts.items():
        if part:
            item[name] = part
        else:
            item.pop(name, None)


def _set_date(item: Members, name: str, text: str | None) -> None:
    """Write a date, unless the month is the same: a résumé may know the day. What goes on has no end."""
    before = str(item.get(name) or "")
    if text is None:
        if not Period("", before).goes_on:
            item.pop(name)
    elif _month(before) != _month(text):
        item[name] = text


def _updated_skills(listed: list[Plain], skills: list[str]) -> list[Plain]:
    """Return the skills of a résumé, in its groups, as far as the profile has them; new ones make a group."""
    wanted = {folded(skill): skill for skill in skills}
    after: list[Plain] = []
    for item in listed:
        kept = _skill(item, wanted)
        if kept is not None:
            after.append(kept)
    added = list(wanted.values())
    if not added:
        return after
    groups = {place: keywords for place, item in enumerate(after) if (keywords := _keywords(item))}
    if not groups and after:
        return [*after, *map(_like(after[0]), added)]
    named = [place for place in groups if members(after[place]).get("name") == GROUP] or list(groups)
    if len(named) != 1:
        return [*after, {"name": GROUP, "keywords": list(added)}]
    place = named[0]
    after[place] = {**members(after[place]), "keywords": [*groups[place], *added]}
    return after


def _keywords(item: Plain) -> list[Plain]:
    """Return the skills of a group of them; none of anything else."""
    keywords = members(item).get("keywords")
    return keywords if isinstance(keywords, list) else []


def _like(item: Plain) -> Callable[[str], Plain]:
    """Return how a skill is written beside another one: as an object, or as a text alone."""
    return (lambda skill: {"name": skill}) if isinstance(item, dict) else str


def _skill(item: Plain, wanted: dict[str, str]) -> Plain:
    """Return a skill or a group of them as far as it is wanted, and take it off that list; None where it is not."""
    if isinstance(item, str):
        return _spelled(item, wanted)
    if not isinstance(item, dict):
        return item
    keywords = _keywords(item)
    if keywords:
        kept: list[Plain] = [word for keyword in keywords if (word := _spelled(str(keyword), wanted)) is not None]
        return {**item, "keywords": kept} if kept else None
    name = _text_at(item, ("name",))
    spelled = _spelled(name, wanted) if name else name
    return None if spelled is None else {**item, "name": spelled} if spelled else item


def _spelled(skill: str, wanted: dict[str, str]) -> str | None:
    """Return a skill as the profile spells it, and take it off its list; None where the profile has it not."""
    return wanted.pop(folded(clean(skill)), None)
