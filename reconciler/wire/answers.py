"""Owns the reading of answers: status, headers and a bounded body in, an outcome out. It never fails."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from reconciler.wire.outcomes import BY_TYPE, Outcome, Row, Verdict, row_of_status
from reconciler.wire.secrets import hide

MAX_BODY = 64 * 1024
MAX_TEXT = 500
MAX_RETRY_AFTER = 7 * 24 * 3600.0
EDITED = "ProfileEdited"
_NOT_FOUND = "resource_not_found"


def read_answer(  # noqa: PLR0913 - an answer, and what to know of its request
    status: int, headers: Mapping[str, str], body: bytes, *, has_entry_id: bool, key: str, now: datetime
) -> Outcome:
    """Say what an HTTP answer means; `headers` by lower-case name, `body` at most MAX_BODY of it.

    `key` is taken out of the answer's words, should the server repeat it.
    """
    value = _json(body)
    if 200 <= status < 300 and value.get("object") == EDITED:  # noqa: PLR2004 - HTTP's numbers
        return Outcome(Verdict.APPLIED, status, title="applied", answered=True)
    name, title, detail = (hide(text, key)[:MAX_TEXT] for text in _envelope(value))
    known = BY_TYPE.get(name)
    row = known if known is not None and known.status == status else row_of_status(status, typed=bool(name))
    stops = row.stops or (known is not None and known.stops) or (row.name == _NOT_FOUND and not has_entry_id)
    return Outcome(
        verdict=row.verdict,
        status=status,
        type=f"errors/{name}" if name else None,
        title=title or _phrase(status, row),
        detail=detail,
        remedy=known.remedy if known else row.remedy,
        stops=stops,
        resend=row.resend,
        retry_after=retry_after(headers.get("retry-after"), now),
        answered=True,
    )


def retry_after(text: str | None, now: datetime) -> float | None:
    """Read a Retry-After header, seconds or an HTTP date (RFC 9110, 10.2.3), as seconds; None where it is neither."""
    if text is None:
        return None
    text = text.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:12]), MAX_RETRY_AFTER)
    try:
        date = parsedate_to_datetime(text)
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
        return min(max((date - now).total_seconds(), 0.0), MAX_RETRY_AFTER)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None  # a header that says nothing: the caller backs off


def _json(body: bytes) -> dict[str, object]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _envelope(value: dict[str, object]) -> tuple[str, str, str]:
    """Give the type's name, title and detail of either envelope; nothing else of it is ever kept."""
    error = value.get("error")
    if isinstance(error, dict):
        code = _text(error.get("code"))
        return (code.rpartition("/")[2], _text(error.get("message")), "")
    kind = _text(value.get("type"))
    name = kind.rpartition("errors/")[2] if "errors/" in kind else ""
    return (name, _text(value.get("title")), _text(value.get("detail")))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _phrase(status: int, row: Row) -> str:
    if row.verdict is Verdict.UNKNOWN and status < 300:  # noqa: PLR2004 - HTTP's number
        return "an answer that is not the API's"
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return f"HTTP status {status}"
