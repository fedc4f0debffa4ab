"""A folder with a profile, a simulator as the API, and the command line between them."""

import contextlib
import io
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft7Validator, Registry

from reconciler.cli.main import main
from reconciler.simulator.app import Simulator
from reconciler.simulator.serve import running

ACCOUNT = "acc_1"
EXIT_USAGE = 64
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


SCHEMAS = Path(__file__).parents[1] / "schemas"


@cache
def _validator(name: str) -> Draft7Validator:
    schemas = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in SCHEMAS.iterdir()}
    return Draft7Validator(schemas[f"{name}.schema.json"], registry=Registry([*schemas.items()]))


def hold(name: str, value: Any) -> None:  # noqa: ANN401 - any JSON
    """Hold that a value is what the schema of that name says."""
    wrong = [f"{error.instance_path}: {error.message[:300]}" for error in _validator(name).iter_errors(value)]
    assert not wrong, wrong


def written(value: Any, indent: int | None = None) -> str:  # noqa: ANN401 - any JSON
    """Write a value as a profile holds it: letters as they are, what ends a line in YAML 1.1 alone by its number."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return re.sub("[\x85\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", text)


@dataclass
class Done:
    code: int
    out: str
    err: str


@dataclass
class World:
    folder: Path
    simulator: Simulator
    base_url: str
    name: str = "profile.yaml"
    extra: list[str] = field(default_factory=list)
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def state_path(self) -> Path:
        return self.folder / (Path(self.name).stem + ".state.json")

    def write(self, profile: dict[str, Any]) -> None:
        whole = {"type": "LINKEDIN", "account_id": ACCOUNT, **profile}
        (self.folder / self.name).write_text(written(whole, indent=1), encoding="utf-8")

    def write_text(self, text: str) -> None:
        (self.folder / self.name).write_text(text, encoding="utf-8")

    def cli(self, *arguments: str) -> Done:
        out, err = io.StringIO(), io.StringIO()
        before, environ = Path.cwd(), dict(os.environ)
        os.environ.update(POSTPRESS_BASE_URL=self.base_url, POSTPRESS_API_KEY="pp_live_secret")
        os.environ.pop("GITHUB_ACTIONS", None)
        os.environ.update(self.environ)
        os.chdir(self.folder)
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = main(list(arguments))
        finally:
            os.chdir(before)
            os.environ.clear()
            os.environ.update(environ)
        self._check_json(arguments, code, out.getvalue())
        return Done(code, out.getvalue(), err.getvalue())

    def _check_json(self, arguments: tuple[str, ...], code: int, out: str) -> None:
        """Hold that all that is printed as JSON, and every plan saved, is what its schema says.

        `show` prints what somebody put into a file.
        """
        for option, name in pairwise(arguments):
            if (option, name) == ("--format", "json") and "apply" in arguments:
                for line in out.splitlines():
                    hold("apply-events", json.loads(line))
            elif (option, name) == ("--format", "json") and "state" in arguments:
                printed = json.loads(out)
                verb = "plan" if "errors" in printed else "state-list" if "list" in arguments else "state-show"
                hold(verb, printed)
            elif (option, name) == ("--format", "json") and arguments[0] == "lint" and code != EXIT_USAGE:
                hold("lint", json.loads(out))
            elif (option, name) == ("--format", "json") and arguments[0] in ("drift", "lookup"):
                hold(arguments[0], json.loads(out))
            elif (option, name) == ("--format", "json") and "show" not in arguments:
                imported = "import" in arguments and code == 0
                validated = "validate" in arguments and code != EXIT_USAGE
                hold("import" if imported else "problems" if validated else "plan", json.loads(out))
            elif (
                option == "--out"
                and "preview" not in arguments
                and code in (0, 2, 3)
                and (self.folder / name).is_file()
            ):
                hold("plan", json.loads((self.folder / name).read_text(encoding="utf-8")))

    def apply(self, *arguments: str) -> Done:
        return self.cli("apply", self.name, "--auto-approve", "--first-apply", *self.extra, *arguments)

    def plan(self, *arguments: str) -> dict[str, Any]:
        done = self.cli("plan", self.name, "--format", "json", *arguments)
        found: dict[str, Any] = json.loads(done.out)
        return found

    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.state_path.read_text(encoding="utf-8"))
        hold("state", found)
        return found

    def live(self) -> dict[str, Any]:
        return self.simulator.memory.profile(ACCOUNT).described()

    def sent(self) -> list[dict[str, Any]]:
        return self.simulator.memory.requests


@contextlib.contextmanager
def world(folder: Path, **options: Any) -> Iterator[World]:  # noqa: ANN401 - the Simulator's own options
    simulator = Simulator(**options)
    with running(simulator) as base_url:
        yield World(folder, simulator, base_url)
