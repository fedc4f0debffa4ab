"""The command line as a process of its own, for what only processes can show: locks, signals, terminals."""

import os
import subprocess
import sys
from pathlib import Path

from tests.world import World

COMMAND = [sys.executable, "-m", "reconciler"]
APPLY = ("apply", "--auto-approve", "--first-apply")


def environment(here: World, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "GITHUB_ACTIONS"}
    return {**kept, "POSTPRESS_API_KEY": "pp_live_secret", "POSTPRESS_BASE_URL": here.base_url, **more}


def start(here: World, *arguments: str, folder: Path | None = None) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=folder or here.folder,
        env=environment(here),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
