"""Owns a look at LinkedIn as plain data."""

from reconciler.reading.dates import SeenDate
from reconciler.reading.findings import Compared, Finding
from reconciler.reading.seen import SeenEntry, Unseen
from reconciler.render.drift import DriftView
from reconciler.render.problems import FORMAT_VERSION
from reconciler.values import Plain


def drift_json(view: DriftView) -> dict[str, Plain]:
    """Return a look as plain data; schemas/drift.schema.json says its form."""
    counts: dict[str, Plain] = {finding.value: len(view.found(finding)) for finding in Finding}
    return {
        "format_version": FORMAT_VERSION,
        "profile": {"path": view.path},
        "account_id": view.applied.account_id,
        "seen": {"at": view.seen.at, "from": view.seen.source},
        "addresses": [_address_json(view, compared) for compared in view.comparison.compared],
        "only_on_linkedin": {
            "entries": [_entry_json(section, entry) for section, found in view.alone.items() for entry in found],
            "skills": list(view.comparison.more_skills),
        },
        "questions": [
            {
                "addresses": [entry.address for entry in found.known],
                "seen": [_entry_json(section, entry) for entry in found.seen],
            }
            for section, found in view.questions
        ],
        "summary": counts,
    }


def _address_json(view: DriftView, compared: Compared) -> Plain:
    value: dict[str, Plain] = {
        "address": compared.address,
        "finding": compared.finding.value,
        "file": view.desired.held(compared.address),
        "applied": compared.known,
        "applied_at": view.applied_at(compared.address),
        "seen": compared.shown,
        "why": compared.why.value if compared.why is not None else None,
    }
    return {name: below for name, below in value.items() if below is not None}


def _entry_json(section: str, entry: SeenEntry) -> Plain:
    fields: dict[str, Plain] = {
        name: sight for name, sight in entry.fields.items() if not isinstance(sight, Unseen) and sight not in ("", [])
    }
    days: dict[str, Plain] = {
        name: day.text for name, day in (("start", entry.start), ("end", entry.end)) if isinstance(day, SeenDate)
    }
    own: dict[str, Plain] = {} if entry.id is None else {"id": entry.id}
    return {"section": section, **own, **fields, **days}
