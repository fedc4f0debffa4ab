"""Owns the log of the HTTP traffic, on standard error, from which the key is taken out."""

import logging
import sys

from reconciler.wire.redact import hide

LOGGERS = ("httpx", "httpcore")


class _Redacted(logging.Formatter):
    def __init__(self, key: str) -> None:
        super().__init__("%(name)s: %(message)s")
        self._key = key

    def format(self, record: logging.LogRecord) -> str:
        from reconciler.render.terminal import visible

        return visible(hide(super().format(record), self._key))


def enable(key: str) -> None:
    """Log what httpx and httpcore do; `key` never appears."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Redacted(key))
    for name in LOGGERS:
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.setLevel(logging.DEBUG)
        logger.propagate = False
