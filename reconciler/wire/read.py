"""Owns the requests that read: an answer within bounds, or why there is none. They send no edit."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from msgspec import Struct

from reconciler.clock import timestamp
from reconciler.decode import DamageError, read_json
from reconciler.problem import WireError
from reconciler.values import Plain
from reconciler.wire.outcomes import Answer, Outcome, Verdict, read_answer
from reconciler.wire.redact import hide, hide_identifiers
from reconciler.wire.retry import next_wait
from reconciler.wire.transport import Failure, Limit, Transport

MAX_ANSWER = 4 * 1024 * 1024  # bytes
MAX_READ_TRIES = 3
_OK, _NO_KEY, _TOO_MANY = 200, 401, 429


class ReadError(WireError):
    """The API gave no answer that can be used."""


class LimitedError(ReadError):
    """The API says that it was read often enough (429): nothing more is read in this run."""


class RefusedError(ReadError):
    """The read was refused for the key or the service, or got no answer: a read of another account may be, too."""


class Answered(Struct, frozen=True):
    """What a read gave, and the time that it is of (RFC 3339): an answer may come out of a cache."""

    value: Mapping[str, Plain]
    at: str


@dataclass(slots=True)
class Reader:
    """The endpoints that read, of one account.

    `pause` waits some seconds and tells whether to go on; `clock` gives the time; `max_wait` bounds the waiting between
    tries, in seconds. `reached` tells whether a request may have come to LinkedIn.
    """

    transport: Transport
    key: str
    account_id: str
    pause: Callable[[float], bool]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    max_wait: float = 60.0
    limit: Limit | None = None
    reached: bool = False

    def owner(self) -> Answered:
        """Return who owns the account: the thin profile. Raises ReadError."""
        return self._get("/users/me", (), "AccountOwnerProfile")

    def profile(self, identifier: str, sections: Sequence[str], *, joined: bool = False) -> Answered:
        """Return a person's profile with the sections asked for, each by a key of its own or `joined` by commas.

        Raises ReadError.
        """
        asked = [",".join(sections)] if joined else list(sections)
        query = [("linkedin_sections", section) for section in asked]
        return self._get(f"/users/{quote(identifier, safe='')}", query, "UserProfile")

    def parameters(self, kind: str, keywords: str, most: int) -> Answered:
        """Return what LinkedIn's search offers for some words: ids and titles. Raises ReadError."""
        query = [("type", kind), ("limit", str(most))]
        query += [("keywords", keywords)] if keywords else []
        return self._get("/linkedin/search/parameters", query, "LinkedinSearchParametersList")

    def account(self) -> Answered:
        """Return whether the account is connected; LinkedIn itself is not read. Raises ReadError."""
        return self._get(f"/accounts/{quote(self.account_id, safe='')}", (), None)

    def _get(self, path: str, query: Sequence[tuple[str, str]], kind: str | None) -> Answered:
        own = () if kind is None else (("account_id", self.account_id),)
        headers = {"cache-control": "no-cache"}
        waited, tries = 0.0, 0
        while True:
            tries += 1
            answer = self.transport.exchange(
                "GET", path, most=MAX_ANSWER + 1, headers=headers, query=(*own, *query), limit=self.limit
            )
            self.reached = self.reached or self._may_have_reached(answer)
            if isinstance(answer, Answer) and answer.status == _OK:
                return self._answered(answer, kind)
            again, after = self._again(answer)
            seconds = next_wait(tries, after)
            if not again or tries >= MAX_READ_TRIES or waited + seconds > self.max_wait or not self.pause(seconds):
                raise self._error(answer)
            waited += seconds

    def _may_have_reached(self, answer: Answer | Failure) -> bool:
        """Tell whether LinkedIn may have been asked: not without a key that is taken, nor where the API is not."""
        if isinstance(answer, Failure):
            return answer.sent
        outcome = self._outcome(answer)
        elsewhere = outcome.stops and outcome.type is None
        return answer.status != _NO_KEY and not elsewhere

    def _again(self, answer: Answer | Failure) -> tuple[bool, float | None]:
        """Return whether another try may go better, and after how many seconds if the API says so."""
        if isinstance(answer, Failure):
            return answer.resend and not answer.abandoned, None
        outcome = self._outcome(answer)
        return outcome.resend and not outcome.stops and answer.status != _TOO_MANY, outcome.retry_after

    def _outcome(self, answer: Answer) -> Outcome:
        return read_answer(answer, has_entry_id=True, key=self.key, now=self.clock())

    def _answered(self, answer: Answer, kind: str | None) -> Answered:
        if len(answer.body) > MAX_ANSWER:
            raise _unusable(f"it has more than {MAX_ANSWER // 1024 // 1024} MiB")
        try:
            value = read_json(answer.body.decode())
        except UnicodeDecodeError as error:
            raise _unusable("it is not UTF-8") from error
        except (DamageError, json.JSONDecodeError, RecursionError) as error:
            raise _unusable(str(error)) from error
        if not isinstance(value, dict) or (kind is not None and value.get("object") != kind):
            raise _unusable(f"it is no {kind or 'object'}")
        return Answered(value, timestamp(self.clock() - self._age(answer)))

    def _age(self, answer: Answer) -> timedelta:
        """Return how old an answer is. Raises ReadError where it comes out of a cache that does not say so."""
        age = answer.headers.get("age", "").strip()
        if age.isascii() and age.isdigit():
            return timedelta(seconds=min(int(age[:9]), 10**9))
        if "HIT" in answer.headers.get("x-cache", "").upper():
            raise _unusable("it comes from a cache that does not say how old it is", "read again later")
        return timedelta()

    def _error(self, answer: Answer | Failure) -> ReadError:
        if isinstance(answer, Failure):
            return RefusedError.at("", f"LinkedIn could not be read: {self._safe(answer.reason)}", "read again later")
        outcome = self._outcome(answer)
        said = f"status {answer.status}, {self._safe(outcome.title)}"
        if answer.status == _TOO_MANY:
            return LimitedError.at("", f"LinkedIn was read often enough for now: {said}", "read again tomorrow")
        later = "the answer is the same later" if outcome.verdict is Verdict.REJECTED else "read again later"
        remedy = outcome.remedy if outcome.stops else f"{later}; `reconciler doctor` looks at the connection"
        kind = RefusedError if outcome.is_refusal else ReadError
        return kind.at("", f"LinkedIn could not be read: {said}", remedy)

    def _safe(self, text: str) -> str:
        """Return a server's words without the key, and without who the person is."""
        return hide_identifiers(hide(text, self.key), self.transport.identifiers)


def _unusable(why: str, remedy: str = "check the base URL; nothing was recorded") -> ReadError:
    return ReadError.at("", f"the answer to a read cannot be used: {why}", remedy)
