"""Owns what the API answers: its error types with status and meaning, and its envelopes.

Source: the page "Edit own profile", section *Errors*. Written here apart from the client's own table, so
that each can show the other wrong.
"""

import json
from dataclasses import dataclass, field
from http import HTTPStatus

from reconciler.values import Plain

JSON = "application/json"
PROBLEM_JSON = "application/problem+json"

ERRORS: dict[int, dict[str, str]] = {
    401: {
        "missing_credentials": "Some credentials are necessary to perform the request.",
        "multiple_sessions": "LinkedIn limits multiple sessions on certain Recruiter accounts.",
        "invalid_checkpoint_solution": "The checkpoint resolution did not pass successfully.",
        "invalid_proxy_credentials": "The provided proxy credentials are invalid.",
        "checkpoint_error": "The checkpoint does not appear to be resolvable.",
        "invalid_credentials": "The provided credentials are invalid.",
        "expired_credentials": "Credentials have expired.",
        "insufficient_privileges": "This resource is out of your API-key scopes.",
        "disconnected_account": "The account is disconnected from the provider service.",
        "disconnected_feature": "The service you're trying to reach is disconnected.",
        "invalid_credentials_but_valid_account_imap": "IMAP/SMTP credentials are invalid.",
        "expired_link": "This link has expired.",
        "wrong_account": "The provided credentials do not match the correct account.",
    },
    403: {
        "account_restricted": "The account has been restricted by the provider.",
        "account_mismatch": "This action cannot be done with your account.",
        "insufficient_permissions": "Insufficient permissions to perform the request.",
        "session_mismatch": "Token user id does not match client session id.",
        "feature_not_subscribed": "The requested feature has not been subscribed.",
        "subscription_required": "A subscription is required to use this feature.",
        "unknown_authentication_context": "An additional step seems necessary to complete login.",
        "action_required": "An additional step is required.",
        "resource_access_restricted": "You don't have access to this resource.",
    },
    404: {
        "resource_not_found": "The requested resource was not found.",
        "invalid_resource_identifier": "The provided identifier is not valid.",
    },
    422: {
        "invalid_account": "Provided account is not designed for this feature.",
        "unprocessable_entity": "The request could not be processed as submitted.",
        "action_already_performed": "The requested action has already been performed.",
        "limit_exceeded": "A LinkedIn limit was reached.",
        "account_configuration_error": "The account configuration prevents this operation.",
    },
    429: {"too_many_requests": "Provider rate limit reached."},
    500: {
        "unexpected_error": "Something went wrong.",
        "provider_error": "The provider is experiencing operational problems.",
        "authentication_intent_error": "The current authentication intent was killed after failure.",
    },
    501: {"feature_not_implemented": "This feature has not been implemented yet."},
    503: {
        "no_client_session": "No client session is currently running.",
        "no_channel": "No channel to client session.",
        "no_handler": "Handler missing for that request.",
        "network_down": "Network is down on the server side.",
        "service_unavailable": "Service temporarily unavailable.",
    },
    504: {"request_timeout": "Request timed out."},
}
STATUS = {name: status for status, names in ERRORS.items() for name in names}


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer: what the client will see, and under which name it is listed."""

    status: int
    body: bytes
    named: str
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)


def problem(name: str, detail: str = "") -> dict[str, Plain]:
    """Return the envelope of one of the page's errors, by its name without `errors/`."""
    status = STATUS[name]
    envelope: dict[str, Plain] = {
        "title": ERRORS[status][name],
        "type": f"errors/{name}",
        "status": status,
        "instance": "/api/v1/users/me/edit",
    }
    if detail:
        envelope["detail"] = detail
    return envelope


def refusal(name: str, detail: str) -> Answer:
    """Return the answer of one of the page's errors."""
    return Answer(STATUS[name], json.dumps(problem(name, detail)).encode(), f"errors/{name}", PROBLEM_JSON)


def phrase(status: int) -> str:
    """Return the standard reason of a status, or none."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
