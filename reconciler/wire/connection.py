"""Owns where the API is and what opens it: base URL, key and certificates, from options and the environment."""

import os
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from msgspec import Struct

from reconciler.problem import Problem, WireError
from reconciler.safefile import IrregularError, open_regular
from reconciler.wire.hosts import is_loopback
from reconciler.wire.transport import is_sendable

DEFAULT_BASE_URL = "https://api.postpress.ai/api/v1"
MAX_API_KEY = 4096


class Connection(Struct, frozen=True):
    """How to reach the API; the key is not part of its repr."""

    base_url: str
    api_key: str
    ca_bundle: str | None = None

    def __repr__(self) -> str:
        """Return the connection without its key."""
        return f"Connection({self.base_url!r}, ca_bundle={self.ca_bundle!r})"


def connection(
    base_url: str | None, api_key_file: str | None, ca_bundle: str | None, environ: Mapping[str, str]
) -> Connection:
    """Return the connection. Raises WireError with all that is wrong."""
    problems: list[Problem] = []
    url, key = "", ""
    try:
        url = _checked_url((base_url or environ.get("POSTPRESS_BASE_URL") or DEFAULT_BASE_URL).strip())
    except WireError as error:
        problems.extend(error.problems)
    try:
        key = _checked_key(api_key_file, environ)
    except WireError as error:
        problems.extend(error.problems)
    if ca_bundle is not None and not os.path.isfile(ca_bundle):
        problems.extend(WireError.at(ca_bundle, "there is no such CA bundle", "name a PEM file").problems)
    if problems:
        raise WireError(*problems)
    return Connection(url, key, ca_bundle)


def _checked_url(url: str) -> str:
    if not url.isprintable() or any(map(str.isspace, url)):
        raise WireError.at("--base-url", "this is not a URL: it holds whitespace or a control character", "take it out")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise WireError.at(
            "--base-url", "this is not a URL: it cannot be taken apart", "give one like " + DEFAULT_BASE_URL
        ) from error
    if parts.scheme not in ("http", "https") or not host:
        raise WireError.at(
            "--base-url", f"{_bare(url)!r} is not an http or https URL", "give one like " + DEFAULT_BASE_URL
        )
    if parts.username is not None or parts.password is not None:
        raise WireError.at("--base-url", "a user name or password in the URL is not sent", "take it out")
    if "?" in url or "#" in url:
        raise WireError.at("--base-url", "a base URL has no query and no fragment", "take them out")
    if parts.scheme == "http" and not is_loopback(host):
        raise WireError.at("--base-url", f"plain http to {host} would show the key to the network", "use https")
    if not is_sendable(url):
        raise WireError.at(
            "--base-url", f"nothing can be sent to the host {host!r}", "give a URL like " + DEFAULT_BASE_URL
        )
    return url.rstrip("/")


def _bare(url: str) -> str:
    """Return what should be a URL without all that could be a password."""
    return re.sub(r"[^/]*@", "…@", url)


def _checked_key(file: str | None, environ: Mapping[str, str]) -> str:
    remedy = "set POSTPRESS_API_KEY, or pass --api-key-file FILE"
    if file is not None:
        key, name = _key_from_file(file), file
    else:
        key, name = environ.get("POSTPRESS_API_KEY", ""), "POSTPRESS_API_KEY"
    key = key.strip()
    if not key:
        raise WireError.at(name if file is not None else "", "there is no API key", remedy)
    if len(key) > MAX_API_KEY or not (key.isascii() and key.isprintable()) or " " in key:
        raise WireError.at(name, "this is not an API key: it holds characters that a header cannot", remedy)
    return key


def _key_from_file(path: str) -> str:
    try:
        with open(open_regular(path, follow=True), "rb") as file:
            return file.read(MAX_API_KEY + 2).decode("utf-8", "replace")
    except IrregularError as error:
        raise WireError.at(path, f"the key file is {error.strerror}", "name a regular file") from error
    except OSError as error:
        remedy = "name a file that holds the key" if isinstance(error, FileNotFoundError) else "make it readable"
        raise WireError.at(path, f"the key file cannot be read: {error.strerror}", remedy) from error
