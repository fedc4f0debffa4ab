"""Owns the name of a request: the same one whenever the same thing would be sent."""

import uuid

from reconciler.planning.plan import Request, TextPart
from reconciler.values import Plain, digest

_NAMESPACE = uuid.UUID("a1f6a2f4-4f2e-5c58-9d0c-3a3d2b0f6c11")


def request_id(request: Request) -> str:
    """Derive a UUID from the parts, so that a later run knows the request again and reuses its key."""
    parts: list[Plain] = [
        [one.name, one.value] if isinstance(one, TextPart) else [one.name, one.sent_as, one.sha256, one.content_type]
        for one in request.parts
    ]
    return str(uuid.uuid5(_NAMESPACE, digest([list(request.addresses), parts])))
