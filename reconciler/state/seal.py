"""Owns the digest by which a state file tells that it is as it was written; it imports nothing heavy.

It is of the file's bytes without its member `source`, which holds it. So a file that was edited, even in its layout,
is not taken for one that was written; and one that is as it was written need not be parsed to know that it is sound.
"""

import re

from reconciler.digests import sha256

_SOURCE = re.compile(
    rb"""
    \n[ ]{2}"source":[ ]\{
    \n[ ]{4}"files":[ ](?P<files>\{\} | \{ (?:\n[ ]{6}"(?:[^"\\\x00-\x1f]|\\.)+":[ ]"[0-9a-f]{64}",?)+ \n[ ]{4}\}),
    \n[ ]{4}"profile":[ ]"(?P<profile>[0-9a-f]{64})",
    \n[ ]{4}"sections":[ ]"(?P<sections>[0-9a-f]{64})",
    \n[ ]{4}"tool_version":[ ]"(?P<tool_version>[^"\\]*)"
    \n[ ]{2}\},
    """,
    re.VERBOSE,
)
_BEGIN = b'\n  "source": {'
_VERSION = '\n  "version": '


def seal(text: bytes) -> str:
    """Return the digest of the text of a state without `source`."""
    return sha256(text).hexdigest()


def with_source(text: str, source: str) -> str:
    """Return the text of a state with its `source`, as JSON indented by two, where it belongs by the order of keys."""
    before, version, after = text.rpartition(_VERSION)
    indented = source.replace("\n", "\n  ")
    return f'{before}\n  "source": {indented},{version}{after}'


def unsealed(text: bytes) -> tuple[re.Match[bytes], bytes]:
    """Return the `source` of a state's text, as a match with its members as groups, and the text without it.

    Raises ValueError where there is none, or where the file is not as it was written.
    """
    source = _SOURCE.match(text, text.rfind(_BEGIN))
    if source is None:
        raise ValueError
    rest = text[: source.start()] + text[source.end() :]
    if seal(rest) != source["sections"].decode("ascii"):
        raise ValueError
    return source, rest
