"""Owns what a read shows of a profile: the same facts under the read endpoints' own names and forms."""

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from reconciler.simulator.catalogue import title_of
from reconciler.simulator.forms import Dates, Ids, ReadForm, Whose, named_section
from reconciler.simulator.profile import Entry
from reconciler.values import Plain

_PRESENCES = {"ON_SITE": "On-site", "HYBRID": "Hybrid", "REMOTE": "Remote"}
_FIELDS = {
    "experience": {
        "role": "position",
        "company_id": "company_id",
        "company": "company",
        "location": "location",
        "description": "description",
        "skills": "skills",
    },
    "education": {
        "school": "school",
        "degree": "degree",
        "field_of_study": "field_of_study",
        "grade": "grade",
        "activities": "activities",
        "description": "description",
        "skills": "skills",
    },
}
_LISTS = {"experience": "work_experience", "education": "education", "skills": "skills"}


def provider_id(account_id: str) -> str:
    """Return the id that the provider has for an account's owner."""
    return f"ACoAA{hashlib.sha256(account_id.encode()).hexdigest()[:20]}"


def public_identifier(account_id: str) -> str:
    """Return the name that an account's owner has in addresses."""
    return f"owner-{hashlib.sha256(account_id.encode()).hexdigest()[:8]}"


def me(profile: Mapping[str, Any], account_id: str) -> dict[str, Plain]:
    """Return the thin profile of an account's owner."""
    sections = profile["sections"]
    return {
        "object": "AccountOwnerProfile",
        "provider": "LINKEDIN",
        "provider_id": provider_id(account_id),
        "public_identifier": public_identifier(account_id),
        "first_name": "Sim",
        "last_name": "Ulated",
        "email": "sim.ulated@example.com",
        **_present(sections, ("headline",)),
        **_shown_location(sections),
        "premium": False,
    }


def user(
    profile: Mapping[str, Any], account_id: str, asked: Sequence[str], form: ReadForm, read: int
) -> dict[str, Plain]:
    """Return a profile with the sections asked for; `read` counts the reads, of which each signs pictures anew."""
    other = form.owner in (Whose.OTHER, Whose.OTHER_UNSAID)
    owner = f"{account_id} is another" if other else account_id
    sections = profile["sections"]
    found: dict[str, Plain] = {
        "object": "UserProfile",
        "provider": "LINKEDIN",
        "provider_id": provider_id(owner),
        "public_identifier": public_identifier(owner),
        **({} if form.owner in (Whose.UNSAID, Whose.OTHER_UNSAID) else {"is_self": not other}),
        "primary_locale": {"country": "US", "language": "en"},
        **_present(sections, ("headline",)),
        **_shown_location(sections),
        **_shown_pictures(sections, read),
        "is_open_to_work": "open_to_work" in sections,
        "throttled_sections": list(form.throttled),
    }
    omitted = {named_section(name) for name in form.omitted}
    throttled = {named_section(name) for name in form.throttled}
    truncated = {named_section(name) for name in form.truncated}
    for section in asked:
        if section in omitted:
            continue
        if section == "about":
            found["summary"] = "" if section in throttled else _shown_text(sections.get("summary", ""), form)
            continue
        items = _shown_skills(profile, form) if section == "skills" else _shown_entries(profile[section], section, form)
        key = _LISTS[section]
        found[f"{key}_total_count"] = len(items)
        cut = items[: len(items) // 2] if section in truncated else items
        found[key] = [] if section in throttled else cut
    return found


def _present(sections: Mapping[str, Any], names: Sequence[str]) -> dict[str, Plain]:
    return {name: sections[name] for name in names if name in sections}


def _shown_location(sections: Mapping[str, Any]) -> dict[str, Plain]:
    """Return the name of a place, which stands where an id was sent."""
    if "location" not in sections:
        return {}
    place = sections["location"]
    title = title_of("LOCATION", str(place.get("id"))) or f"Place {place.get('id')}"
    return {"location": ", ".join([*([place["postal_code"]] if "postal_code" in place else []), title])}


def _shown_pictures(sections: Mapping[str, Any], read: int) -> dict[str, Plain]:
    names = {"profile_picture_url_large": "picture", "background_picture_url": "cover_picture"}
    return {
        key: f"https://media.example/image/v2/{sections[name]['sha256'][:12]}/shrink_800_800/0?e={read}&t=signed"
        for key, name in names.items()
        if name in sections
    }


def _shown_skills(profile: Mapping[str, Any], form: ReadForm) -> list[Plain]:
    names = list(profile["sections"].get("skills", []))
    if form.job_skills:
        entries = [entry for section in ("experience", "education") for entry in profile[section]]
        names += [name for entry in entries for name in entry.get("skills", [])]
    names = list(dict.fromkeys(_shown_name(name, form, "skill") for name in names))
    return [{"name": name, "endorsement_count": 0} for name in (reversed(names) if form.reversed else names)]


def _shown_entries(entries: Sequence[Entry], section: str, form: ReadForm) -> list[Plain]:
    shown: list[Plain] = [_shown_entry(entry, section, form) for entry in entries]
    return shown[::-1] if form.reversed else shown


def _shown_entry(entry: Mapping[str, Any], section: str, form: ReadForm) -> dict[str, Plain]:
    found: dict[str, Plain] = {}
    if form.ids is not Ids.ABSENT:
        found[_id_name(section, form.ids)] = entry["id"]
    for name, shown in _FIELDS[section].items():
        if name in entry:
            found[shown] = _shown_field(name, entry, form)
    dates = entry.get("seniority") or entry
    found["start"] = _shown_date(dates.get("start_date"), form.dates, end=False)
    found["end"] = _shown_date(dates.get("end_date"), form.dates, end=True)
    return found


def _id_name(section: str, ids: Ids) -> str:
    if ids is Ids.OWN:
        return "id"
    return "position_id" if ids is Ids.POSITION and section == "experience" else f"{section}_id"


def _shown_field(name: str, entry: Mapping[str, Any], form: ReadForm) -> Plain:
    value = entry[name]
    if name == "skills":
        return [_shown_name(skill, form, "skill") for skill in value]
    if name == "company":
        return _shown_name(value, form, "company")
    if name == "location" and form.presence and "presence" in entry:
        return f"{value} · {_PRESENCES[entry['presence']]}"
    return _shown_text(value, form)


def _shown_name(name: str, form: ReadForm, kind: str) -> str:
    """Return a name, or the one that LinkedIn has for what was meant."""
    if not form.canonical:
        return name
    return f"{name.strip()}, Inc." if kind == "company" else f"{name.strip().capitalize()} (Skill)"


def _shown_text(text: str, form: ReadForm) -> str:
    """Return a text, or what LinkedIn makes of it: NFC, lines trimmed, at most one blank line, spaces as one."""
    if not form.trimmed:
        return text
    lines = [" ".join(line.split()) for line in unicodedata.normalize("NFC", text).splitlines()]
    kept = [line for place, line in enumerate(lines) if line or (place and lines[place - 1])]
    return "\n".join(kept).strip()


def _shown_date(value: Mapping[str, Any] | None, dates: Dates, *, end: bool) -> str | None:
    """Write a month as the read endpoints do; None where there is none."""
    if value is None:
        return None
    year, month = int(value["year"]), int(value["month"])
    day = date(year, 1 if dates is Dates.NEW_YEAR else month, 1)
    if dates is Dates.LATE and end:
        day += timedelta(days=29)
    forms = {
        Dates.DAY: f"{day:%Y-%m-%d}",
        Dates.MONTH: f"{day:%Y-%m}",
        Dates.US_MONTH: f"{day.month}/{day.year}",
        Dates.YEAR: f"{day.year}",
    }
    return forms.get(dates, f"{day.month}/{day.day}/{day.year}")
