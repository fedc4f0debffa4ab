"""Owns the page of all errors, made from the table that apply goes by."""

from reconciler.simulator.errors import ERRORS
from reconciler.wire.outcomes import TYPES, Row, Verdict, row_of_status

OUTCOMES = {
    Verdict.REJECTED: "rejected",
    Verdict.NOT_EXECUTED: "not executed",
    Verdict.UNKNOWN: "unknown",
}
STATUSES = (
    ("401", 401),
    ("403", 403),
    ("404 that is not the API's own", 404),
    ("413", 413),
    ("429", 429),
    ("408, 409, 425", 408),
    ("any other 4xx", 400),
    ("any 5xx", 500),
    ("a redirect (3xx)", 302),
    ("a 2xx without `ProfileEdited`", 200),
)
TOP = """\
# What the API's errors mean

<!-- Written by `make docs` from reconciler/wire/outcomes.py: change that, not this page. -->

For each answer this page says what `apply` concludes, what it does next, and what you can do.

- **rejected**: the request was not applied, and the same request will not work. If it carried several changes,
  `apply` sends them one by one, so that the good ones land and the bad one is named.
- **not executed**: the request was not applied, and `apply` sends it again: after `Retry-After` if the answer has one
  (seconds or a date; 0 is at once), else after about 0.5, 1, 2, 4 … seconds, for as long as `--max-wait` allows.
- **unknown**: the request may or may not have been applied. `apply` sends it again if that does no harm, six times at
  most. A new entry, an edit that notifies your network and an edit with an attachment are not sent again: they are
  *in doubt* until you say, with `reconciler state resolve`, whether they arrived.
- **ends the run**: the answer stands for the whole account, so `apply` sends nothing more, and lists what it did not
  try.

| status | type `errors/…` | the API's words | outcome | what to do |
| --- | --- | --- | --- | --- |
"""
MIDDLE = """
## Anything else

A type that is not in the table, or that comes with another status, counts by its status; a type that ends the run
still ends it. An answer without a type, or with a body that is not JSON, counts by its status too. `apply` reads 64
KiB of a body; bytes that are not UTF-8 do not keep it from reading the rest.

| status | outcome | what to do |
| --- | --- | --- |
"""
END = """\

- A `resource_not_found` for a request without an entry's id ends the run: the account was not found.
- Nothing was sent, so the request is *not executed*, when a connection is refused, a name does not resolve, a
  certificate is not trusted, the server wants a certificate of yours, or a proxy does not open the way: it refuses,
  closes, resets, answers something else, or takes longer than two minutes. After six tries the run ends.
- A connection that was lost after the request began, or an answer that did not come in two minutes, is *unknown*.
- `apply` shows the answer's `title` and `detail`, with control characters made visible and your key taken out. It shows
  nothing else of an answer.
"""


def errors_page() -> str:
    """Give the page's text."""
    types = "".join(
        f"| {row.status} | `{row.name}` | {ERRORS[row.status][row.name]} | {outcome(row)} | {remedy(row)} |\n"
        for row in TYPES
    )
    return TOP + types + MIDDLE + "".join(f"| {name} | {by_status(status)} |\n" for name, status in STATUSES) + END


def by_status(status: int) -> str:
    """Give the cells of a status of which the type is not known."""
    row = row_of_status(status, typed=False)
    return f"{outcome(row)} | {row.remedy.partition(': ')[2]}"


def outcome(row: Row) -> str:
    """Say in a few words what a row concludes."""
    kept = ", not sent again" if row.verdict is Verdict.UNKNOWN and not row.resend else ""
    return OUTCOMES[row.verdict] + kept + (", ends the run" if row.stops else "")


def remedy(row: Row) -> str:
    return f"{row.remedy}: `reconciler {' '.join(row.command)}`" if row.command else row.remedy
