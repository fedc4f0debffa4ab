"""A repository on a hub, with pull requests, and runners that run our workflow files' steps as GitHub would.

The shell steps are run for real, in clones of a bare repository; `gh` and `pip` are stand-ins, and the actions that the
workflows use are done here in a few lines. The API is the simulator.
"""

import base64
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from reconciler.simulator.app import Simulator
from tests.workflow import gh
from tests.workflow.expressions import filled, holds
from tests.world import World

NAME = "me/profile"
TOOL = f"git+https://git.example/tools/reconciler@{'c0ffee00' * 5}"
BIN = Path(sys.executable).parent
MAIN = "refs/heads/main"
CANCELLED = {"success": False, "failure": False, "cancelled": True, "always": True}


@dataclass
class Ran:
    """What became of one run: each job's result, everything printed, its summary and artifacts."""

    jobs: dict[str, str] = field(default_factory=dict)
    report: str = ""  # of the job that comments on what was merged
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    log: str = ""
    summary: str = ""
    artifacts: dict[str, Path] = field(default_factory=dict)


@dataclass
class Hub:
    """The bare repository `origin`, a person's clone `desk`, and what the hub knows beside git."""

    folder: Path
    here: World
    secrets: dict[str, str] = field(default_factory=lambda: {"POSTPRESS_API_KEY": "pp_live_secret"})
    runs: int = 0
    numbers: int = 0
    process: subprocess.Popen[str] | None = None  # the step that runs
    keeps: bool = False  # whether a runner keeps the folder of a job for the next run
    url: str = ""  # where runners find the repository, if not as a folder

    @property
    def origin(self) -> Path:
        return self.folder / "origin.git"

    @property
    def address(self) -> str:
        return self.url or f"file://{self.origin}"

    @property
    def desk(self) -> Path:
        return self.folder / "desk"

    @property
    def store(self) -> Path:
        return self.folder / "hub.json"

    def git(self, *arguments: str, at: Path | None = None) -> str:
        done = subprocess.run(
            ["git", *arguments],
            cwd=at or self.desk,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def environment(self) -> dict[str, str]:
        return {
            "GIT_TERMINAL_PROMPT": "0",
            "PATH": f"{self.folder / 'bin'}:{BIN}:{os.environ['PATH']}",
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "GIT_CONFIG_NOSYSTEM": "1",
            "POSTPRESS_BASE_URL": self.here.base_url,
        }

    def when_sent(self, number: int, signalled: signal.Signals) -> None:
        """Signal what runs once the API has carried out so many requests, before it answers the last of them."""
        hub = self

        class Watched(list[dict[str, Any]]):
            def append(self, one: dict[str, Any]) -> None:
                super().append(one)
                if len(self) == number and hub.process is not None:
                    os.kill(-hub.process.pid if signalled is signal.SIGKILL else hub.process.pid, signalled)

        self.here.simulator.memory.requests = Watched()

    def known(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.store.read_text(encoding="utf-8"))
        return found

    def tell(self, **changes: Any) -> None:  # noqa: ANN401 - JSON
        self.store.write_text(json.dumps({**self.known(), **changes}), encoding="utf-8")

    def installed(self) -> list[list[str]]:
        """Return what each run of pip was given, but for what all have in common."""
        runs = (self.folder / "pip.txt").read_text(encoding="utf-8").split("install\n--disable-pip-version-check\n")
        return [run.splitlines() for run in runs[1:]]

    def comments(self, number: int) -> list[str]:
        return [one["body"] for one in self.known()["comments"].get(str(number), [])]

    def profile(self, **sections: Any) -> None:  # noqa: ANN401 - JSON
        """Write the profile at the desk."""
        World(self.desk, self.here.simulator, self.here.base_url).write(sections)

    def commit(self, message: str = "Change the profile") -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")

    def push(self) -> str:
        """Push the desk's main; give its commit."""
        self.git("push", "--quiet", "origin", "HEAD:main")
        return self.git("rev-parse", "HEAD")

    def pull(self) -> None:
        """Take main to the desk as it is on the hub."""
        self.git("fetch", "--quiet", "origin", "main")
        self.git("checkout", "--quiet", "-B", "main", "FETCH_HEAD")

    def state(self) -> dict[str, Any]:
        """Give the state as the hub has it."""
        found: dict[str, Any] = json.loads(self.git("show", f"{MAIN}:profile.state.json", at=self.origin))
        return found

    def open(self, branch: str = "change", number: int | None = None) -> int:
        """Commit what lies at the desk to a branch, and open a pull request for it, or push to one."""
        if number is None:
            self.numbers += 1
            number = self.numbers
        self.git("checkout", "--quiet", "-B", branch)
        head = self.commit()
        self.git("push", "--quiet", "--force", "origin", f"HEAD:refs/heads/{branch}")
        self.git("fetch", "--quiet", "origin", "main")
        self.git("checkout", "--quiet", "--detach", "FETCH_HEAD")
        self.git("merge", "--quiet", "--no-ff", "--message", f"Merge {head}", head)
        self.git("push", "--quiet", "--force", "origin", f"HEAD:refs/pull/{number}/merge")
        return number

    def merge(self, number: int) -> str:
        """Merge a pull request; give main's commit."""
        self.pull()
        self.git("fetch", "--quiet", "origin", f"refs/pull/{number}/merge")
        self.git("merge", "--quiet", "--no-ff", "--message", f"Merge pull request #{number}", "FETCH_HEAD^2")
        sha = self.push()
        pulls = self.known()["pulls"]
        pulls[sha] = [{"number": number, "merged_at": "2026-01-02T03:04:05Z", "merge_commit_sha": sha}]
        self.tell(pulls=pulls)
        return sha

    def plan(self, number: int, *, fork: bool = False, author: str = "ada", title: str = "A change") -> Ran:
        """Run the workflow of a pull request."""
        ref = f"refs/pull/{number}/merge"
        merged = self.git("rev-parse", ref, at=self.origin)
        head = {"sha": self.git("rev-parse", f"{ref}^2", at=self.origin), "repo": {"full_name": NAME}}
        if fork:
            head["repo"] = {"full_name": "stranger/profile"}
        pull_request = {"number": number, "title": title, "head": head, "user": {"login": author}}
        event = {"event_name": "pull_request", "ref": ref, "sha": merged, "event": {"pull_request": pull_request}}
        return self.run("profile-plan.yml", event, {})

    def apply(self, sha: str, **options: Any) -> Ran:  # noqa: ANN401 - those of Runner
        """Run the workflow of a push to main."""
        return self.reported({"event_name": "push", "ref": MAIN, "sha": sha}, {}, **options)

    def by_hand(self, plan_id: str) -> Ran:
        """Run the workflow of main by hand."""
        sha = self.git("rev-parse", MAIN, at=self.origin)
        event = {"event_name": "workflow_dispatch", "ref": MAIN, "sha": sha}
        return self.reported(event, {"plan_id": plan_id})

    def read(self, event: str = "schedule", *, pull: bool = False, **options: Any) -> Ran:  # noqa: ANN401 - those of Runner
        """Run the workflow that reads, as it is on main."""
        inputs: dict[str, Any] = {"pull": pull} if event == "workflow_dispatch" else {}
        sha = self.git("rev-parse", MAIN, at=self.origin)
        return self.run("profile-read.yml", {"event_name": event, "ref": MAIN, "sha": sha}, inputs, **options)

    def reported(self, event: dict[str, Any], inputs: dict[str, str], **options: Any) -> Ran:  # noqa: ANN401
        ran = self.run("profile-apply.yml", event, inputs, **options)
        ran.report = ran.jobs.pop("report", "")
        return ran

    @staticmethod
    def common(event_name: str) -> dict[str, Any]:
        """Give what every event says, but for a schedule's."""
        return {} if event_name == "schedule" else {"repository": {"default_branch": "main"}}

    def run(self, name: str, event: dict[str, Any], inputs: dict[str, str], **options: Any) -> Ran:  # noqa: ANN401
        """Run one workflow file, as it stands in the repository at the event's commit."""
        self.runs += 1
        text = self.git("show", f"{event['sha']}:.github/workflows/{name}", at=self.origin)
        github = {
            **event,
            "repository": NAME,
            "ref_name": event["ref"].removeprefix("refs/heads/"),
            "run_id": str(self.runs),
            "server_url": "https://github.example",
            "workflow": name,
            "token": gh.TOKEN,
            "event": {**self.common(event["event_name"]), **event.get("event", {})},
        }
        return Runner(self, YAML(typ="safe").load(text), github, inputs, **options).run()


@dataclass
class Runner:
    """One run of a workflow."""

    hub: Hub
    workflow: dict[str, Any]
    github: dict[str, Any]
    inputs: dict[str, str]
    before: Mapping[str, Any] = field(default_factory=dict)  # step name → what happens meanwhile
    ran: Ran = field(default_factory=Ran)

    def run(self) -> Ran:
        for name, job in self.workflow["jobs"].items():
            needs = job.get("needs", [])
            needs = [needs] if isinstance(needs, str) else needs
            ok = all(self.ran.jobs[need] == "success" for need in needs)
            status = {"success": ok, "failure": not ok, "cancelled": False, "always": True}
            contexts = self.contexts()
            contexts["needs"] = {
                need: {"result": self.ran.jobs[need], "outputs": self.ran.outputs.get(need, {})} for need in needs
            }
            if not holds(job.get("if"), contexts, status):
                self.ran.jobs[name] = "skipped"
                continue
            try:
                self.job(name, job, contexts)
            except KilledError:
                self.ran.jobs[name] = "killed"
                break
        return self.ran

    def contexts(self) -> dict[str, Any]:
        return {"github": self.github, "inputs": self.inputs, "secrets": {}, "env": self.workflow.get("env", {})}

    def job(self, name: str, job: dict[str, Any], contexts: dict[str, Any]) -> None:
        temp = self.hub.folder / f"run{self.hub.runs}-{name}"
        work = self.hub.folder / ("kept" if self.hub.keeps else temp.name) / f"work-{name}"
        temp.mkdir(parents=True)
        work.mkdir(parents=True, exist_ok=True)
        contexts |= {"runner": {"temp": str(temp)}, "steps": {}, "secrets": self.hub.secrets}
        status = {"success": True, "failure": False, "cancelled": False, "always": True}
        own = {name: filled(str(text), contexts, status) for name, text in job.get("env", {}).items()}
        contexts["env"] = {**contexts["env"], **own}
        assert job["runs-on"] == "ubuntu-latest"
        ok = True
        for number, step in enumerate(job["steps"]):
            status = {"success": ok, "failure": not ok, "cancelled": False, "always": True}
            called = step.get("name", step.get("uses", ""))
            if not holds(step.get("if"), contexts, status):
                continue
            if called in self.before:
                self.before[called]()
            done = self.step(step, contexts, status, work, temp / f"step{number}")
            if "id" in step:
                contexts["steps"][step["id"]] = {"outputs": done[1]}
            ok = ok and (done[0] == 0 or step.get("continue-on-error", False))
        self.ran.jobs[name] = "success" if ok else "failure"
        status = {"success": True, "failure": False, "cancelled": False, "always": True}
        self.ran.outputs[name] = {key: filled(text, contexts, status) for key, text in job.get("outputs", {}).items()}

    def step(
        self, step: dict[str, Any], contexts: dict[str, Any], status: Mapping[str, bool], work: Path, files: Path
    ) -> tuple[int, dict[str, str]]:
        if "uses" in step:
            given = {key: filled(str(one), contexts, status) for key, one in step.get("with", {}).items()}
            return self.use(step["uses"], given, work)
        assert "${{" not in step["run"], "an expression in a script is an injection"
        files.mkdir()
        output, summary, script = files / "output", files / "summary", files / "script.sh"
        output.touch()
        summary.touch()
        script.write_text(step["run"], encoding="utf-8")
        declared = {**contexts.get("env", {}), **step.get("env", {})}
        environment = {
            **self.hub.environment(),
            "GITHUB_ACTIONS": "true",
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(summary),
            "GITHUB_REPOSITORY": NAME,
            "GITHUB_SERVER_URL": self.github["server_url"],
            "GITHUB_SHA": self.github["sha"],
            "GITHUB_REF": self.github["ref"],
            "RUNNER_TEMP": str(files.parent),
            **{name: filled(str(one), contexts, status) for name, one in declared.items()},
        }
        with subprocess.Popen(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=work,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        ) as process:
            self.hub.process = process
            log = process.communicate()[0]
        self.ran.log += log
        self.ran.summary += summary.read_text(encoding="utf-8")
        if process.returncode == -signal.SIGKILL:
            raise KilledError
        outputs = written(output.read_text(encoding="utf-8"))
        return process.returncode, {**outputs, **commanded(log)}

    def use(self, action: str, given: dict[str, str], work: Path) -> tuple[int, dict[str, str]]:
        """Do what an action does; give its exit code and its outputs."""
        if action.startswith("actions/create-github-app-token@"):
            assert given["client-id"], "the step needs an App"
            assert [name for name in given if name.startswith("permission-")], "else it gets all that the App may"
            return (0, {"token": gh.TOKEN}) if given["private-key"] else (1, {})
        return self.act(action, given, work)

    def act(self, action: str, given: dict[str, str], work: Path) -> tuple[int, dict[str, str]]:
        hub = self.hub
        name, _, commit = action.partition("@")
        assert re.fullmatch(r"[0-9a-f]{40}", commit), "a tag can be moved"
        if name == "actions/checkout":
            assert given["persist-credentials"] == "False", "what is installed next could read them"
            wanted = given.get("ref") or self.github["sha"]
            if not (work / ".git").exists():  # a runner of one's own may keep its folder
                hub.git("init", "--quiet", str(work))
                hub.git("remote", "add", "origin", hub.address, at=work)
            hub.git("clean", "-ffdxq", at=work)
            depth = given.get("fetch-depth", "1")
            key = base64.b64encode(f"x:{given.get('token') or gh.TOKEN}".encode()).decode()
            header = f"http.extraHeader=Authorization: Basic {key}"
            hub.git("-c", header, "fetch", "--quiet", f"--depth={depth}", "origin", wanted, at=work)
            hub.git("checkout", "--quiet", "--detach", "FETCH_HEAD", at=work)
        elif name == "actions/upload-artifact":
            return 0, self.upload(given, work)
        elif name == "actions/download-artifact":
            if given["name"] not in self.ran.artifacts:
                return 1, {}
            shutil.copytree(self.ran.artifacts[given["name"]], given["path"], dirs_exist_ok=True)
        else:
            assert name == "actions/setup-python"
        return 0, {}

    def upload(self, given: dict[str, str], work: Path) -> dict[str, str]:
        if given.get("archive") == "False":  # one file as it is, under its own name
            given = {**given, "name": Path(given["path"]).name}
            assert Path(given["path"]).is_file()
        kept = self.hub.folder / f"artifact{self.hub.runs}-{given['name']}"
        for pattern in given["path"].split():
            for found in sorted(work.glob(pattern)) if "*" in pattern else [Path(pattern)]:
                if found.is_dir():
                    shutil.copytree(found, kept, dirs_exist_ok=True)
                else:
                    kept.mkdir(exist_ok=True)
                    shutil.copy(found, kept)
        if kept.exists():
            self.ran.artifacts[given["name"]] = kept
        url = f"{self.github['server_url']}/{NAME}/actions/runs/{self.github['run_id']}/artifacts"
        return {"artifact-url": f"{url}/{len(self.ran.artifacts)}"}


def written(text: str) -> dict[str, str]:
    """Give the outputs that a step wrote: `name=value`, or `name<<END`, lines and END."""
    outputs, lines = {}, iter(text.splitlines())
    for line in lines:
        if (found := re.fullmatch(r"(\w+)<<(.+)", line)) is not None:
            outputs[found[1]] = "\n".join(iter(lines.__next__, found[2]))
        else:
            name, _, value = line.partition("=")
            outputs[name] = value
    return outputs


def commanded(log: str) -> dict[str, str]:
    """Give the outputs that a log sets by commands to the runner, in both of their forms."""
    outputs, stopped = {}, ""
    for line in log.splitlines():
        if stopped:
            stopped = "" if line.strip() == f"::{stopped}::" else stopped
        elif found := re.match(r"\s*::stop-commands::(.+)", line):
            stopped = found[1]
        elif found := re.search(r"^\s*::set-output name=(\w+)::(.*)|##\[set-output name=(\w+);?\](.*)", line):
            outputs[found[1] or found[3]] = found[2] or found[4]
    return outputs


class KilledError(Exception):
    """The runner's machine is gone."""


def hub(folder: Path, here: World, begun: Path) -> Hub:
    """Return a hub whose repositories are a copy of those that were begun."""
    made = _equipped(Hub(folder, here))
    for repository in (made.origin, made.desk):
        shutil.copytree(begun / repository.name, repository, symlinks=True)
    made.git("remote", "set-url", "origin", str(made.origin))
    return made


def begin(folder: Path) -> None:
    """Make a hub's repositories, into which `init --github` wrote its files."""
    made = _equipped(Hub(folder, World(folder, Simulator(), "http://127.0.0.1:9")))
    made.git("init", "--quiet", "--bare", str(made.origin), at=folder)
    made.git("init", "--quiet", str(made.desk), at=folder)
    made.git("remote", "add", "origin", str(made.origin))
    assert (
        World(made.desk, made.here.simulator, made.here.base_url).cli("init", "--github", "--install", TOOL).code == 0
    )
    made.profile()
    made.commit("Begin")
    made.push()


def _equipped(made: Hub) -> Hub:
    """Put the stand-ins for programs into a hub's folder, with a configuration of git."""
    folder = made.folder
    programs = folder / "bin"
    programs.mkdir()
    for name, text in (
        ("gh", f'#!/bin/sh\nexec "{sys.executable}" -P "{gh.__file__}" "{made.store}" "$@"\n'),
        ("pip", f'#!/bin/sh\nprintf "%s\\n" "$@" >> {folder}/pip.txt\n'),
    ):
        (programs / name).write_text(text, encoding="utf-8")
        (programs / name).chmod(0o755)
    (folder / ".gitconfig").write_text(
        '[user]\nname = Ada\nemail = ada@example.com\n[init]\ndefaultBranch = main\n[protocol "file"]\nallow = always\n'
        "[uploadpack]\nallowAnySHA1InWant = true\n[gc]\nauto = 0\n[maintenance]\nauto = false\n",
        encoding="utf-8",
    )
    made.store.write_text(json.dumps({"comments": {}, "pulls": {}, "environments": {}, "next": 1}), encoding="utf-8")
    return made
