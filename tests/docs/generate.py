"""Writes the documentation that is made from the code: `make docs`. Tests hold that it is fresh."""

import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import click
from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.terminal_theme import DIMMED_MONOKAI
from rich.text import Text

from reconciler.cli.main import cli
from reconciler.config.schema import config_schema
from reconciler.planning.planner import make_plan
from reconciler.profile.desired import Desired, Profile, Wanted
from reconciler.render.state import list_schema
from reconciler.render.text import render_text
from reconciler.state.applied import Applied, Record
from reconciler.state.format import state_schema
from reconciler.values import Plain
from tests.docs.errors_page import errors_page
from tests.docs.fields import profile_page
from tests.docs.lint_page import lint_page

DOCS = Path(__file__).parent.parent.parent / "docs"
WIDTH = 100


def commands_page() -> str:
    """Give the page of every command's own help."""
    lines = ["# Commands", "", "Every command says this itself with `--help`.", ""]
    for name, text in _helps(cli, None, "reconciler"):
        lines += [f"## `{name}`", "", "```text", text.rstrip(), "```", ""]
    return "\n".join(lines).rstrip() + "\n"


def _helps(command: click.Command, above: click.Context | None, name: str) -> Iterator[tuple[str, str]]:
    context = command.make_context(name.rpartition(" ")[2], [], above, resilient_parsing=True, terminal_width=WIDTH)
    yield name, command.get_help(context)
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            assert found is not None
            yield from _helps(found, context, f"{name} {below}")


def picture() -> str:
    """Give the picture of a plan, as a terminal shows it; without the fonts that rich would fetch."""
    applied = Applied(
        "l", 4, "w", "acc_linkedin_01HXYZ4QK3", {at: Record(one, AT, "apply") for at, one in BEFORE.items()}
    )
    wanted = {at: Wanted(one, place) for place, (at, one) in enumerate(AFTER.items())}
    profile = Profile("profile.yaml", "", Desired(applied.account_id, wanted))
    text = render_text(make_plan(profile, applied, "profile.state.json", ""), color=True)
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="standard")
    console.print(Text("$ reconciler plan"), Text.from_ansi(text), sep="\n")
    form = re.sub(r"@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    form = form.replace("Fira Code", "ui-monospace, Menlo, Consolas, DejaVu Sans Mono")
    svg = console.export_svg(title="reconciler", theme=DIMMED_MONOKAI, code_format=form, unique_id="plan")
    return "\n".join(line.rstrip() for line in svg.split("\n")).rstrip() + "\n"


AT = "2026-03-02T08:30:00Z"
ABOUT = (
    "Founder. Author. Builder.\n\nI have spent {} years making tools that people forget about, because they work. "
    "Most of that time went into storage engines and the boring parts of the stack.\n\nThese days I run postpress, "
    "a small company with a long view. We answer our own support mail, and we take {} off when the tests are green."
)
JOB: dict[str, Plain] = {"role": "Founder", "company": "postpress"}
BEFORE: dict[str, Plain] = {
    "headline": "Building postpress",
    "summary": ABOUT.format("fifteen", "Fridays"),
    "experience.postpress": {**JOB, "seniority": {"start_date": {"month": 3, "year": 2021}}},
    "skills": ["Python", "Distributed systems", "Writing"],
}
AFTER: dict[str, Plain] = {
    "headline": "Building postpress, slowly",
    "summary": ABOUT.format("sixteen", "every other Friday"),
    "experience.postpress": BEFORE["experience.postpress"],
    "experience.advising": {
        "role": "Advisor",
        "company": "Lighthouse Labs",
        "presence": "REMOTE",
        "seniority": {"start_date": {"month": 1, "year": 2026}},
    },
    "skills": ["Python", "Databases", "Writing"],
}


def state_schema_text() -> str:
    """Give the schema of a state file, as it is published."""
    return json.dumps(state_schema(), indent=2) + "\n"


def show_schema_text() -> str:
    """Give the schema of what `state show` prints: a state, or the parts of it that lie in an address."""
    said = {
        "title": "What a state holds",
        "description": "The output of `reconciler state show --format json`, of an address only the required members.",
        "required": ["sections", "forgotten", "pending"],
    }
    return json.dumps({**state_schema(), **said}, indent=2) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "../schemas/config.schema.json": lambda: json.dumps(config_schema(), indent=2) + "\n",
    "../schemas/state.schema.json": state_schema_text,
    "../schemas/state-list.schema.json": lambda: json.dumps(list_schema(), indent=2) + "\n",
    "../schemas/state-show.schema.json": show_schema_text,
    "commands.md": commands_page,
    "errors.md": errors_page,
    "lint.md": lint_page,
    "plan.svg": picture,
    "profile.md": profile_page,
}

if __name__ == "__main__":
    for page, make in PAGES.items():
        (DOCS / page).write_text(make(), encoding="utf-8")
