"""Owns what is remembered of an account between runs beside its state: in the user's cache, lost without harm.

It holds when LinkedIn was last read, since when a read does not show what was expected, the titles of ids, and digests
of the entries that state knew last. The account's name is not in it, and not in the file's name.
"""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import TypeVar

from msgspec import Struct, field
from msgspec.structs import asdict

from reconciler.decode import (
    DamageError,
    Fields,
    mapping,
    optional_text_at,
    read_json,
    text,
    text_at,
    texts_at,
    whole_at,
)
from reconciler.digests import sha256
from reconciler.safefile import open_regular, write_new
from reconciler.values import Plain

T = TypeVar("T")
MAX_CACHE = 4 * 1024 * 1024
MAX_TITLES = 5_000  # of one kind, and searches; the oldest go first


class Latest(Struct, frozen=True):
    """The state that an apply on this machine wrote last: its lineage, serial and write id, and digests of entries."""

    lineage: str
    serial: int
    write: str
    entries: tuple[str, ...]


class Remembered(Struct, frozen=True):
    """What is remembered of one account.

    `titles` are of ids, by kind: LOCATION, and so on; `searches` the ids that were found for some words, by both.
    """

    read_at: str | None = None
    absent: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    titles: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    searches: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    latest: Latest | None = None


def cache_path(account_id: str) -> str:
    """Return the path of what is remembered of an account."""
    from platformdirs import user_cache_dir

    name = sha256(account_id.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return os.path.join(user_cache_dir("reconciler", appauthor=False), f"{name}.json")


def recall(account_id: str) -> Remembered:
    """Return what is remembered of an account; nothing where the file is gone, damaged or another's."""
    try:
        descriptor = open_regular(cache_path(account_id), follow=False)
        with open(descriptor, "rb") as file:
            content = file.read(MAX_CACHE + 1)
        return _remembered(mapping(read_json(content.decode()), "the file"))
    except (OSError, ValueError, DamageError):
        return Remembered()


def remember(account_id: str, remembered: Remembered) -> None:
    """Write what is remembered, for the user's eyes alone; a cache that cannot be written is none."""
    path = cache_path(account_id)
    value = {
        "read_at": remembered.read_at,
        "absent": dict(remembered.absent),
        "titles": {kind: _newest(titles) for kind, titles in remembered.titles.items()},
        "searches": {words: list(ids) for words, ids in _newest(remembered.searches).items()},
        "latest": None if remembered.latest is None else asdict(remembered.latest),
    }
    content = json.dumps({name: below for name, below in value.items() if below}, ensure_ascii=False).encode()
    temporary = f"{path}.{os.getpid()}.tmp"
    with suppress(OSError):
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with suppress(FileNotFoundError):
            os.unlink(temporary)
        write_new(temporary, content)
        os.rename(temporary, path)


def _newest(values: Mapping[str, T]) -> dict[str, T]:
    return dict(list(values.items())[-MAX_TITLES:])


def _remembered(fields: Fields) -> Remembered:
    titles = mapping(fields.get("titles", {}), "titles")
    searches = mapping(fields.get("searches", {}), "searches")
    return Remembered(
        optional_text_at(fields, "read_at"),
        _texts(fields.get("absent", {}), "absent"),
        {kind: _texts(of_kind, kind) for kind, of_kind in titles.items()},
        {words: texts_at(searches, words) for words in searches},
        _latest(mapping(fields["latest"], "latest")) if "latest" in fields else None,
    )


def _latest(fields: Fields) -> Latest:
    times = text_at(fields, "lineage"), whole_at(fields, "serial"), text_at(fields, "write")
    return Latest(*times, texts_at(fields, "entries"))


def _texts(value: Plain, name: str) -> Mapping[str, str]:
    return {key: text(below, name, empty=True) for key, below in mapping(value, name).items()}
