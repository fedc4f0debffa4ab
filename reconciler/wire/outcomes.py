"""Owns what an answer means for an edit: by the table of error types and statuses (spec, section *Errors*)."""

# ruff: noqa: FBT003 - a table

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from http import HTTPStatus

from msgspec import Struct

from reconciler.wire.redact import hide

MAX_BODY = 64 * 1024
MAX_ANSWER_TEXT = 500
MAX_RETRY_AFTER = 7 * 24 * 3600.0
EDITED = "ProfileEdited"
REFUSALS = 5  # accounts in a row, refused for the key or the service: the next will be, too
_KEY_REFUSED = (401, 403)
_SERVER, _CANNOT = 500, 501
_NOT_FOUND = "resource_not_found"
UNKNOWN_ID = f"errors/{_NOT_FOUND}"


class AbandonedError(Exception):
    """A request in flight is given up; the message says why, as in "after a signal"."""


class Answer(Struct, frozen=True):
    """An HTTP answer: its status, its headers by lower-case name, and the beginning of its body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Verdict(StrEnum):
    """What became of a request."""

    APPLIED = "applied"
    REJECTED = "rejected"  # not applied, and the same request will not work
    NOT_EXECUTED = "not_executed"  # not applied, and may be retried
    UNKNOWN = "unknown"  # may or may not have been applied


class Outcome(Struct, frozen=True):
    """What is known after one attempt.

    `stops` ends the run for the account. `resend` allows another attempt where the request may be repeated, or
    was not executed. `retry_after` is in seconds. `answered` tells that an HTTP answer came whole, which ends the
    idempotency key. `title` and `detail` are the API's own words, not yet safe to print. `command` are the words
    after `reconciler` of a command that does what the remedy says; ADDRESS stands for what the request was to change.
    """

    verdict: Verdict
    status: int | None = None
    type: str | None = None
    title: str = ""
    detail: str = ""
    remedy: str = ""
    stops: bool = False
    resend: bool = False
    retry_after: float | None = None
    answered: bool = False
    command: tuple[str, ...] = ()

    @property
    def is_refusal(self) -> bool:
        """Tell whether the answer, or that there was none, is about the key or the service, not about what was sent."""
        status = self.status
        return status is None or status in _KEY_REFUSED or (status >= _SERVER and status != _CANNOT)

    def command_at(self, address: str) -> tuple[str, ...]:
        """Return the words of the command for one address; none where no command helps."""
        return tuple(address if word == "ADDRESS" else word for word in self.command)


class Row(Struct, frozen=True):
    """One error type: its status, what it means for the edit, whether it ends the run, and what a user can do."""

    name: str
    status: int
    verdict: Verdict
    stops: bool
    resend: bool
    remedy: str
    command: tuple[str, ...] = ()


_R, _N, _U = Verdict.REJECTED, Verdict.NOT_EXECUTED, Verdict.UNKNOWN

TYPES: tuple[Row, ...] = (
    Row("missing_credentials", 401, _R, True, False, "set POSTPRESS_API_KEY, or pass --api-key-file"),
    Row("multiple_sessions", 401, _R, True, False, "connect the account by cookie: Recruiter allows one session"),
    Row("invalid_checkpoint_solution", 401, _R, True, False, "solve the checkpoint again at postpress"),
    Row("invalid_proxy_credentials", 401, _R, True, False, "correct the account's proxy credentials at postpress"),
    Row(
        "checkpoint_error", 401, _R, True, False, "reconnect the account at postpress: its checkpoint cannot be solved"
    ),
    Row("invalid_credentials", 401, _R, True, False, "check the API key, and reconnect the account if it is right"),
    Row("expired_credentials", 401, _R, True, False, "reconnect the account at postpress"),
    Row("insufficient_privileges", 401, _R, True, False, "use an API key whose scopes allow to edit the own profile"),
    Row("disconnected_account", 401, _R, True, False, "reconnect the account at postpress"),
    Row("disconnected_feature", 401, _R, True, False, "reconnect LinkedIn for this account at postpress"),
    Row("invalid_credentials_but_valid_account_imap", 401, _R, True, False, "correct the account's mail credentials"),
    Row("expired_link", 401, _R, True, False, "make a new connection link at postpress"),
    Row("wrong_account", 401, _R, True, False, "check account_id: the credentials are of another account"),
    Row("account_restricted", 403, _R, True, False, "log in to LinkedIn: it restricted the account"),
    Row("account_mismatch", 403, _R, True, False, "check account_id: this account cannot do that"),
    Row("insufficient_permissions", 403, _R, True, False, "use an API key that may edit this account"),
    Row("session_mismatch", 403, _R, True, False, "reconnect the account at postpress"),
    Row(
        "feature_not_subscribed", 403, _R, False, False, "subscribe to the feature, or take the section out of the file"
    ),
    Row("subscription_required", 403, _R, False, False, "take out the subscription, or the section out of the file"),
    Row("unknown_authentication_context", 403, _R, True, False, "finish the login at postpress: a step is missing"),
    Row("action_required", 403, _R, True, False, "finish the step that postpress asks for"),
    Row("resource_access_restricted", 403, _R, False, False, "take the section out of the file: it may not be edited"),
    Row(
        "resource_not_found",
        404,
        _R,
        False,
        False,
        "correct the entry's id in the file, or take it from the entry's edit link",
        ("state", "adopt", "ADDRESS", "URL"),
    ),
    Row("invalid_resource_identifier", 404, _R, False, False, "check the ids in the file"),
    Row("invalid_account", 422, _R, True, False, "check account_id: the account is not made for this"),
    Row("unprocessable_entity", 422, _R, False, False, "correct the value in the file"),
    Row(
        "action_already_performed",
        422,
        _R,
        False,
        False,
        "look at LinkedIn; if it is there, record that",
        ("state", "accept", "ADDRESS"),
    ),
    Row("limit_exceeded", 422, _R, True, False, "wait: LinkedIn's limit for this account was reached"),
    Row("account_configuration_error", 422, _R, True, False, "correct the account's configuration at postpress"),
    Row("too_many_requests", 429, _N, False, True, "apply again later"),
    Row("unexpected_error", 500, _U, False, True, "look at LinkedIn, and apply again"),
    Row("provider_error", 500, _U, False, True, "look at LinkedIn, and apply again later"),
    Row("authentication_intent_error", 500, _U, True, False, "reconnect the account at postpress"),
    Row(
        "feature_not_implemented", 501, _R, False, False, "take the section out of the file: the API cannot edit it yet"
    ),
    Row("no_client_session", 503, _N, False, True, "apply again later"),
    Row("no_channel", 503, _N, False, True, "apply again later"),
    Row("no_handler", 503, _N, False, True, "apply again later"),
    Row("network_down", 503, _N, False, True, "apply again later"),
    Row("service_unavailable", 503, _N, False, True, "apply again later"),
    Row("request_timeout", 504, _U, False, True, "look at LinkedIn, and apply again; ask postpress if it persists"),
)
BY_TYPE = {row.name: row for row in TYPES}
_REJECTIONS = {
    403: "look at LinkedIn and postpress: the account is restricted, or may not do that",
    413: "make the files smaller: something on the way takes no request of that size",
}


def row_of_status(status: int, *, typed: bool) -> Row:
    """Return what a status means where its type is not known, or is of another status.

    A 5xx without a type that says "not executed" could come from anything on the way, after the edit; a 404
    that is not `typed` as the API's own, from a place where the API is not.
    """
    remedy = f"status {status}: "
    if status == 401:  # noqa: PLR2004 - these are HTTP's numbers
        return Row("", status, _R, True, False, remedy + "check the API key and the account's connection")
    if status == 404 and not typed:  # noqa: PLR2004
        return Row("", status, _R, True, False, remedy + "check the base URL: it ends in /v1, often /api/v1")
    if status == 429:  # noqa: PLR2004
        return Row("", status, _N, False, True, remedy + "apply again later")
    if status in (408, 409, 425) or status >= 500:  # noqa: PLR2004
        return Row("", status, _U, False, True, remedy + "look at LinkedIn, and apply again")
    if 300 <= status < 400:  # noqa: PLR2004
        return Row("", status, _R, True, False, remedy + "redirects are not followed: correct the base URL")
    if status < 300:  # noqa: PLR2004
        return Row(
            "", status, _U, False, False, remedy + "the answer is not the API's: check the base URL, look at LinkedIn"
        )
    return Row("", status, _R, False, False, remedy + _REJECTIONS.get(status, "correct the value in the file"))


def read_answer(answer: Answer, *, has_entry_id: bool, key: str, now: datetime) -> Outcome:
    """Return what an answer means for the edit. It never fails.

    `key` is taken out of the answer's words, should the server repeat it.
    """
    status, value = answer.status, read_object(answer.body)
    if 200 <= status < 300 and value.get("object") == EDITED:  # noqa: PLR2004 - HTTP's numbers
        return Outcome(Verdict.APPLIED, status, title="applied", answered=True)
    name, title, detail = (hide(text, key)[:MAX_ANSWER_TEXT] for text in _error_words(value))
    known = BY_TYPE.get(name)
    row = known if known is not None and known.status == status else row_of_status(status, typed=bool(name))
    no_account = row.name == _NOT_FOUND and not has_entry_id
    stops = row.stops or (known is not None and known.stops) or no_account
    return Outcome(
        verdict=row.verdict,
        status=status,
        type=f"errors/{name}" if name else None,
        title=title or _phrase(status, row),
        detail=detail,
        remedy="check account_id" if no_account else (known or row).remedy,
        command=() if no_account else (known or row).command,
        stops=stops,
        resend=row.resend,
        retry_after=retry_after(answer.headers.get("retry-after"), now),
        answered=True,
    )


def retry_after(text: str | None, now: datetime) -> float | None:
    """Return the seconds of a Retry-After header, a number or a date (RFC 9110, 10.2.3); None where it is neither."""
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


def read_object(body: bytes) -> dict[str, object]:
    """Return the JSON object of a body, or an empty one; a byte that is no text does not hide the rest."""
    try:
        value = json.loads(body.decode(json.detect_encoding(body), "replace"))
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _error_words(value: dict[str, object]) -> tuple[str, str, str]:
    """Return the type's name, title and detail of either envelope; nothing else of it is ever kept."""
    error = value.get("error")
    if isinstance(error, dict):
        code = _string(error.get("code"))
        return (code.rpartition("/")[2], _string(error.get("message")), "")
    kind = _string(value.get("type"))
    name = kind.rpartition("errors/")[2] if "errors/" in kind else ""
    return (name, _string(value.get("title")), _string(value.get("detail")))


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _phrase(status: int, row: Row) -> str:
    if row.verdict is Verdict.UNKNOWN and status < 300:  # noqa: PLR2004 - HTTP's number
        return "an answer that is not the API's"
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return f"HTTP status {status}"
