"""Owns SHA-256. What is small is hashed without OpenSSL: to load that takes as long as to hash a megabyte."""

import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import hashlib

_SMALL = 1 << 20  # bytes
_OPENSSL = "_hashlib"  # is three times as quick once it is loaded


def sha256(content: bytes) -> "hashlib._Hash":
    """Return the SHA-256 of some bytes; `hexdigest` and `digest` give it."""
    found = sha256_of_size(len(content))
    found.update(content)
    return found


def sha256_of_size(size: int) -> "hashlib._Hash":
    """Return a SHA-256 of nothing yet, for so many bytes."""
    built_in = _built_in() if size <= _SMALL and _OPENSSL not in sys.modules else None
    if built_in is not None:
        return built_in
    import hashlib

    return hashlib.sha256()


def _built_in() -> "hashlib._Hash | None":
    """Return Python's own, or None where it has OpenSSL's alone."""
    try:
        found: hashlib._Hash = import_module("_sha2" if sys.version_info >= (3, 12) else "_sha256").sha256()
    except ImportError:
        return None
    return found
