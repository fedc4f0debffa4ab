"""Owns the command `lint`."""

from typing import TYPE_CHECKING

import click

from reconciler.cli.console import Exit, Settings, notice, result, show_problems, shown
from reconciler.cli.selecting import Selection, told_of_none, with_selection
from reconciler.config.tables import RULE_IDS

if TYPE_CHECKING:
    from reconciler.app.linting import Linted
    from reconciler.lint.findings import Choice
    from reconciler.lint.rule import Rule
    from reconciler.problem import Problem
    from reconciler.render.sarif import SarifRule

ALL = "all"
_RULE = click.Choice(RULE_IDS)


@click.command()
@click.argument("profiles", nargs=-1, metavar="[PROFILE]...")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "github", "sarif"]), default="text", help="How to print."
)
@click.option("--select", type=_RULE, multiple=True, metavar="RULE", help="Only this rule (repeatable).")
@click.option("--ignore", type=_RULE, multiple=True, metavar="RULE", help="Not this rule (repeatable).")
@click.option("--fix", is_flag=True, help="Write into the files what can be mended without changing what they say.")
@click.option(
    "--explain",
    type=click.Choice([*RULE_IDS, ALL]),
    metavar="RULE",
    help="Print what a rule finds, with its reason and source, and no more; `all` for every rule.",
)
@with_selection
@click.pass_obj
def command(  # noqa: PLR0913 - as many as there are options
    settings: Settings,
    *,
    selection: Selection,
    form: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fix: bool,
    explain: str | None,
) -> int:
    """Report what the API accepts in a profile and people regret.

    PROFILE is profile.yaml unless named. Each rule has an id, a reason and a source. A comment `# reconciler:
    ignore[RULE] because …` on a key's line hides what it finds there. `reconciler.toml` says how grave rules are, and
    sets those of a house. Exits 1 if an error is found or a profile is not valid, 0 with warnings alone, and 0 with
    --format sarif. Nothing that lint says stops plan or apply.
    """
    if explain is not None:
        result(_explained(explain))
        return Exit.DONE
    if form == "text" and told_of_none(selection, settings):
        return Exit.DONE
    from reconciler.app.linting import Linted, lint
    from reconciler.problem import ProblemsError

    try:
        linted = list(lint(selection.paths, chosen_rules(select, ignore), mend=fix))
        code = Exit.DONE
    except ProblemsError as error:  # of a reconciler.toml: nothing was linted
        linted = [Linted("", error.problems)]
        code = Exit.ERROR
    if any(each.problems for each in linted):
        from reconciler.app.plans import refuse_saved

        refuse_saved(selection.paths)
    errors, warnings = _by_severity(linted)
    if form == "text":
        _show_linted(linted, errors, warnings, settings)
    else:
        _print_linted(linted, errors, warnings, form)
    return Exit.ERROR if errors and form != "sarif" else code


def chosen_rules(select: tuple[str, ...] = (), ignore: tuple[str, ...] = ()) -> "Choice":
    """Return which rules are to run, as of this month."""
    from reconciler.clock import year_and_month
    from reconciler.lint.findings import Choice
    from reconciler.lint.rule import months_since_zero

    return Choice(months_since_zero(*year_and_month()), select, ignore)


def _by_severity(linted: "list[Linted]") -> "tuple[list[Problem], list[Problem]]":
    """Return errors, what is not valid first, and warnings."""
    findings = [found for each in linted for found in each.findings]
    errors = [problem for each in linted for problem in each.problems]
    errors += [found.problem for found in findings if found.severity == "error"]
    return errors, [found.problem for found in findings if found.severity != "error"]


def _explained(name: str) -> str:
    from reconciler.lint.catalogue import BY_ID, RULES

    return "\n\n".join(_explanation(rule) for rule in (RULES if name == ALL else (BY_ID[name],)))


def _explanation(rule: "Rule") -> str:
    mended = "\n`reconciler lint --fix` mends it, where that changes nothing else." if rule.fixes else ""
    return f"{rule.id} ({rule.severity})\n{rule.finds}\nWhy: {rule.reason}\nSource: {rule.source}{mended}"


def _show_linted(
    linted: "list[Linted]", errors: "list[Problem]", warnings: "list[Problem]", settings: Settings
) -> None:
    from reconciler.render.terminal import visible

    for each in linted if not settings.quiet else ():
        if each.mended:
            notice(f"{visible(each.path)}: {each.mended} {'place' if each.mended == 1 else 'places'} mended")
    if any(each.unspelt for each in linted):
        notice("spelling is not checked: that takes `pip install 'profile-reconciler[prose]'`")
    if errors or warnings:
        show_problems(errors, warnings, settings, stderr=False)
    clean = [each.path for each in linted if not each.problems and not each.findings]
    if clean and not settings.quiet:
        shown("\n".join(f"{visible(path)}: nothing found" for path in clean))


def _print_linted(linted: "list[Linted]", errors: "list[Problem]", warnings: "list[Problem]", form: str) -> None:
    from reconciler.render.problems import github_problems, json_findings

    if form == "json":
        problems = [problem for each in linted for problem in each.problems]
        findings = [(found.problem, found.severity) for each in linted for found in each.findings]
        result(json_findings(problems, findings))
    elif form == "sarif":
        from reconciler import __version__
        from reconciler.render.sarif import sarif_problems

        result(sarif_problems(errors, warnings, __version__, sarif_rules()))
    elif errors or warnings:
        result(github_problems(errors, warnings))


def sarif_rules() -> "list[SarifRule]":
    """Return the rules of lint as SARIF describes them."""
    from reconciler.lint.catalogue import RULES
    from reconciler.render.sarif import SarifRule

    return [SarifRule(rule.id, rule.finds, f"{rule.reason} Source: {rule.source}", rule.severity) for rule in RULES]
