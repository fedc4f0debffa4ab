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
    """What an edit can change: profiles, the requests so far, the answer of each idempotency key.

    `earlier` is what reads still show of an account, and until when: it is not kept over a restart.
    """

    profiles: dict[str, Profile] = field(default_factory=dict)
    requests: list[dict[str, Plain]] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    next_id: int = FIRST_ID
    reads: list[dict[str, Plain]] = field(default_factory=list)
    earlier: dict[str, list[tuple[float, dict[str, Plain]]]] = field(default_factory=dict)

    def clear(self) -> None:
        """Forget everything, in place."""
        self.profiles.clear()
        self.requests.clear()
        self.answers.clear()
        self.reads.clear()
        self.earlier.clear()
        self.next_id = FIRST_ID

    def profile(self, account_id: str) -> Profile:
        """Return an account's profile; any account exists and starts empty."""
        return self.profiles.setdefault(account_id, Profile())

    def show_until(self, account_id: str, until: float, described: dict[str, Plain]) -> None:
        """Let reads show a profile as it was, until some time."""
        self.earlier.setdefault(account_id, []).append((until, described))

    def visible(self, account_id: str, now: float) -> dict[str, Plain]:
        """Return what reads show of an account's profile."""
        kept = [(until, described) for until, described in self.earlier.get(account_id, []) if until > now]
        self.earlier[account_id] = kept
        return kept[0][1] if kept else self.profile(account_id).described()

    def new_id(self) -> str:
        """Return an id that no entry has."""
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
            "reads": memory.reads,
            "answers": {key: _answer_as_json(answer) for key, answer in memory.answers.items()},
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
            {key: _answer_from_json(answer) for key, answer in found["answers"].items()},
            found["next_id"],
            found["reads"],
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


def _answer_as_json(answer: Answer) -> dict[str, Plain]:
    return {
        "status": answer.status,
        "body": answer.body.decode("latin-1"),
        "named": answer.named,
        "content_type": answer.content_type,
        "headers": {**answer.headers},
    }


def _answer_from_json(found: dict[str, Any]) -> Answer:
    return Answer(**{**found, "body": found["body"].encode("latin-1")})
