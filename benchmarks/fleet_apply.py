"""Measure an apply of many profiles against a bare httpx client, at a server that takes 50 ms for a request.

In each round the bare client sends as many requests as there are profiles, from as many threads, and an apply of all
of them does; each request has a connection of its own. What is compared is requests a second: of the apply, a whole
process with planning, locks and durable saves, over those of the bare client, or over what the server would ideally let
through. It fails where a median is below what docs/fleet.md promises.
"""

import argparse
import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import httpx

ROOT = Path(__file__).parents[1]
TAKES = 0.05  # seconds that the server takes
MANY, FEW = 50, 10
PROFILES = 400
ROUNDS = 3
OF_BARE = 0.20  # of the bare client's requests a second, with MANY at a time
OF_IDEAL = 0.40  # of what FEW at a time could be at this server
TMPFS = "/dev/shm"  # noqa: S108 - a folder of our own is made in it
_ANSWER = b'{"object": "ProfileEdited"}'
_LENGTH = re.compile(rb"content-length: *([0-9]+)", re.IGNORECASE)


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read one request, take the time, answer, and close."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        await reader.readexactly(int(length[1]) if length else 0)
        await asyncio.sleep(TAKES)
        start = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n"
        writer.write(start + b"content-length: %d\r\n\r\n" % len(_ANSWER) + _ANSWER)
        await writer.drain()
    except (OSError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


async def _serve() -> None:
    server = await asyncio.start_server(_answer, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


@contextmanager
def slow_server() -> Iterator[str]:
    """Give the base URL of the server, a process of its own."""
    process = subprocess.Popen([sys.executable, __file__, "--serve"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/api/v1"
    finally:
        process.terminate()
        process.wait()


def bare(base_url: str, threads: int, requests: int) -> float:
    """Return the requests a second of a bare client: as large as those of an apply, one connection each."""
    limits = httpx.Limits(max_keepalive_connections=0)
    parts = {"type": (None, "LINKEDIN"), "account_id": (None, "acc_00001"), "headline": (None, "round 1")}
    with httpx.Client(limits=limits, timeout=60) as client, ThreadPoolExecutor(threads) as pool:

        def send(_: int) -> int:
            return client.patch(f"{base_url}/users/me/edit", files=parts, headers={"X-API-KEY": "k"}).status_code

        began = time.perf_counter()
        answers = list(pool.map(send, range(requests)))
    assert set(answers) == {200}
    return requests / (time.perf_counter() - began)


@dataclass
class Fleet:
    """A folder of profiles of the long example, each with its state."""

    folder: Path
    base_url: str
    command: list[str]

    def make(self, profiles: int) -> None:
        """Write the profiles, and states that know all that they say."""
        shutil.copytree(ROOT / "profiles" / "files", self.folder / "files")
        text = (ROOT / "profiles" / "full.yaml").read_text("utf-8")
        (self.folder / "one.yaml").write_text(text, "utf-8")
        self.run("state", "accept", "--all", "--profile", "one.yaml")
        state = json.loads((self.folder / "one.state.json").read_text("utf-8"))
        account = state["account_id"]
        state.pop("source", None)
        for number in range(profiles):
            mine = f"acc_{number:05}"
            (self.folder / f"p{number:05}.yaml").write_text(text.replace(account, mine), "utf-8")
            state["account_id"] = mine
            (self.folder / f"p{number:05}.state.json").write_text(json.dumps(state, indent=2), "utf-8")
        (self.folder / "one.yaml").unlink()
        (self.folder / "one.state.json").unlink()

    def change(self, number: int) -> None:
        """Change the headline of each."""
        for path in self.folder.glob("p*.yaml"):
            path.write_text(
                re.sub(r"(?m)^headline: .*$", f"headline: round {number}", path.read_text("utf-8")), "utf-8"
            )

    def run(self, *arguments: str) -> float:
        """Run a command, and return the seconds that it took."""
        environ = {**os.environ, "POSTPRESS_BASE_URL": self.base_url, "POSTPRESS_API_KEY": "k"}
        environ.pop("GITHUB_ACTIONS", None)
        began = time.perf_counter()
        done = subprocess.run(
            [*self.command, *arguments], cwd=self.folder, env=environ, check=False, capture_output=True, text=True
        )
        took = time.perf_counter() - began
        if done.returncode:
            raise SystemExit(f"reconciler {' '.join(arguments)}: exit {done.returncode}\n{done.stderr[-2000:]}")
        return took

    def apply(self, profiles: int, parallel: int) -> float:
        """Apply all, and return the requests a second."""
        return profiles / self.run("apply", ".", "--auto-approve", "--first-apply", "--parallel", str(parallel))


def measure(profiles: int, rounds: int) -> dict[str, float]:
    """Return the medians: of each rate, and of the two ratios that are promised."""
    fast = TMPFS if os.path.isdir(TMPFS) and os.access(TMPFS, os.W_OK) else None
    rates: dict[str, list[float]] = {"bare": [], "many": [], "few": [], "of bare": [], "of ideal": []}
    with tempfile.TemporaryDirectory(dir=fast) as place, slow_server() as base_url:
        fleet = Fleet(Path(place), base_url, [sys.executable, "-m", "reconciler"])
        fleet.make(profiles)
        for number in range(rounds):
            bare_rate = bare(base_url, MANY, profiles)
            fleet.change(2 * number)
            many = fleet.apply(profiles, MANY)
            fleet.change(2 * number + 1)
            few = fleet.apply(profiles, FEW)
            found = (bare_rate, many, few, many / bare_rate, few / (FEW / TAKES))
            for name, rate in zip(rates, found, strict=True):
                rates[name].append(rate)
    return {name: median(found) for name, found in rates.items()}


def main() -> int:
    """Measure, print, and return 1 where a promise is not kept."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--profiles", type=int, default=PROFILES, help="how many (%(default)s)")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often each is measured (%(default)s)")
    given = parser.parse_args()
    if given.serve:
        asyncio.run(_serve())
        return 0
    threading.stack_size(512 * 1024)
    found = measure(given.profiles, given.rounds)
    print(f"a bare client, {MANY} at a time: {found['bare']:.0f} requests/s")
    print(f"apply --parallel {MANY}: {found['many']:.0f} requests/s, {found['of bare']:.0%} of that (≥ {OF_BARE:.0%})")
    ideal = FEW / TAKES
    few, share = found["few"], found["of ideal"]
    print(f"apply --parallel {FEW}: {few:.0f} requests/s, {share:.0%} of {ideal:.0f} (≥ {OF_IDEAL:.0%})")
    return int(found["of bare"] < OF_BARE or found["of ideal"] < OF_IDEAL)


if __name__ == "__main__":
    sys.exit(main())
