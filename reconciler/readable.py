"""Owns what a read of the API shows."""

READABLE_SECTIONS = frozenset({"headline", "summary", "skills", "experience", "education"})
"""The sections of which a read of the API shows the value."""
UNREADABLE_FIELDS = frozenset({"employment_type", "presence", "source_of_hire", "attachment"})
"""The fields of entries that no read of the API shows."""
