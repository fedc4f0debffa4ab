"""Completion in zsh and fish themselves: what a line becomes when Tab is pressed."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from reconciler.app.cache import cache_path
from tests.reliability.processes import COMMAND, environment
from tests.world import ACCOUNT, World

# zsh completes only where somebody types. So one zsh types into another, which has a function in place of the command,
# and prints the words that it would have run.
ZSH = r"""
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z 'PS1= PS2= RPS1=; unsetopt zle_bracketed_paste; autoload -Uz compinit; compinit -u -D'
zpty -w z 'eval "$(command reconciler completion zsh)"; reconciler() { print -r -- "r""an:${(j: :)@}:end" }'
for line in "$@"; do
    zpty -w z "reconciler $line"$'\t'
    zpty -r z out '*ran:*:end*'
    print -r -- "${${out##*ran:}%%:end*}"
done
"""
FISH = r"""
reconciler completion fish | source
for line in $argv
    complete --do-complete "reconciler $line" | string join ' · '; or true
end
"""
LINES = {
    "va": ("validate", "validate\tReport every problem of a profile, with its place."),
    "state rm experience.b": ("state rm experience.bank", "experience.bank"),
    "plan --target h": ("plan --target headline", "headline"),
    "plan pro": ("plan profile.yaml", "profile.yaml"),
    "plan --out pro": ("plan --out profile.yaml", "profile.yaml"),
    "-C el": ("-C elsewhere", "elsewhere/\tDirectory"),
    "plan --format m": ("plan --format markdown", "markdown"),
    "lookup location paris": ("lookup location 77", "77\tParis, $(touch no)\\x1b[2J: `touch no`"),
}


def typed(here: World, *command: str | Path) -> list[str]:
    """Run a shell that finds the command, and give its lines."""
    folder = Path(COMMAND[0]).parent
    environ = environment(
        here,
        PATH=f"{folder}{os.pathsep}{os.environ['PATH']}",
        HOME=str(here.folder),
        XDG_CACHE_HOME=str(here.folder / "cache"),
        TERM="xterm",
        LC_ALL="C.UTF-8",
    )
    done = subprocess.run(command, cwd=here.folder, env=environ, capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr == ""
    assert not (here.folder / "no").exists()
    return done.stdout.splitlines()


@pytest.fixture
def there(here: World) -> World:
    here.write({"headline": "h", "experience": {"acme": {}, "bank": {}}})
    (here.folder / "elsewhere").mkdir()
    cache = here.folder / "cache" / "reconciler" / Path(cache_path(ACCOUNT)).name
    cache.parent.mkdir(parents=True)
    titles = {"77": "Paris, $(touch no)\x1b[2J: `touch no`", "9": "Lyon"}
    cache.write_text(json.dumps({"titles": {"LOCATION": titles}}), encoding="utf-8")
    return here


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
def test_zsh_completes(there: World) -> None:
    found = typed(there, "zsh", "-f", "-c", ZSH, "zsh", *LINES)
    assert dict(zip(LINES, found, strict=True)) == {line: whole for line, (whole, _) in LINES.items()}


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
def test_fish_completes(there: World) -> None:
    found = typed(there, "fish", "--no-config", "--command", FISH, *LINES)
    assert dict(zip(LINES, found, strict=True)) == {line: shown for line, (_, shown) in LINES.items()}
