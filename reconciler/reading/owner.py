"""Owns whose profile a read shows: only the account owner's own may be compared."""

from collections.abc import Mapping

from msgspec import Struct

from reconciler.problem import ReconcilerError
from reconciler.values import Plain

MAX_IDENTIFIER = 200  # characters


class AnotherPersonError(ReconcilerError):
    """A read shows another person's profile, or does not say whose: nothing of it is used."""


class Owner(Struct, frozen=True):
    """Who owns the account: the identifier to read under, and LinkedIn's own id of the person."""

    identifier: str
    provider_id: str | None


def owner_from_answer(answer: Mapping[str, Plain]) -> Owner:
    """Return the owner that an answer of `GET /users/me` names. Raises AnotherPersonError where it names none."""
    provider_id = _identifier(answer.get("provider_id"))
    identifier = _identifier(answer.get("public_identifier")) or provider_id
    if identifier is None:
        raise AnotherPersonError.at("", "the API does not say who owns the account", "`reconciler doctor` looks at it")
    return Owner(identifier, provider_id)


def check_owner(answer: Mapping[str, Plain], owner: Owner) -> None:
    """Raise AnotherPersonError unless an answer of `GET /users/{identifier}` is of the owner's own profile."""
    is_self, shown = answer.get("is_self"), answer.get("provider_id")
    is_other = is_self is False or (shown is not None and owner.provider_id is not None and shown != owner.provider_id)
    is_proved = is_self is True or (shown is not None and shown == owner.provider_id)
    if is_other or not is_proved:
        what = "is another person's profile" if is_other else "does not say whose profile it is"
        raise AnotherPersonError.at("", f"what was read {what}: nothing of it is used", "check account_id")


def _identifier(value: Plain) -> str | None:
    if not isinstance(value, str) or not 0 < len(value) <= MAX_IDENTIFIER or not value.isprintable():
        return None
    return value
