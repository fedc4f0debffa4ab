"""Owns the rules about links: that strangers can open them, safely."""

import re
from collections.abc import Iterator

from reconciler.lint.rule import CITED, Judged
from reconciler.problem import Problem
from reconciler.profile.source import shortened
from reconciler.values import Path

_PRIVATE_ENDS = ("localhost", "local", "localdomain", "internal", "intranet", "lan", "corp", "home", "home.arpa")
_ADDRESS = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)|.*:.*")  # a host that ends in a number is read as an address


def insecure(judged: Judged) -> Iterator[Problem]:
    """Find a link that is not encrypted."""
    for path, url in urls(judged):
        if url.lower().startswith("http://"):
            better = f"https{url[4:]}"
            yield judged.document.problem(path, "the link is http", f"write {shortened(better, CITED)}, if it opens")


def private(judged: Judged) -> Iterator[Problem]:
    """Find a link to a host that only its own network knows."""
    for path, url in urls(judged):
        host = host_of(url)
        if host and _is_private(host):
            message = f"the host {shortened(host, CITED)} is known in its own network alone"
            yield judged.document.problem(path, message, "name one that everybody can reach")


def urls(judged: Judged) -> Iterator[tuple[Path, str]]:
    """Return the links of a profile."""
    for path, field, value in judged.subject.fields:
        if field.name == "url" and isinstance(value, str):
            yield path, value


def host_of(url: str) -> str:
    """Return the host of a link, in lower case; empty where it has none."""
    from urllib.parse import urlsplit

    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def is_below(host: str, allowed: str) -> bool:
    """Tell whether a host is another, or lies below it."""
    return host == allowed or host.endswith(f".{allowed}")


def _is_private(host: str) -> bool:
    if any(is_below(host, end) for end in _PRIVATE_ENDS):
        return True
    if _ADDRESS.fullmatch(host) is None:
        return "." not in host
    from ipaddress import ip_address

    try:
        return not ip_address(host).is_global
    except ValueError:  # another way to write a number, which nobody uses for a public address
        return True
