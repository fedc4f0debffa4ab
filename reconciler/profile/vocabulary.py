"""Owns the words that LinkedIn, résumés and people use for what a profile file calls otherwise."""

from reconciler.spec import BY_NAME, ENTRY_SECTIONS, SECTIONS

_PROFILE_WORDS = {
    "headline": "title tagline job_title occupation heading subtitle",
    "summary": "about bio description intro introduction about_me profile",
    "experience": "jobs job positions position work work_experience career employment experiences employments history",
    "education": "schools school studies universities university degrees educations academics",
    "skills": "skill expertise technologies competencies abilities",
    "location": "city country place address region residence",
    "picture": "photo avatar image profile_picture profile_photo portrait headshot",
    "cover_picture": "cover banner background background_picture background_photo cover_photo cover_image header",
    "custom_link": "link links website websites url homepage site blog portfolio",
    "open_to_work": "open_to looking_for_work job_seeking opentowork",
    "account_id": "account id user_id accountid account-id",
}
_JOB_WORDS = {
    "role": "title position job_title job name designation",
    "company": "employer organization organisation company_name firm business",
    "seniority.start_date": "start_date start from since began begin started starts_at",
    "seniority.end_date": "end_date end to until ended finish ends_at",
    "seniority": "dates date period time_period duration when years",
    "description": "summary about details responsibilities text content highlights notes",
    "employment_type": "type kind contract_type contract",
    "presence": "workplace workplace_type location_type remote work_mode on_site hybrid",
    "location": "city place country where region",
    "skills": "skill technologies tags",
    "attachment": "media link attachments file links featured",
    "company_id": "organization_id companyid employer_id",
    "notify_network": "notify share share_with_network",
    "source_of_hire": "hire_source source",
}
_SCHOOL_WORDS = {
    "school": "school_name university institution college name organization academy",
    "degree": "degree_name study_type qualification diploma title",
    "field_of_study": "major field subject area course study field_of_studies specialization",
    "grade": "gpa grades marks score result",
    "activities": "clubs societies activity activities_and_societies extracurriculars",
    "description": "summary about details notes text",
    "start_date": "start from since began begin started starts_at start_year",
    "end_date": "end to until ended finish ends_at end_year graduation graduated graduation_date",
    "skills": "skill courses tags",
    "attachment": "media link attachments file links",
}
_DATE_WORDS = {
    "start_date": "start from since begin began",
    "end_date": "end to until",
}
_OTHER_WORDS: dict[tuple[str, ...], dict[str, str]] = {
    (): _PROFILE_WORDS,
    ("experience",): _JOB_WORDS,
    ("education",): _SCHOOL_WORDS,
    ("experience", "seniority"): _DATE_WORDS,
    ("education", "seniority"): _DATE_WORDS,
    ("location",): {"id": "location_id geo_id urn", "postal_code": "zip postcode zip_code postal plz"},
    ("custom_link",): {"url": "link href address website", "type": "kind", "display_on": "display show show_on"},
    ("open_to_work",): {
        "job_title": "job_titles title titles roles role positions",
        "presence": "workplace workplace_types location_type",
        "location": "locations places",
        "employment_type": "employment_types job_types types",
        "visibility": "visible audience",
        "start_date": "start available availability",
    },
}
_NOT_EDITED = {
    "name": "the API changes no name: change it on LinkedIn",
    "first_name": "the API changes no name: change it on LinkedIn",
    "last_name": "the API changes no name: change it on LinkedIn",
    "email": "the API changes no contacts: change them on LinkedIn",
    "phone": "the API changes no contacts: change them on LinkedIn",
    **dict.fromkeys(
        (
            *("certifications", "certificates", "languages", "projects", "publications", "volunteering", "volunteer"),
            *("honors", "awards", "courses", "recommendations", "patents", "interests", "industry"),
        ),
        "the API edits no such section: change it on LinkedIn",
    ),
}


def words_of(context: tuple[str, ...]) -> dict[str, str]:
    """Return other words for the keys of a mapping, each with our name; `context` is its path, less entries' keys."""
    return {word: name for name, words in _OTHER_WORDS.get(context, {}).items() for word in words.split()}


def place_of(name: str, context: tuple[str, ...]) -> str | None:
    """Say where a name belongs that is none of the keys of a mapping; None where it belongs nowhere."""
    if context and (name in BY_NAME or name in ("type", "account_id")):
        return f"{name} stands at the top of the file"
    if not context and name in _NOT_EDITED:
        return _NOT_EDITED[name]
    if context:
        return None
    holders = [section.name for section in SECTIONS if section.field(name) is not None]
    entries = [holder for holder in holders if holder in ENTRY_SECTIONS]
    if entries:
        return f"{name} belongs into an entry of {' or '.join(entries)}, below a key of your choice"
    return f"{name} belongs into {holders[0]}" if holders else None


def key_spelling(name: str) -> str:
    """Write a name as the keys of a profile are written: `Job Title` and `jobTitle` are `job_title`."""
    broken = "".join(f"_{char}" if char.isupper() and place else char for place, char in enumerate(name))
    text = (broken if not name.isupper() and "_" not in name else name).lower().replace("-", "_").replace(" ", "_")
    return "_".join(piece for piece in text.split("_") if piece)
