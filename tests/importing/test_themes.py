"""Exports, judged by JSON Resume's own schemas and drawn by its own themes; both come from npm (`make test`)."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft4Validator, Draft7Validator, FormatChecker

from tests.importing.archives import desk
from tests.strategies import FILES, profiles
from tests.world import PNG

TOOLS = Path(__file__).parents[2] / "tools" / "jsonresume"
MODULES = TOOLS / "node_modules"
pytestmark = pytest.mark.skipif(
    shutil.which("node") is None or not MODULES.is_dir(),
    reason="themes and schemas need node; `make test` installs them with npm where there is one",
)
PROFILE: dict[str, Any] = {
    "headline": "Engineer of calm systems",
    "summary": "Writes about ports.\n\nAnd boats.",
    "experience": {
        "acme": {
            "role": "Lead",
            "company": "Acme",
            "location": "Paris",
            "description": "Led.\n\n• Built trains\n• Ran",
            "seniority": {"start_date": {"month": 3, "year": 2020}},
        },
        "globex": {"role": "Analyst", "company": "Globex"},
    },
    "education": {"college": {"school": "State College", "start_date": {"month": 9, "year": 2010}}},
    "skills": ["Python", "Go"],
}
SHOWN = ("Ada Quill", "Engineer of calm systems", "Lead", "Globex", "Built trains", "State College", "Python")


def exported(folder: Path, *options: str) -> Any:  # noqa: ANN401 - JSON
    done = desk(folder).cli("export", "--json-resume", *options)
    assert done.code == 0, done.err
    return json.loads(done.out)


def drawn(theme: str, resume: object, folder: Path) -> str:
    """Return what a theme makes of a résumé."""
    (folder / "drawn.json").write_text(json.dumps(resume), encoding="utf-8")
    command = ["node", "render.js", theme, str(folder / "drawn.json")]
    done = subprocess.run(command, cwd=TOOLS, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("theme", ["even", "kendall", "elegant", "stackoverflow"])
def test_a_theme_shows_what_is_exported(tmp_path: Path, theme: str) -> None:
    desk(tmp_path).write(PROFILE)
    page = drawn(theme, exported(tmp_path, "--name", "Ada Quill"), tmp_path)
    assert [text for text in SHOWN if text not in page] == []
    assert [word for word in ("undefined", "[object Object]", "Invalid date", "• ") if word in page] == []


@pytest.mark.parametrize("theme", ["even", "kendall", "elegant", "stackoverflow"])
def test_a_theme_draws_a_profile_of_little(tmp_path: Path, theme: str) -> None:
    desk(tmp_path).write({"skills": ["Python"]})
    assert "Quill" in drawn(theme, exported(tmp_path, "--name", "Ada Quill"), tmp_path)


@pytest.mark.parametrize("theme", ["even", "kendall", "elegant", "stackoverflow"])
def test_a_theme_draws_an_updated_resume(tmp_path: Path, theme: str) -> None:
    sample = json.loads((MODULES / "resume-schema" / "sample.resume.json").read_text(encoding="utf-8"))
    (tmp_path / "resume.json").write_text(json.dumps(sample), encoding="utf-8")
    desk(tmp_path).write(PROFILE)
    done = desk(tmp_path).cli("export", "--json-resume", "--update", "resume.json")
    assert (done.code, done.out) == (0, "updated: resume.json\n")
    page = drawn(theme, json.loads((tmp_path / "resume.json").read_text(encoding="utf-8")), tmp_path)
    assert [text for text in (sample["basics"]["name"], *SHOWN[1:]) if text not in page] == []


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(profile=profiles({"experience": ("7", "8"), "education": ("9",)}))
def test_an_export_is_what_the_official_schemas_say(
    tmp_path_factory: pytest.TempPathFactory, profile: dict[str, Any]
) -> None:
    folder = tmp_path_factory.mktemp("schema")
    for name, number in FILES.items():
        (folder / name).write_bytes(PNG + bytes([number]))
    desk(folder).write(profile)
    resume = exported(folder)
    for package, validator in (("@jsonresume/schema", Draft7Validator), ("resume-schema", Draft4Validator)):
        schema = json.loads((MODULES / package / "schema.json").read_text(encoding="utf-8"))
        assert list(validator(schema, format_checker=FormatChecker()).iter_errors(resume)) == []
