"""The spec's outcome table, read by hand off the page of the API and not off the product."""

from dataclasses import dataclass
from enum import StrEnum


class Told(StrEnum):
    """What a caller may conclude."""

    APPLIED = "applied"
    REJECTED = "rejected"
    NOT_EXECUTED = "not executed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Conclusion:
    told: Told
    stops: bool = False
    resend: bool = True  # of what may be resent at all


_REJECTED, _STOP = Conclusion(Told.REJECTED), Conclusion(Told.REJECTED, stops=True)
_LATER, _UNKNOWN = Conclusion(Told.NOT_EXECUTED), Conclusion(Told.UNKNOWN)

STATUSES: dict[int, dict[str, Conclusion]] = {
    401: dict.fromkeys(
        (
            "missing_credentials",
            "multiple_sessions",
            "invalid_checkpoint_solution",
            "invalid_proxy_credentials",
            "checkpoint_error",
            "invalid_credentials",
            "expired_credentials",
            "insufficient_privileges",
            "disconnected_account",
            "disconnected_feature",
            "invalid_credentials_but_valid_account_imap",
            "expired_link",
            "wrong_account",
        ),
        _STOP,
    ),
    403: {
        **dict.fromkeys(
            (
                "account_restricted",
                "account_mismatch",
                "insufficient_permissions",
                "session_mismatch",
                "unknown_authentication_context",
                "action_required",
            ),
            _STOP,
        ),
        **dict.fromkeys(
            ("feature_not_subscribed", "subscription_required", "resource_access_restricted"),
            _REJECTED,
        ),
    },
    404: {"resource_not_found": _REJECTED, "invalid_resource_identifier": _REJECTED},
    422: {
        "unprocessable_entity": _REJECTED,
        "action_already_performed": _REJECTED,
        "invalid_account": _STOP,
        "limit_exceeded": _STOP,
        "account_configuration_error": _STOP,
    },
    429: {"too_many_requests": _LATER},
    500: {
        "unexpected_error": _UNKNOWN,
        "provider_error": _UNKNOWN,
        "authentication_intent_error": Conclusion(Told.UNKNOWN, stops=True, resend=False),
    },
    501: {"feature_not_implemented": _REJECTED},
    503: dict.fromkeys(
        ("no_client_session", "no_channel", "no_handler", "network_down", "service_unavailable"),
        _LATER,
    ),
    504: {"request_timeout": _UNKNOWN},
}
TYPES = {name: one for names in STATUSES.values() for name, one in names.items()}

# Ways to lose a connection, and whether the edit took effect.
LOST = {
    "close=before-read": False,
    "close=mid-read": False,
    "close=before-edit": False,
    "close=after-edit": True,
    "close=mid-answer": True,
}

# Answers that are not the table's; the last row of it, and what the words around it say.
ODD: dict[str, Conclusion] = {
    "status=400;body=<html>no</html>": _REJECTED,
    "status=402": _REJECTED,
    "status=410;body={}": _REJECTED,
    "status=418;body=[1]": _REJECTED,
    "status=422;body=null": _REJECTED,
    'status=403;body="text"': _REJECTED,
    "status=401;body={": _STOP,
    "status=404;body=<html>not found</html>": _STOP,  # not the API's: the base URL is wrong
    'status=404;body={"type": "errors/of_tomorrow"}': _REJECTED,
    'status=422;body={"type": "errors/of_tomorrow", "title": 7, "detail": []}': _REJECTED,
    'status=400;body={"type": "errors/account_restricted"}': _STOP,
    'status=500;body={"type": "errors/account_restricted"}': Conclusion(Told.UNKNOWN, stops=True),
    "status=408": _UNKNOWN,
    "status=409": _UNKNOWN,
    "status=425": _UNKNOWN,
    "status=500;body=<html>": _UNKNOWN,
    "status=501": _UNKNOWN,
    "status=502;body=bad gateway": _UNKNOWN,
    "status=503;body=<html>busy</html>": _UNKNOWN,  # anyone on the way could say so, after the edit
    "status=504": _UNKNOWN,
    "status=599": _UNKNOWN,
    'status=500;body={"type": "errors/too_many_requests"}': _UNKNOWN,
    'status=503;body={"type": "errors/of_tomorrow"}': _UNKNOWN,
    "status=429": _LATER,
    "object=SomethingElse": Conclusion(Told.UNKNOWN, resend=False),
    "status=200;body=<html>welcome</html>": Conclusion(Told.UNKNOWN, resend=False),
    "status=201": Conclusion(Told.UNKNOWN, resend=False),
    "status=204": Conclusion(Told.UNKNOWN, resend=False),
    "location=http://127.0.0.1:1/stolen": _STOP,
    "status=307;location=/api/v1/users/me/edit": _STOP,
    "error=unprocessable_entity;size=9000000": _REJECTED,
    "status=500;size=9000000": _UNKNOWN,
    "error=provider_error;content-type=text/html": _UNKNOWN,
}
FINE = ("size=9000000", "content-type=text/html", "content-type=application/problem+json", "delay=0.01")
