"""Owns the spec's request body as one table: which sections exist, of what kind, and how they are sent.

Source: the page "Edit own profile", section *Request body*. Everything that needs to know a field reads
it here; a test holds this table, the two JSON Schemas and the page together.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache, cached_property

from msgspec import Struct


class Kind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    NUMBER = "number"
    INTEGER = "integer"  # `number` on the page; dates are whole numbers by our reading
    BOOLEAN = "boolean"
    ENUM = "enum"
    FILE = "file"
    OBJECT = "object"
    TEXTS = "texts"
    ENUMS = "enums"
    OBJECTS = "objects"
    ENTRY = "entry"  # one per request; the profile file has a mapping of them
    ATTACHMENT = "attachment"  # an object whose fields depend on its `type`
    MENTION = "mention"  # a known entry, as KEY@HANDLE; it stands in the profile file alone
    MENTIONS = "mentions"  # one such, or a list of them


class Use(StrEnum):
    """Whether a variant of an entry takes a field."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    ABSENT = "absent"


class Accepts(StrEnum):
    """What a file field takes, told by the file's bytes."""

    IMAGE = "image"
    MEDIA = "media"  # an image or a document


class Field(Struct, frozen=True, dict=True):
    """One field of the request body.

    `add` and `edit` matter only for the fields of an entry. A directive says how to send, not what to be.
    `companion` names the section that goes along whenever this one is sent; `bounds` are the least and the most of a
    whole number; `search` is the type of the API's search parameters whose ids a text holds.
    """

    name: str
    kind: Kind
    required: bool = False
    choices: tuple[str, ...] = ()
    fields: tuple["Field", ...] = ()
    variants: tuple[tuple[str, tuple["Field", ...]], ...] = ()
    accepts: Accepts | None = None
    length: int | None = None
    bounds: tuple[int, int] | None = None
    directive: bool = False
    companion: str | None = None
    search: str | None = None
    add: Use = Use.OPTIONAL
    edit: Use = Use.OPTIONAL

    @cached_property
    def takes_any_text(self) -> bool:
        """Tell whether any text will do."""
        return self.kind is Kind.TEXT and not self.length and not self.choices

    @cached_property
    def is_needed(self) -> bool:
        """Tell whether a mapping needs it, if only to be added."""
        return self.required or self.add is Use.REQUIRED

    @cached_property
    def held(self) -> tuple["Field", ...]:
        """Return the fields of this object that are no directives."""
        return tuple(field for field in self.fields if not field.directive)

    @cached_property
    def item(self) -> "Field":
        """Return what each item of a list is."""
        kinds = {Kind.TEXTS: Kind.TEXT, Kind.ENUMS: Kind.ENUM, Kind.OBJECTS: Kind.OBJECT}
        return Field(self.name, kinds[self.kind], choices=self.choices, fields=self.fields)

    def field(self, name: str, value_type: str | None = None) -> "Field | None":
        """Find a field of this object by name; of an attachment, also by its `type`."""
        return next((field for field in self.members(value_type) if field.name == name), None)

    def members(self, value_type: str | None = None) -> tuple["Field", ...]:
        """Return the fields of this object, of an attachment those of the variant `value_type`."""
        return dict(self.variants).get(value_type or "", ()) if self.variants else self.fields


IMAGE_FILTERS = ("ORIGINAL", "STUDIO", "SPOTLIGHT", "PRIME", "CLASSIC", "EDGE", "LUMINATE")
PRESENCES = ("ON_SITE", "HYBRID", "REMOTE")
CORNERS = ("bottomLeft", "bottomRight", "topLeft", "topRight")
HIRE_SOURCES = (
    "INDEED",
    "LINKEDIN",
    "COMPANY_WEBSITE",
    "OTHER_JOB_SITES",
    "REFERRAL",
    "CONTACTED_BY_RECRUITER",
    "STAFFING_AGENCY",
    "OTHER",
)
EMPLOYMENT_TYPES = ("FULL_TIME", "PART_TIME", "CONTRACT", "INTERNSHIP", "TEMPORARY")
LINK_TYPES = ("STORE", "WEBSITE", "PORTFOLIO", "BLOG", "NEWSLETTER")

MONTHS = (1, 12)
YEARS = (1000, 9999)

ENTRY_SECTIONS = ("experience", "education")
PROFILE_TYPE = "LINKEDIN"

_POINT = (Field("x", Kind.NUMBER, required=True), Field("y", Kind.NUMBER, required=True))
_IMAGE_SETTINGS = (
    Field("filter", Kind.ENUM, choices=IMAGE_FILTERS),
    Field("layout", Kind.OBJECT, fields=tuple(Field(name, Kind.OBJECT, fields=_POINT) for name in CORNERS)),
    Field("contrast", Kind.NUMBER),
    Field("vignette", Kind.NUMBER),
    Field("saturation", Kind.NUMBER),
    Field("brightness", Kind.NUMBER),
)
_DATE = (
    Field("month", Kind.INTEGER, required=True, bounds=MONTHS),
    Field("year", Kind.INTEGER, required=True, bounds=YEARS),
)
_SENIORITY = (
    Field("start_date", Kind.OBJECT, required=True, fields=_DATE),
    Field("end_date", Kind.OBJECT, fields=_DATE),
)
_LINK = (
    Field("type", Kind.ENUM, required=True, choices=("link",)),
    Field("title", Kind.TEXT, required=True),
    Field("description", Kind.TEXT),
    Field("url", Kind.TEXT, required=True),
    Field("thumbnail", Kind.FILE, accepts=Accepts.IMAGE),
)
_MEDIA = (
    Field("type", Kind.ENUM, required=True, choices=("media",)),
    Field("title", Kind.TEXT, required=True),
    Field("description", Kind.TEXT),
    Field("file", Kind.FILE, accepts=Accepts.MEDIA),
)
MENTION = re.compile(r"[a-z0-9][a-z0-9-]*@[a-z0-9]{4,16}", re.ASCII)

_ENTRY_ID = Field("id", Kind.TEXT, directive=True, add=Use.ABSENT, edit=Use.REQUIRED)
_NOTIFY = Field("notify_network", Kind.BOOLEAN, directive=True)
_SAME_AS = Field("same_as", Kind.MENTION, directive=True, add=Use.ABSENT, edit=Use.ABSENT)
_NOT_SAME_AS = Field("not_same_as", Kind.MENTIONS, directive=True, add=Use.ABSENT, edit=Use.ABSENT)
_SKILLS = Field("skills", Kind.TEXTS)
_ATTACHMENT = Field("attachment", Kind.ATTACHMENT, variants=(("link", _LINK), ("media", _MEDIA)))

_EXPERIENCE = (
    _ENTRY_ID,
    _SAME_AS,
    _NOT_SAME_AS,
    Field("role", Kind.TEXT, add=Use.REQUIRED),
    Field("company", Kind.TEXT, add=Use.REQUIRED),
    _NOTIFY,
    Field("employment_type", Kind.TEXT, search="EMPLOYMENT_TYPE"),
    Field("company_id", Kind.TEXT, search="COMPANY"),
    Field("location", Kind.TEXT),
    Field("presence", Kind.ENUM, choices=PRESENCES),
    Field("seniority", Kind.OBJECT, fields=_SENIORITY),
    Field("description", Kind.TEXT),
    Field("source_of_hire", Kind.ENUM, choices=HIRE_SOURCES),
    _SKILLS,
    _ATTACHMENT,
)
_EDUCATION = (
    _ENTRY_ID,
    _SAME_AS,
    _NOT_SAME_AS,
    _NOTIFY,
    Field("school", Kind.TEXT, add=Use.REQUIRED, edit=Use.ABSENT),
    Field("degree", Kind.TEXT, edit=Use.ABSENT),
    Field("grade", Kind.TEXT, edit=Use.ABSENT),
    Field("field_of_study", Kind.TEXT, edit=Use.ABSENT),
    Field("activities", Kind.TEXT, edit=Use.ABSENT),
    Field("role", Kind.TEXT, add=Use.ABSENT),
    Field("employment_type", Kind.TEXT, search="EMPLOYMENT_TYPE", add=Use.ABSENT),
    Field("company", Kind.TEXT, add=Use.ABSENT),
    Field("company_id", Kind.TEXT, search="COMPANY", add=Use.ABSENT),
    Field("location", Kind.TEXT, add=Use.ABSENT),
    Field("presence", Kind.ENUM, choices=PRESENCES, add=Use.ABSENT),
    Field("seniority", Kind.OBJECT, fields=_SENIORITY, add=Use.ABSENT),
    Field("description", Kind.TEXT),
    Field("source_of_hire", Kind.ENUM, choices=HIRE_SOURCES, add=Use.ABSENT),
    Field("start_date", Kind.OBJECT, fields=_DATE, edit=Use.ABSENT),
    Field("end_date", Kind.OBJECT, fields=_DATE, edit=Use.ABSENT),
    _SKILLS,
    _ATTACHMENT,
)
_OPEN_TO_WORK = (
    Field(
        "job_title",
        Kind.OBJECTS,
        required=True,
        fields=(Field("name", Kind.TEXT, required=True), Field("id", Kind.TEXT, required=True, search="JOB_TITLE")),
    ),
    Field("presence", Kind.ENUMS, required=True, choices=PRESENCES),
    Field(
        "location",
        Kind.OBJECT,
        required=True,
        fields=(Field("on_site", Kind.TEXTS), Field("remote", Kind.TEXTS)),
    ),
    Field("start_date", Kind.ENUM, choices=("IMMEDIATELY", "FLEXIBLE")),
    Field("employment_type", Kind.ENUMS, choices=EMPLOYMENT_TYPES),
    Field("visibility", Kind.ENUM, choices=("ALL", "RECRUITERS_ONLY")),
)
_CUSTOM_LINK = (
    Field("type", Kind.ENUM, required=True, choices=LINK_TYPES),
    Field("url", Kind.TEXT, required=True),
    Field("display_on", Kind.ENUM, choices=("PROFILE_ONLY", "EVERYWHERE")),
)

SECTIONS: tuple[Field, ...] = (
    Field(
        "location",
        Kind.OBJECT,
        fields=(Field("id", Kind.TEXT, required=True, search="LOCATION"), Field("postal_code", Kind.TEXT, length=5)),
    ),
    Field("headline", Kind.TEXT),
    Field("summary", Kind.TEXT),
    Field("picture", Kind.FILE, accepts=Accepts.IMAGE, companion="picture_settings"),
    Field("picture_settings", Kind.OBJECT, fields=_IMAGE_SETTINGS),
    Field("cover_picture", Kind.FILE, accepts=Accepts.IMAGE, companion="cover_picture_settings"),
    Field("cover_picture_settings", Kind.OBJECT, fields=_IMAGE_SETTINGS),
    Field("experience", Kind.ENTRY, fields=_EXPERIENCE),
    Field("education", Kind.ENTRY, fields=_EDUCATION),
    Field("skills", Kind.TEXTS, companion="skills_follow"),
    Field("skills_follow", Kind.BOOLEAN),
    Field("open_to_work", Kind.OBJECT, fields=_OPEN_TO_WORK),
    Field("custom_link", Kind.OBJECT, fields=_CUSTOM_LINK),
)
PROFILE = Field(
    "",
    Kind.OBJECT,
    fields=(
        Field("type", Kind.ENUM, required=True, choices=(PROFILE_TYPE,)),
        Field("account_id", Kind.TEXT, required=True),
        *SECTIONS,
    ),
)
BY_NAME = {section.name: section for section in SECTIONS}
ORDER = {section.name: place for place, section in enumerate(SECTIONS)}


@cache
def required_fields(section: str) -> frozenset[str]:
    """Return the names of the fields that an Add of an entry requires: they name the entry."""
    return frozenset(field.name for field in BY_NAME[section].fields if field.add is Use.REQUIRED)


@cache
def fields_of_add(section: str) -> frozenset[str]:
    """Return the names of the fields that an Add of an entry takes."""
    return frozenset(field.name for field in BY_NAME[section].fields if field.add is not Use.ABSENT)


@cache
def fields_of_edit(section: str) -> frozenset[str]:
    """Return the names of the fields that an Edit of an entry takes."""
    return frozenset(field.name for field in BY_NAME[section].fields if field.edit is not Use.ABSENT)


def walk(fields: tuple[Field, ...] = SECTIONS, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Field]]:
    """Return every field of the table with its path, parents first; an attachment's fields under its type."""
    for field in fields:
        path = (*above, field.name)
        yield path, field
        yield from walk(field.fields, path)
        for value_type, members in field.variants:
            yield from walk(members, (*path, value_type))
