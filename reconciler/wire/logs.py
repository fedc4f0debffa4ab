"""Owns the log of the HTTP traffic, on standard error, from which the key is taken out."""

import logging
import sys
from collections.abc import Sequence

from reconciler.wire.redact import hide, hide_identifiers

LOGGERS = ("httpx", "httpcore")


class _Redacted(logging.Formatter):
    def __init__(self, key: str, identifiers: Sequence[str]) -> None:
        super().__init__("%(name)s: %(message)s")
        self._key, self._identifiers = key, identifiers

    def format(self, record: logging.LogRecord) -> str:
        from reconciler.render.terminal import visible

        return visible(hide_identifiers(hide(super().format(record), self._key), self._identifiers))


def enable(key: str, identifiers: Sequence[str]) -> None:
    """Log what httpx and httpcore do; the key and these identifiers, which may become more, never appear."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Redacted(key, identifiers))
    for name in LOGGERS:
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.setLevel(logging.DEBUG)
        logger.propagate = False
