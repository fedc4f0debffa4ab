"""Damages files and answers at random, and holds that every command takes them as an error or a success.

`python -m tests.reliability.fuzz FIRST COUNT` runs that many inputs from a seed on, in a process whose memory
is limited: profile, state, plan and rescue files, or with a third word, `reads`, answers of the read endpoints. The
first failure is told with its input, and with the command that plays it again.
"""

import gc
import json
import random
import re
import resource
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from reconciler.cli.main import COMMANDS
from reconciler.simulator.app import Simulator
from reconciler.simulator.errors import Answer
from reconciler.simulator.faults import Fault
from reconciler.simulator.serve import running
from tests.world import World

EXAMPLES = Path(__file__).parents[2] / "profiles"
MEMORY = 200 * 1024 * 1024  # bytes that an input may take beyond what the process had
SLOWER = 20  # times the processor time of a command whose input is not damaged
START_SECONDS = 0.03  # of which this much at least is the start of the process, that is spared here
TRIES = 3

TOKENS = (
    *(b"\x00", b"\xff", b"\xef\xbb\xbf", b"\r", b"\r\n", b"\t", b"\x85", b"\xe2\x80\xa8", b"\x1b[2J", b"\xed\xa0\x80"),
    *(
        b"---\n",
        b"...\n",
        b"%YAML 1.1\n",
        b"%TAG ! x\n",
        b"&a ",
        b"*a",
        b"<<: *a\n",
        b"!!binary ",
        b"!!python/name:os ",
        b"!x ",
    ),
    *(b"null", b"~", b"true", b"NaN", b".inf", b"1e999", b"-0", b"0x1F", b"1_000", b"2001-01-01", b"12:30:45"),
    *(b"9" * 500, b"1" + b"0" * 5000, b"0." + b"0" * 400 + b"1", b"1e-400", b"-1", b"18446744073709551616"),
    *(
        b'""',
        b"[]",
        b"{}",
        b"[",
        b"]",
        b"{",
        b"}",
        b",",
        b":",
        b": ",
        b"- ",
        b"? ",
        b"|\n",
        b">-\n",
        b"'",
        b'"',
        b"\\",
        b"#",
    ),
    *(b"[" * 1000, b"{a: " * 200, b"[" * 1000 + b"]" * 1000, b'{"a":' * 500 + b"1" + b"}" * 500, b"- " * 300),
    *(b'"\\ud800"', b'"\\u0000"', b'"\\u202e"', b'"\\x1b]0;x\\x07"', b"x" * 70000, "é✓𝄞".encode() * 50),
    *(b"../../etc/passwd", b"/dev/zero", b"me.png", b"<<<<<<< HEAD\n", b"=======\n", b">>>>>>> x\n"),
    *(
        b"experience",
        b"education",
        b"headline",
        b"experience.a",
        b"id",
        b"account_id",
        b"value",
        b"pending",
        b"file",
        b"sha256",
    ),
    b"a: &a [x]\nb: &b [*a,*a,*a]\nc: &c [*b,*b,*b]\nd: [*c,*c,*c]\n",
)
SCALAR = re.compile(rb'"(?:[^"\\]|\\.)*"|(?<=: )[^\s{\[|>&*"][^\n,}\]]*|-?\d+(?:\.\d+)?|true|false')


def damaged(base: bytes, draw: random.Random) -> bytes:
    """Damage a text in one to four ways."""
    for _ in range(draw.choice((1, 1, 1, 2, 3, 4))):
        base = draw.choice(DAMAGES)(base, draw)
    return base


def _span(text: bytes, draw: random.Random) -> tuple[int, int]:
    start = draw.randint(0, len(text))
    return start, min(len(text), start + draw.choice((1, 2, 8, 64, 512)))


def _flip(text: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(text) + 1)
    return text[:at] + bytes(byte ^ 1 << draw.randrange(8) for byte in text[at : at + 1]) + text[at + 1 :]


def _delete(text: bytes, draw: random.Random) -> bytes:
    start, end = _span(text, draw)
    return text[:start] + text[end:]


def _duplicate(text: bytes, draw: random.Random) -> bytes:
    start, end = _span(text, draw)
    return text[:end] + text[start:end] * draw.choice((1, 1, 2, 50)) + text[end:]


def _swap(text: bytes, draw: random.Random) -> bytes:
    (a, b), (c, d) = sorted((_span(text, draw), _span(text, draw)))
    return text[:a] + text[c:d] + text[b:c] + text[a:b] + text[d:] if b <= c else text


def _insert(text: bytes, draw: random.Random) -> bytes:
    at = draw.randint(0, len(text))
    return text[:at] + draw.choice(TOKENS) + text[at:]


def _cut(text: bytes, draw: random.Random) -> bytes:
    return text[: draw.randint(0, len(text))]


def _value(text: bytes, draw: random.Random) -> bytes:
    """Replace one scalar by an odd one, or by another of the text."""
    found = list(SCALAR.finditer(text))
    if not found:
        return text
    one, other = draw.choice(found), draw.choice(found)
    return text[: one.start()] + draw.choice((draw.choice(TOKENS), other.group())) + text[one.end() :]


def _line(text: bytes, draw: random.Random) -> bytes:
    """Move, repeat or drop a line, or change how far it is indented."""
    lines = text.split(b"\n")
    at = draw.randrange(len(lines))
    line = lines.pop(at) if draw.random() < 0.7 else lines[at]
    lines.insert(draw.randint(0, len(lines)), draw.choice((line, b"  " + line, line.strip(), b"")))
    return b"\n".join(lines)


ODD: tuple[Any, ...] = (
    *(None, True, 0, -1, 1.5, 1e308, 2**64, 10**300, "", "x", "\x00\x1b[2J", "\u202e", "é\n✓", "1" * 5000),
    *([], {}, [[]], [{}], {"": 1}, {"a.b": 1}, {"file": 1, "sha256": [], "size": "x"}, {"month": "x", "year": None}),
    *({"file": "../x", "sha256": "0", "size": -1}, {"type": "link"}, {"start_date": 1, "end_date": {}}, ["a", 1, None]),
    *("experience.a", "experience", "education.a.b", "headline.x", "create", "blocked", "move", "2026-01-02T03:04:05Z"),
)


def _tree(text: bytes, draw: random.Random) -> bytes:
    """Damage JSON and leave it JSON: a value replaced, dropped, doubled under another name, or put elsewhere."""
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError):
        return _value(text, draw)
    places = list(_places(tree))
    if not places:
        return text
    for _ in range(draw.choice((1, 1, 2, 3))):
        above, name = draw.choice(places)
        other, another = draw.choice(places)
        if not (name in above if isinstance(above, dict) else name < len(above)):
            continue
        match draw.choice(("odd", "odd", "drop", "name", "elsewhere")):
            case "odd":
                above[name] = draw.choice(ODD)
            case "drop":
                del above[name]
            case "name" if isinstance(above, dict):
                above[draw.choice(("x", "", "a.b", "experience.a", "headline", "id", "value"))] = above.pop(name)
            case _:
                if another in other if isinstance(other, dict) else another < len(other):
                    above[name] = json.loads(json.dumps(other[another]))
    return json.dumps(tree, indent=1).encode()


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - JSON
    """Give every place of a tree, as what holds it and its name or number there."""
    names = list(tree) if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ()
    for name in names:
        yield tree, name
        yield from _places(tree[name])


DAMAGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    *(_flip, _delete, _duplicate, _swap, _insert, _insert, _cut, _value, _value, _value, _line),
    *(_tree, _tree, _tree, _tree, _tree),
)


class DamagedWorld(World):
    """Does not hold what is printed against the schemas: a damaged state shows what no schema knows."""

    def _check_json(self, arguments: tuple[str, ...], code: int, out: str) -> None:
        pass


@dataclass
class Fuzz:
    """A world with a profile, a state and a plan that are whole, to be damaged one at a time."""

    here: World
    profile: bytes = b""
    state: bytes = b""
    plan: bytes = b""
    rescue: bytes = b""
    fresh: list[Any] = field(default_factory=list)
    seconds: dict[tuple[str, ...], float] = field(default_factory=dict)
    codes: Counter[str] = field(default_factory=Counter)

    def prepare(self) -> None:
        """Apply an example, let things be forgotten, unknown and in doubt, and plan a change of everything."""
        shutil.copytree(EXAMPLES, self.here.folder, dirs_exist_ok=True)
        self.here.name = "full.yaml"
        path = self.here.folder / self.here.name
        before = path.read_text(encoding="utf-8")
        self._seed_ids(before)
        assert self.here.apply().code in (0, 1)
        state = json.loads(self.here.state_path.read_bytes())
        state.pop("source", None)
        for record in state["sections"].values():
            record["applied_at"] = "2026-01-02T03:04:05Z"  # so that what a read shows otherwise is believed
        state["forgotten"]["experience.gone"] = {
            "value": {"role": "Cook", "company": "A kitchen"},
            "forgotten_at": "2026-01-02T03:04:05Z",
        }
        state["pending"] = [
            pending("headline", "x"),
            pending("experience.lost", {"role": "Guest", "company": "A house"}),
        ]
        self.state = json.dumps(state, indent=2, sort_keys=True).encode()
        rescued = {**state, "serial": state["serial"] + 1, "write": "w", "pending": []}
        self.rescue = json.dumps(rescued, indent=2, sort_keys=True).encode()
        after = re.sub(r"(?m)^headline: .*$", "headline: Something else", before)
        after = after.replace("role: Head of Scheduling", "role: Chief of Scheduling")
        self.profile = after.replace(
            "\nexperience:\n", "\nexperience:\n  new: {role: Pilot, company: A port}\n"
        ).encode()
        self.reset()
        (self.here.folder / "plan.json").unlink()
        done = self.here.cli("plan", self.here.name, "--out", "plan.json")
        assert done.code == 0, done.err
        self.plan = (self.here.folder / "plan.json").read_bytes()
        self.fresh = [request["parts"] for request in json.loads(self.plan)["requests"]]
        assert self.fresh
        for lines in COMMAND_LINES.values():
            for words in lines:
                self.seconds[words] = min(self._undamaged(words) for _ in range(3))

    def _seed_ids(self, text: str) -> None:
        from reconciler.simulator.profile import seeded

        account = re.search(r"(?m)^account_id: *(\S+)", text)
        assert account is not None
        parts = dict(zip(("experience", "education"), text.split("\neducation:\n"), strict=True))
        ids = {name: re.findall(r'\n    id: "(\d+)"', part) for name, part in parts.items()}
        seed: dict[str, Any] = {name: [{"id": one} for one in some] for name, some in ids.items()}
        self.here.simulator.memory.profiles[account[1]] = seeded(seed, self.here.simulator.memory.new_id)

    def reset(self) -> None:
        """Put everything back as it was."""
        (self.here.folder / self.here.name).write_bytes(self.profile)
        self.here.state_path.write_bytes(self.state)
        (self.here.folder / "plan.json").write_bytes(self.plan)
        (self.here.folder / "rescue.json").write_bytes(self.rescue)
        self.here.simulator.memory.requests.clear()

    def damage_an_answer(self, seed: int) -> None:
        """Damage the answer to one read, run one command that reads, and hold what has to hold."""
        draw = random.Random(seed)  # noqa: S311 - to be repeatable, not secret
        words, place = draw.choice(READING), draw.randrange(2)
        faults = self.here.simulator.faults
        self.reset()
        faults.queue[:] = [Fault()] * place + [Damaged(draw)]
        done, _ = self._timed(words)
        faults.clear()
        self.codes[f"{words[0]} {done.code}"] += 1
        assert done.code in (0, 1, 2, 3, 64), done
        for shown in (done.out + done.err, self.here.state_path.read_text("utf-8")):
            for word in ("Traceback", "internal error", "sim.ulated@example.com", "\x1b", "\u202e"):
                assert word not in shown, done
        if "json" in words and done.code != 1:
            json.loads(done.out)
        assert self.here.cli("validate", self.here.name).code == 0
        assert self.here.cli("state", "list", "--profile", self.here.name).code == 0
        assert self.here.sent() == []

    def damage_a_file(self, seed: int) -> None:
        """Damage one file, run one command, and hold what has to hold."""
        draw = random.Random(seed)  # noqa: S311 - to be repeatable, not secret
        kind = draw.choice(list(COMMAND_LINES))
        words = draw.choice(COMMAND_LINES[kind])
        text = damaged(getattr(self, kind), draw)
        target = {"profile": self.here.name, "state": self.here.state_path.name, "plan": "plan.json"}
        name = target.get(kind, "rescue.json")
        left = TRIES
        while True:
            self.reset()
            (self.here.folder / name).write_bytes(text)
            done, seconds = self._timed(words)
            if seconds <= SLOWER * (START_SECONDS + self.seconds[words]):
                break
            left -= 1
            assert left, f"{seconds:.2f} s, {self.seconds[words]:.4f} s undamaged"
        self.codes[f"{words[0]} {done.code}"] += 1
        assert done.code in (0, 1, 2, 3, 64), done
        assert "Traceback" not in done.out + done.err, done
        assert "internal error" not in done.out + done.err, done
        if "json" in words:
            json.loads(done.out)
        if kind == "plan":
            sent = [one["parts"][2:] for one in self.here.sent()]
            assert len(sent) <= len(self.fresh), sent
            for parts, planned in zip(sent, self.fresh, strict=False):
                assert [part["name"] for part in parts] == [one["name"] for one in planned[2:]], parts
                assert [part.get("value") for part in parts] == [one.get("value") for one in planned[2:]], parts

    def _undamaged(self, words: tuple[str, ...]) -> float:
        self.reset()
        return self._timed(words)[1]

    def _timed(self, words: tuple[str, ...]) -> tuple[Any, float]:
        begun = time.thread_time()
        done = self.here.cli(*(self.here.name if word == "PROFILE" else word for word in words))
        return done, time.thread_time() - begun


@dataclass(frozen=True)
class Damaged(Fault):
    """Sends the answer of a read, damaged."""

    draw: random.Random = field(default_factory=random.Random)

    def __init__(self, draw: random.Random) -> None:
        """Take what the damage is drawn from."""
        super().__init__()
        object.__setattr__(self, "draw", draw)

    def answer(self, own: Answer | None, now: datetime) -> Answer | None:
        """Return the answer, with another body."""
        del now
        assert own is not None
        body = json.dumps(json.loads(own.body), indent=1).encode()
        damage = _tree if self.draw.random() < 0.7 else damaged  # JSON of another shape is harder than what is none
        return replace(own, body=damage(body, self.draw))


def pending(address: str, value: object) -> dict[str, Any]:
    return {
        "request": address,
        "idempotency_key": "k",
        "addresses": [address],
        "sections": {address: {"value": value}},
        "sent_at": "2026-01-02T03:04:05Z",
    }


APPLY = ("apply", "PROFILE", "--auto-approve", "--first-apply")
COMMAND_LINES: dict[str, tuple[tuple[str, ...], ...]] = {
    "profile": (
        ("validate", "PROFILE"),
        ("validate", "PROFILE", "--format", "json"),
        ("plan", "PROFILE"),
        ("plan", "PROFILE", "--format", "json"),
        ("plan", "PROFILE", "--format", "markdown"),
        APPLY,
    ),
    "state": (
        ("plan", "PROFILE"),
        ("plan", "PROFILE", "--format", "json"),
        ("plan", "PROFILE", "--format", "markdown"),
        ("state", "list", "--profile", "PROFILE"),
        ("state", "show", "--profile", "PROFILE"),
        ("state", "show", "--profile", "PROFILE", "--format", "json"),
        ("state", "accept", "headline", "--profile", "PROFILE"),
        ("state", "accept", "--profile", "PROFILE"),
        ("state", "resolve", "experience.lost", "--applied", "--profile", "PROFILE"),
        ("state", "mv", "experience.gone", "experience.back", "--profile", "PROFILE"),
        ("state", "rm", "experience.gone", "--profile", "PROFILE"),
        APPLY,
    ),
    "plan": (
        ("show", "plan.json"),
        ("show", "plan.json", "--format", "json"),
        ("show", "plan.json", "--format", "markdown"),
        ("apply", "plan.json"),
    ),
    "rescue": (("state", "restore", "rescue.json", "--profile", "PROFILE"),),
}
READING: tuple[tuple[str, ...], ...] = (
    ("refresh", "PROFILE", "--again"),
    ("drift", "PROFILE", "--again"),
    ("drift", "PROFILE", "--again", "--format", "json"),
    ("drift", "PROFILE", "--again", "--format", "markdown"),
    ("pull", "--profile", "PROFILE", "--again"),
    ("pull", "experience", "education", "--profile", "PROFILE", "--again"),
)
if "fmt" in COMMANDS and (Path(__file__).parents[2] / "reconciler/cli/fmt_.py").exists():
    COMMAND_LINES["profile"] += (("fmt", "PROFILE"),)


def main(first: int, count: int, what: str = "files") -> None:
    """Run inputs; print how often each command ended how."""
    simulator = Simulator()
    with tempfile.TemporaryDirectory() as folder, running(simulator) as base_url:
        fuzz = Fuzz(DamagedWorld(Path(folder), simulator, base_url))
        fuzz.here.environ["XDG_CACHE_HOME"] = f"{folder}/cache"
        fuzz.prepare()
        limit_memory()
        for seed in range(first, first + count):
            try:
                fuzz.damage_an_answer(seed) if what == "reads" else fuzz.damage_a_file(seed)
            except BaseException as error:
                error.add_note(f"reproduce with: python -m tests.reliability.fuzz {seed} 1 {what}")
                raise
        print(json.dumps({"inputs": count, **dict(sorted(fuzz.codes.items()))}))  # noqa: T201 - a program


def limit_memory() -> None:
    """Let this process grow by so much and no more."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    limit = pages * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
