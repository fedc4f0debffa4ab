"""The demo, from a copy of the checkout: what it shows, again and again, and that it leaves nothing running."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    copy = tmp_path / "a check out"
    copy.mkdir()
    for name in ("demo", "profiles", "schemas"):
        shutil.copytree(ROOT / name, copy / name)
    (copy / ".gitignore").write_text(".demo/\n")
    subprocess.run(["git", "init", "--quiet"], cwd=copy, check=True)
    return copy


def _start(checkout: Path) -> "subprocess.Popen[str]":
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environ = {**os.environ, "PATH": path, "HTTP_PROXY": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"}
    return subprocess.Popen(
        ["sh", "demo/run.sh"],
        cwd=checkout,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _is_served(output: str) -> bool:
    (port,) = re.findall(r"POSTPRESS_BASE_URL=http://127\.0\.0\.1:(\d+)/api/v1", output)
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", int(port))) == 0


def _content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("times", [2])
def test_the_demo_shows_the_loop_every_time(checkout: Path, times: int) -> None:
    for _ in range(times):
        with _start(checkout) as started:
            output = started.communicate()[0]
        assert started.returncode == 0, output
        assert "git ignores" not in output  # what it says of a state that nobody is to commit
        shown = [line for line in output.splitlines() if line.startswith("$ ")]
        assert [line.split(" ")[1:3] for line in shown if "reconciler" in line] == [
            ["reconciler", "plan"],
            ["reconciler", "apply"],
            ["reconciler", "plan"],
            ["reconciler", "-v"],
            ["reconciler", "apply"],
            ["reconciler", "plan"],
            *(["reconciler", command] for command in ("drift", "refresh", "plan", "apply", "pull", "plan")),
        ]
        assert re.findall(r"plan: .*", output) == [
            "plan: 2 to add, 14 to set; 5 requests will be sent",
            *["plan: 1 to change; 1 request will be sent"] * 4,
        ]
        outcomes = r"full\.yaml: (\d+ applied|no changes|(?:1 place|headline) changed on LinkedIn|wrote .*)"
        assert re.findall(outcomes, output) == [
            *("16 applied", "no changes"),
            *("1 applied", "no changes"),
            *("1 place changed on LinkedIn", "headline changed on LinkedIn", "1 applied"),
            *("wrote headline", "no changes"),
        ]
        assert "\x1b" not in output
        assert not _is_served(output)


def test_the_demo_touches_nothing_but_its_own_folder(checkout: Path) -> None:
    with _start(checkout) as started:
        started.communicate()
    for name in ("demo", "profiles", "schemas"):
        assert _content(checkout / name) == _content(ROOT / name)
    assert sorted(path.name for path in checkout.iterdir()) == [
        ".demo",
        ".git",
        ".gitignore",
        "demo",
        "profiles",
        "schemas",
    ]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_demo_leaves_no_simulator(checkout: Path, number: signal.Signals) -> None:
    with _start(checkout) as started:
        assert started.stdout is not None
        output = ""
        while "POSTPRESS_API_KEY" not in output:
            output += started.stdout.readline()
        started.send_signal(number)
        started.communicate()
    assert started.returncode == 128 + number
    assert not _is_served(output)
