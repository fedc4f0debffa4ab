"""Owns what the simulator remembers, and the file that carries it over a restart."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reconciler.safefile import open_regular
from reconciler.simulator.errors import Answer
from reconciler.simulator.profile import ENTRY_SECTIONS, FIRST_ID, Profile
from reconciler.values import Plain


@dataclass(slots=True)
class Memory:
    """What an edit can change: profiles, the requests so far, the answer of each idempotency key."""

    profiles: dict[str, Profile] = field(default_factory=dict)
    requests: list[dict[str, Plain]] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    next_id: int = FIRST_ID

    def clear(self) -> None:
        """Forget everything, in place."""
        self.profiles.clear()
        self.requests.clear()
        self.answers.clear()
        self.next_id = FIRST_ID

    def profile(self, account_id: str) -> Profile:
        """Give an account's profile; any account exists and starts empty."""
        return self.profiles.setdefault(account_id, Profile())

    def new_id(self) -> str:
        """Give an id that no entry has."""
        taken = {entry_id for profile in self.profiles.values() for entry_id in profile.ids()}
        while str(self.next_id) in taken:
            self.next_id += 1
        self.next_id += 1
        return str(self.next_id - 1)


def save(path: Path, memory: Memory) -> None:
    """Write the memory durably: it is on disk, whole, when this returns."""
    text = json.dumps(
        {
            "profiles": {account: profile.described() for account, profile in memory.profiles.items()},
            "requests": memory.requests,
            "answers": {key: _written(answer) for key, answer in memory.answers.items()},
            "next_id": memory.next_id,
        },
        indent=1,
        ensure_ascii=False,
    )
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with temporary.open("w", encoding="utf-8", errors="surrogatepass") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def load(path: Path) -> Memory:
    """Read what was saved; nothing saved is an empty memory.

    Raises ValueError for a file that this did not write.
    """
    if not path.exists():
        return Memory()
    try:
        with open(open_regular(str(path), follow=True), encoding="utf-8", errors="surrogatepass") as file:
            found = json.load(file)
        return Memory(
            {account: _profile(profile) for account, profile in found["profiles"].items()},
            found["requests"],
            {key: _read(answer) for key, answer in found["answers"].items()},
            found["next_id"],
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"{path} is not a store of the simulator: {error}") from error


def _profile(found: dict[str, Any]) -> Profile:
    return Profile(
        found["sections"],
        {name: found[name] for name in ENTRY_SECTIONS},
        found["notifications"],
        found["edits"],
    )


def _written(answer: Answer) -> dict[str, Plain]:
    return {
        "status": answer.status,
        "body": answer.body.decode("latin-1"),
        "named": answer.named,
        "content_type": answer.content_type,
        "headers": {**answer.headers},
    }


def _read(found: dict[str, Any]) -> Answer:
    return Answer(**{**found, "body": found["body"].encode("latin-1")})
