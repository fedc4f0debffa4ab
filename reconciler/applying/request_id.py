"""Owns the id of a request: the same one whenever the same thing would be sent."""

import uuid

from reconciler.planning.plan import Part, Request, TextPart
from reconciler.values import Plain, digest

_NAMESPACE = uuid.UUID("a1f6a2f4-4f2e-5c58-9d0c-3a3d2b0f6c11")


def request_id(request: Request) -> str:
    """Return a UUID made from the parts, so that a later run knows the request again and reuses its key."""
    content: list[Plain] = [list(request.addresses), list(map(_part_content, request.parts))]
    return str(uuid.uuid5(_NAMESPACE, digest(content)))


def _part_content(part: Part) -> Plain:
    if isinstance(part, TextPart):
        return [part.name, part.value]
    return [part.name, part.sent_as, part.sha256, part.content_type]
