"""What is installed by hashes and by a commit: the file of hashes, the command that makes one, workflows and image."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from ruamel.yaml import YAML

from reconciler import __version__
from tests.packaging.test_install import LEFT_OUT, ROOT
from tests.packaging.wheels import index

LOCKED = ROOT / "reconciler" / "templates" / "requirements.txt"
VERSIONS = dict(re.findall(r"^([\w.-]+)==(\S+)", LOCKED.read_text(encoding="utf-8"), re.MULTILINE))
DOCUMENTED = re.compile(r"^printf .*?\|\n +uv pip compile .*?(?<!\\)$", re.MULTILINE | re.DOTALL)


def needed() -> list[Requirement]:
    """Return the requirements of the tool, of the preview, which the workflows make too, and of its build."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]
    named = (*project["project"]["dependencies"], *extras["preview"], *project["build-system"]["requires"])
    return [Requirement(text) for text in named]


@dataclass(frozen=True)
class Place:
    """A folder with a repository of the tool at one commit, and the variables that lead to it and to the index."""

    folder: Path
    commit: str
    environ: Mapping[str, str]

    def bash(self, script: str, **more: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=self.folder,
            env={**self.environ, **more},
            capture_output=True,
            text=True,
            check=False,
        )

    def environment(self, name: str) -> Path:
        """Make a virtual environment; return its folder of programs."""
        venv.create(self.folder / name, with_pip=True, symlinks=True)
        return self.folder / name / "bin"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    older = [
        one.name for one in needed() if Version(version(one.name)) < Version(VERSIONS[canonicalize_name(one.name)])
    ]
    if older:  # as `make lowest` has it: these need others, for other systems, that are not installed here
        pytest.skip(f"older than what is locked: {', '.join(older)}")
    folder = tmp_path_factory.mktemp("locked")
    shutil.copytree(ROOT, folder / "tool", ignore=LEFT_OUT)
    git = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-C", str(folder / "tool")]
    for arguments in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "x"]):
        subprocess.run([*git, *arguments], check=True)
    head = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    with index(VERSIONS, folder / "index") as address:
        environ = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder),
            "PIP_INDEX_URL": address,
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_COMPILE": "1",  # half of the time of an installation
            "UV_DEFAULT_INDEX": address,
            "UV_NO_CONFIG": "1",
            "UV_PYTHON": sys.executable,
            "UV_CACHE_DIR": str(folder / "cache"),
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"url.file://{folder / 'tool'}.insteadOf",
            "GIT_CONFIG_VALUE_0": "https://github.com/OWNER/reconciler",
        }
        yield Place(folder, head, environ)


def test_the_file_of_hashes_fits_what_the_project_needs() -> None:
    assert [str(one) for one in needed() if VERSIONS.get(canonicalize_name(one.name), "") not in one.specifier] == []
    text = LOCKED.read_text(encoding="utf-8")
    assert len(re.findall(r"==\S+.* \\\n    --hash=sha256:[0-9a-f]{64}", text)) == len(VERSIONS)
    assert {"reconciler", "profile-reconciler"} & set(VERSIONS) == set()


@pytest.fixture(scope="module")
def locked(place: Place) -> Path:
    """Run the command of the docs; return the file that it writes."""
    page = (ROOT / "docs" / "pull-requests.md").read_text(encoding="utf-8")
    (command,) = DOCUMENTED.findall(page)
    assert command.count("COMMIT") == 1
    (place.folder / ".github").mkdir()
    done = place.bash(command.replace("COMMIT", place.commit))
    assert done.returncode == 0, done.stderr
    return place.folder / ".github" / "profile-requirements.txt"


def test_the_command_of_the_docs_writes_every_hash(locked: Path) -> None:
    text = locked.read_text(encoding="utf-8")
    assert {canonicalize_name(one.name) for one in needed()} <= set(re.findall(r"^([\w.-]+)==", text, re.MULTILINE))
    assert "profile-reconciler==" not in text
    assert "git+" not in re.sub(r"^ *#.*$", "", text, flags=re.MULTILINE)


def test_the_workflow_installs_by_hashes_and_the_tool_at_its_commit(place: Place, locked: Path) -> None:
    apply = (ROOT / "reconciler" / "templates" / "github" / "apply.yml").read_text(encoding="utf-8")
    steps = YAML(typ="safe").load(apply)["jobs"]["apply"]["steps"]
    (script,) = (step["run"] for step in steps if step.get("name") == "Install")
    programs = place.environment("runner")
    given = {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "REQUIREMENTS": str(locked),
        "INSTALL": f"git+https://github.com/OWNER/reconciler@{place.commit}",
    }
    forged = locked.with_name("forged.txt")
    forged.write_text(re.sub(r"sha256:[0-9a-f]{60}", "sha256:" + "0" * 60, locked.read_text()), encoding="utf-8")
    refused = place.bash(script, **{**given, "REQUIREMENTS": str(forged)})
    assert refused.returncode != 0
    assert "DO NOT MATCH THE HASHES" in refused.stderr

    done = place.bash(f"{script}reconciler --version", **given)
    assert done.stdout.splitlines()[-1:] == [f"reconciler, version {__version__}"], done.stdout + done.stderr


def test_the_steps_of_the_image_make_an_environment_that_works(place: Place, locked: Path) -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    steps = re.findall(r"^([A-Z]+) (.*(?:(?<=\\)\n.*)*)", text, re.MULTILINE)
    assert [what for what, _ in steps].count("FROM") == 2
    assert [(what, said) for what, said in steps if what in {"USER", "ENTRYPOINT"}] == [
        ("USER", "reconciler"),
        ("ENTRYPOINT", '["reconciler"]'),
    ]
    runs = [said for what, said in steps if what == "RUN"]
    (system,) = (said for said in runs if "apt-get" in said)
    assert "useradd" in system
    source, image = place.folder / "src", place.folder / "image"
    shutil.copytree(place.folder / "tool", source, ignore=_left_out_of_the_image)
    shutil.copy(locked, source / "reconciler" / "templates" / "requirements.txt")  # the same, of what is served here
    for said in runs:
        if said is not system:
            script = said.replace("/opt/reconciler", str(image)).replace("/src", str(source))
            done = place.bash(script.replace("python -m venv", f"{sys.executable} -m venv"))
            assert done.returncode == 0, done.stderr
    shutil.rmtree(source)
    done = place.bash(
        f"{image}/bin/reconciler --version && {image}/bin/reconciler schema", PATH="/nowhere:/bin:/usr/bin"
    )
    assert done.stdout.startswith(f"reconciler, version {__version__}\n{{"), done.stderr


def _left_out_of_the_image(folder: str, names: list[str]) -> list[str]:
    """Return what .dockerignore keeps from the build: at the top all but what it names."""
    if Path(folder).name != "tool":
        return []
    kept = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE)
    return [name for name in names if name not in kept]
