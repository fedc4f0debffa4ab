"""The pipelines of `init --gitlab`, their scripts run as a GitLab runner would; and the notes of a merge request."""

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.serving import serving
from tests.workflow.hub import Hub

TOKEN = "glpat-note"  # noqa: S105 - of nothing
ME = 7


@dataclass
class Notes:
    """The notes of merge request 1, by a server that knows the few requests of our pipeline.

    `merged` is the commit that merged it.
    """

    kept: list[dict[str, Any]] = field(default_factory=list)
    merged: str = ""
    url: str = ""


@contextmanager
def notes() -> Iterator[Notes]:
    made = Notes()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            if path == "/api/v4/user":
                return self.answer({"id": ME})
            if found := re.fullmatch("/api/v4/projects/5/repository/commits/([0-9a-f]{40})/merge_requests", path):
                assert found[1] == made.merged
                one = {"iid": 1, "state": "merged", "merge_commit_sha": made.merged, "squash_commit_sha": None}
                closed = {"iid": 2, "state": "closed", "merge_commit_sha": None, "sha": made.merged}
                earlier = {"iid": 3, "state": "merged", "merge_commit_sha": "0" * 40, "sha": "1" * 40}
                return self.answer([closed, one, earlier])
            assert path == "/api/v4/projects/5/merge_requests/1/notes"
            page = int(re.fullmatch(r"per_page=100&page=(\d+)", query)[1])  # type: ignore[index] # else the test fails
            return self.answer(made.kept[page - 1 : page])  # one a page, so that all pages have to be read

        def do_POST(self) -> None:
            assert self.path == "/api/v4/projects/5/merge_requests/1/notes"
            made.kept.append({"id": len(made.kept) + 1, "author": {"id": ME}, "body": self.body()})
            self.answer(made.kept[-1])

        def do_PUT(self) -> None:
            found = next(one for one in made.kept if self.path.endswith(f"/notes/{one['id']}"))
            found["body"] = self.body()
            self.answer(found)

        def body(self) -> str:
            text: str = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"]
            return text

        def answer(self, value: object) -> None:
            allowed = self.headers["PRIVATE-TOKEN"] == TOKEN
            self.send_response(200 if allowed else 401)
            self.end_headers()
            self.wfile.write(json.dumps(value if allowed else {}).encode())

        def log_message(self, *arguments: object) -> None:
            del arguments

    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as port:
        made.url = f"http://127.0.0.1:{port}/api/v4"
        yield made


def job(
    hub: Hub, name: str, commit: str, artifacts: Path, *, kept: str = "profile-plan", **variables: str
) -> tuple[int, str]:
    """Run one job at a commit; give its exit code and log. `artifacts` is where its folder `kept` comes from and goes.

    A job's `after_script` runs too, as it does.
    """
    hub.runs += 1
    work = hub.folder / f"job{hub.runs}"
    hub.git("clone", "--quiet", str(hub.origin), str(work), at=hub.folder)
    hub.git("fetch", "--quiet", "origin", commit, at=work)
    hub.git("checkout", "--quiet", "--detach", commit, at=work)
    whole = YAML(typ="safe").load((work / ".gitlab" / "profile.gitlab-ci.yml").read_text(encoding="utf-8"))
    this, common = whole[name], whole[".profile"]
    assert this["extends"] == ".profile"
    if artifacts.exists():
        (work / kept).mkdir()
        for path in artifacts.iterdir():
            (work / kept / path.name).write_bytes(path.read_bytes())
    environment = {
        **hub.environment(),
        "CI_COMMIT_BRANCH": "main",
        "CI_DEFAULT_BRANCH": "main",
        "CI_COMMIT_SHA": commit,
        "CI_PIPELINE_URL": "https://gitlab.example/me/profile/-/pipelines/3",
        "CI_PROJECT_URL": "https://gitlab.example:8443/git/me/profile",
        "CI_PROJECT_ID": "5",
        "CI_JOB_URL": "https://gitlab.example/me/profile/-/jobs/4",
        "CI_MERGE_REQUEST_IID": "1",
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
        **variables,
    }
    for variable, value in {**common["variables"], **this.get("variables", {})}.items():
        expanded = str(value["value"] if isinstance(value, dict) else value)
        if isinstance(value, str):
            expanded = re.sub(r"\$(\w+)", lambda found: environment.get(found[1], ""), expanded)
        environment[variable] = expanded
    log, code = "", 0
    scripts = [*this.get("before_script", common["before_script"]), *this["script"]], this.get("after_script", [])
    for part, lines in enumerate(scripts):
        environment["CI_JOB_STATUS"] = "failed" if code else "success"
        done = subprocess.run(
            ["bash", "-c", "set -eo pipefail\n" + "\n".join(lines)],
            cwd=work,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        log += done.stdout + done.stderr
        code = code or (0 if part else done.returncode)
    if (work / kept).exists():
        artifacts.mkdir(exist_ok=True)
        for path in (work / kept).iterdir():
            (artifacts / path.name).write_bytes(path.read_bytes())
    return code, log
