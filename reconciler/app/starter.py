"""Owns the starter: a profile file of examples, all commented out, that manages nothing until it is written."""

from reconciler.safefile import open_regular

_MAX_ID = 1024
STARTER = """\
# yaml-language-server: $schema=./profile.schema.json
#
# Your LinkedIn profile, as far as this file manages it: nothing yet. Every example below is commented out, and what is
# not in this file is left alone. You have a profile already: `reconciler import` begins with what is on it.
#
# To manage something here, take its `# ` away and write your own in its place: what stands here is what is published.
# "" clears a text. Taking a key out clears nothing, it ends the managing.

type: LINKEDIN

# The id of your connected LinkedIn account, as the API's dashboard shows it: replace it.
account_id: acc_replace_me

# headline: Building things that last

# summary: |
#   Two or three paragraphs about what you do, and why.
#   Line breaks are kept.

# skills: [Writing, Project management]

# A picture is a path below this folder: JPEG, PNG, GIF or WebP.
# picture: me.jpg
# picture_settings: {filter: STUDIO}

# Ids and postal codes are text: quote them.
# location: {id: "105015875", postal_code: "75001"}

# Each job has a key of your choice. Give the id of one that is on LinkedIn already, or it is added a second time.
# experience:
#   acme:
#     role: Founder
#     company: Acme
#     presence: REMOTE
#     seniority:
#       start_date: {month: 3, year: 2021}
#     description: |
#       What you did there.
#     skills: [Leadership]

# education:
#   college:
#     school: State College
#     degree: BSc
#     start_date: {month: 9, year: 2010}
#     end_date: {month: 6, year: 2013}

# custom_link: {type: WEBSITE, url: "https://example.com"}
"""


def is_untouched(path: str) -> bool:
    """Tell whether a file is the starter, with any account's id."""
    try:
        with open(open_regular(path, follow=True), "rb") as file:
            content = file.read(len(STARTER.encode()) + _MAX_ID)
    except OSError:
        return False
    head, _, tail = STARTER.encode().partition(b"acc_replace_me")
    return content.startswith(head) and content.endswith(tail) and b"\n" not in content[len(head) : -len(tail)]
