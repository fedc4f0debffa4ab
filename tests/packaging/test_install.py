"""What is built can be installed elsewhere and works there: a wheel, an sdist, and a clone."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path

import pytest

from reconciler import __version__
from tests.world import World

ROOT = Path(__file__).parents[2]
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".*_cache", ".hypothesis", ".demo", "dist", "build", "__pycache__")


@dataclass(frozen=True)
class Installed:
    """An environment with nothing of the checkout in it but what was installed."""

    folder: Path

    def run(
        self, *arguments: str | Path, check: bool = True, environ: Mapping[str, str] = {}
    ) -> "subprocess.CompletedProcess[str]":
        command, *rest = arguments
        return subprocess.run(
            [self.folder / "bin" / command, *rest],
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "HOME": str(self.folder), **environ},
            capture_output=True,
            text=True,
            check=check,
        )


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a copy of the checkout, in a path with a space."""
    folder = tmp_path_factory.mktemp("clone") / "a check out"
    shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
    return folder


@pytest.fixture(scope="module")
def built(clone: Path) -> Path:
    """Build as `make build` does, but with the tools that are installed: there may be no network."""
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(clone / "dist"), str(clone)]
    subprocess.run(command, check=True, capture_output=True)
    return clone / "dist"


@pytest.fixture(scope="module", params=["wheel", "sdist", "clone"])
def installed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Install it with pip into a new environment, which finds the dependencies where this one has them."""
    if request.param == "clone":
        what = request.getfixturevalue("clone")
    else:
        pattern = {"wheel": "*.whl", "sdist": "*.tar.gz"}[request.param]
        (what,) = request.getfixturevalue("built").glob(pattern)
    return _install(what, tmp_path_factory.mktemp(request.param))


def _install(what: Path, folder: Path) -> Installed:
    venv.create(folder, with_pip=False, symlinks=True)
    paths = {"base": str(folder), "platbase": str(folder)}
    site = Path(sysconfig.get_path("purelib", "venv", paths))
    (site / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python"), "install", "--quiet"]
    subprocess.run([*pip, "--no-index", "--no-deps", "--no-build-isolation", what], check=True, capture_output=True)
    return Installed(folder)


def test_it_is_what_was_installed_that_runs(installed: Installed) -> None:
    ran = installed.run("python", "-c", "import reconciler; print(reconciler.__file__)")
    assert Path(ran.stdout.strip()).is_relative_to(installed.folder)


def test_it_says_its_version(installed: Installed) -> None:
    assert installed.run("reconciler", "--version").stdout == f"reconciler, version {__version__}\n"


def test_it_has_the_schemas(installed: Installed) -> None:
    published = (ROOT / "schemas" / "profile.schema.json").read_text("utf-8")
    assert installed.run("reconciler", "schema").stdout.strip() == published.strip()
    code = "import json; from reconciler.simulator.body import request_schema; print(json.dumps(request_schema()))"
    assert installed.run("python", "-c", code).stdout.startswith('{"$schema": ')


def test_it_validates_and_explains(installed: Installed) -> None:
    shutil.copytree(ROOT / "profiles", installed.folder / "profiles", dirs_exist_ok=True)
    profiles = sorted((installed.folder / "profiles").glob("*.yaml"))
    done = installed.run("reconciler", "validate", *profiles)
    assert done.stdout == "".join(f"{path}: valid\n" for path in profiles)
    wrong = installed.folder / "wrong.yaml"
    wrong.write_text("type: LINKEDIN\naccount_id: a\nheadline: 3\n")
    done = installed.run("reconciler", "validate", wrong.name, check=False)
    assert (done.returncode, done.stdout.split(";")[0]) == (
        1,
        "wrong.yaml:3:11: headline: 3 reads as a number, text is expected",
    )


def test_it_applies(installed: Installed, here: World) -> None:
    profile = installed.folder / "own.yaml"
    profile.write_text("type: LINKEDIN\naccount_id: acc_1\nheadline: Hello\n")
    (installed.folder / "own.state.json").unlink(missing_ok=True)
    reach = {"POSTPRESS_BASE_URL": here.base_url, "POSTPRESS_API_KEY": "key-of-no-worth"}
    installed.run("reconciler", "apply", profile.name, "--auto-approve", "--first-apply", environ=reach)
    assert here.live()["sections"] == {"headline": "Hello"}
    assert "no changes" in installed.run("reconciler", "plan", profile.name).stdout


def test_the_wheel_holds_the_package_and_the_schemas_and_no_more(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    assert wheel.name == f"profile_reconciler-{__version__}-py3-none-any.whl"
    names = set(zipfile.ZipFile(wheel).namelist())
    info = f"profile_reconciler-{__version__}.dist-info"
    kinds = ("*.py", "*.j2", "*.css", "*.js")
    source = {str(path.relative_to(ROOT)) for kind in kinds for path in (ROOT / "reconciler").rglob(kind)}
    schemas = {f"reconciler/schemas/{path.name}" for path in (ROOT / "schemas").iterdir()}
    meta = {f"{info}/{name}" for name in ("METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE")}
    assert names >= {*source, *schemas, *meta, "reconciler/py.typed"}
    assert {name.split("/")[0] for name in names} == {"reconciler", "profile_reconciler.py", info}


def test_the_description_leads_nowhere_but_to_the_web(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        metadata = message_from_bytes(archive.read(f"profile_reconciler-{__version__}.dist-info/METADATA"))
    text = str(metadata.get_payload())
    assert text.startswith(
        "# reconciler\n\nPages named like docs/state.md, and the changelog, are in the source distribution.\n"
    )
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        there = {name.partition("/")[2] for name in archive.getnames()}
    named = set(re.findall(r"[\w/-]+\.md", text))
    assert "docs/getting-started.md" in named
    assert named <= there
    assert [link for link in re.findall(r"\]\(([^)]*)\)", text) if not link.startswith("https://")] == []
    assert "![" not in text
    urls = [url.rpartition(" ")[2] for url in metadata.get_all("Project-URL", [])]
    assert [url for url in urls if not url.startswith("https://api.postpress.io/docs/")] == [], "no home is made up"
    assert (metadata["Name"], metadata["Author"]) == ("profile-reconciler", "The reconciler project")
    assert {
        one.rpartition(" ")[2] for one in metadata.get_all("Classifier", []) if ":: 3." in one
    } == pythons_of_the_workflow()


def pythons_of_the_workflow() -> set[str]:
    """Return the versions of Python that this repository's workflow tests."""
    text = (ROOT / ".github" / "workflows" / "check.yml").read_text(encoding="utf-8")
    found = re.search(r"python: \[(.*)\]", text)
    assert found is not None
    return set(re.findall(r"[\d.]+", found[1]))


def test_the_sdist_holds_all_that_make_needs(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    top = f"profile_reconciler-{__version__}"
    with tarfile.open(sdist) as archive:
        names = {name.removeprefix(f"{top}/") for name in archive.getnames()}
    for name in ("Makefile", "README.md", "LICENSE", "CHANGELOG.md", "pyproject.toml", "demo/run.sh"):
        assert name in names
    for folder in ("tests", "profiles", "schemas", "docs", "benchmarks"):
        assert any(name.startswith(f"{folder}/") for name in names)


def test_without_the_extra_the_simulator_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['starlette'] = None; sys.argv = ['reconciler', 'simulator', '--port', '0'];"
        "from reconciler.cli.main import run; run()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "the simulator needs starlette, which is not installed; install the extra: pip install '" in done.stderr
    assert "'reconciler" not in done.stderr


@pytest.fixture(scope="module")
def overwritten(tmp_path_factory: pytest.TempPathFactory, built: Path) -> Installed:
    """Give an environment in which the other project called reconciler was installed too."""
    (wheel,) = built.glob("*.whl")
    return _install(wheel, tmp_path_factory.mktemp("overwritten"))


@pytest.mark.parametrize("text", ["__version__ = '0.2.2'\n", "import a_library_that_is_not_there\n", None])
@pytest.mark.parametrize("command", [("reconciler",), ("python", "-m", "profile_reconciler")])
def test_where_the_other_project_wrote_over_it_it_says_so(
    overwritten: Installed, text: str | None, command: tuple[str, ...]
) -> None:
    (path,) = overwritten.folder.glob("lib/python*/site-packages/profile_reconciler.py")
    path = path.parent / "reconciler" / "__init__.py"
    path.write_text(text or "", encoding="utf-8")
    if text is None:  # its removal takes away the files that it wrote over
        path.unlink()
    done = overwritten.run(*command, "plan", check=False)
    assert (done.returncode, done.stdout) == (1, "")
    folder, said = path.parent, "files of another package stand in place of this tool's own, in"
    assert done.stderr.startswith(f"error: {said} {folder}\n")
    assert "in a virtual environment of its own" in done.stderr


def test_on_windows_it_says_where_it_runs() -> None:
    code = "import sys; sys.platform = 'win32'; import profile_reconciler; profile_reconciler.start()"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Windows Subsystem for Linux" in done.stderr


@pytest.mark.parametrize("line", ["import reconciler; reconciler.load", "from reconciler import load"])
def test_on_windows_the_api_says_where_it_runs(line: str) -> None:
    code = f"import sys; sys.platform = 'win32'; sys.modules['fcntl'] = None; {line}"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    said = "ImportError: reconciler does not run on Windows itself, since it locks and writes its state as POSIX"
    assert said in done.stderr
    assert done.stderr.endswith("Use the Windows Subsystem for Linux.\n")
