"""Owns the command `apply`."""

import math
from collections.abc import Callable

import click

from reconciler.cli.console import Exit, Settings, show_nothing_changed
from reconciler.cli.selecting import Selection, told_of_none, with_selection


def _seconds(name: str, default: int | None, said: str) -> Callable[[Callable[..., object]], Callable[..., object]]:
    """Make an option that takes a number of seconds; `said` is its help."""
    return click.option(
        name,
        type=click.FloatRange(min=0),
        callback=_no_nan,
        default=default,
        show_default=True,
        metavar="SECONDS",
        help=said,
    )


def _no_nan(_: click.Context, __: click.Parameter, value: float | None) -> float | None:
    """Refuse `nan`, which is neither less nor more than anything."""
    if value is not None and math.isnan(value):
        raise click.BadParameter("nan is not a number of seconds")
    return value


@click.command()
@click.argument("profiles", nargs=-1, metavar="[PROFILE... | PLANFILE]")
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@click.option("--first-apply", is_flag=True, help="Nothing that is sent for the first time is on LinkedIn already.")
@click.option(
    "--plan-id", "plan_ids", multiple=True, metavar="ID", help="Apply only the plan, or plans, of this id (repeatable)."
)
@click.option("--target", "targets", multiple=True, metavar="ADDRESS", help="Only this address (repeatable).")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="How to print: json is an event a line.",
)
@click.option("--detailed-exitcode", is_flag=True, help="Exit 2 if something was sent, 0 if nothing had to be.")
@click.option("--state", metavar="PATH", help="The state file; default: beside the profile.")
@_seconds("--max-wait", 300, "Wait at most so long in all, between tries and for no answer.")
@_seconds("--lock-timeout", 0, "Wait so long for another apply of the same state.")
@click.option("--on-save", metavar="CMD", help="Run CMD before each request that cannot be repeated, state written.")
@click.option(
    "--parallel",
    type=click.IntRange(1, 200),
    default=1,
    show_default=True,
    metavar="N",
    help="So many profiles at once.",
)
@click.option("--canary", type=click.IntRange(1), metavar="N", help="Apply N profiles first, and ask before the rest.")
@click.option("--max-failures", type=click.IntRange(1), metavar="N", help="Begin no more once N profiles failed.")
@click.option("--report", metavar="FILE", help="Write what became of each profile to FILE, as JSON lines.")
@click.option("--wait", is_flag=True, help="Wait for what `[pacing]` in reconciler.toml lets go only later.")
@_seconds("--wait-limit", None, "With --wait: what is due only later than that is an error, and does not go.")
@click.option("--verify", is_flag=True, help="Read back what was sent, once it had time to appear.")
@_seconds("--verify-after", 90, "With --verify: wait so long first.")
@click.option("--base-url", metavar="URL", help="The API; default: POSTPRESS_BASE_URL, else the real one.")
@click.option("--api-key-file", metavar="FILE", help="Holds the key; default: POSTPRESS_API_KEY.")
@click.option("--ca-bundle", metavar="FILE", help="Trust these certificate authorities.")
@with_selection
@click.pass_obj
def command(  # noqa: PLR0913 - one for each option
    settings: Settings,
    *,
    selection: Selection,
    auto_approve: bool,
    first_apply: bool,
    plan_ids: tuple[str, ...],
    targets: tuple[str, ...],
    form: str,
    detailed_exitcode: bool,
    state: str | None,
    max_wait: float,
    lock_timeout: float,
    on_save: str | None,
    parallel: int,
    canary: int | None,
    max_failures: int | None,
    report: str | None,
    wait: bool,
    wait_limit: float | None,
    verify: bool,
    verify_after: float,
    base_url: str | None,
    api_key_file: str | None,
    ca_bundle: str | None,
) -> int:
    """Plan, show, ask, and send what changed; PROFILE is profile.yaml unless named.

    The key comes from POSTPRESS_API_KEY or --api-key-file. With a plan that `plan --out` saved, exactly that plan
    is applied, or nothing.
    """
    if wait_limit is not None and not wait:
        raise click.UsageError("--wait-limit goes with --wait")
    if told_of_none(selection, settings):
        _say_none(form, report)
        return Exit.DONE
    plain = form == "text" and not (targets or state or settings.verbose or report)
    if plain and show_nothing_changed(selection.paths, quiet=settings.quiet):
        return Exit.DONE
    from reconciler.app.apply import Terms
    from reconciler.cli.applying import apply_all
    from reconciler.cli.order import Order
    from reconciler.planning.planner import Options

    order = Order(
        profiles=selection.paths,
        options=Options(targets),
        terms=Terms(first_apply, plan_ids, max_wait, lock_timeout),
        state=state,
        auto_approve=auto_approve,
        on_save=on_save,
        as_json=form == "json",
        detailed_exitcode=detailed_exitcode,
        verify_after=verify_after if verify else None,
        base_url=base_url,
        api_key_file=api_key_file,
        ca_bundle=ca_bundle,
        parallel=parallel,
        canary=canary or 0,
        max_failures=max_failures,
        report=report,
        wait=wait,
        wait_limit=wait_limit,
    )
    return apply_all(order, settings)


def _say_none(form: str, report: str | None) -> None:
    """Say to those who asked for events, or for a report, that there was nothing to apply."""
    from reconciler.cli.events import done, show_event
    from reconciler.cli.tally import Tally

    if form == "json":
        show_event(done(Exit.DONE))
    if report is not None:
        from reconciler.cli.report_file import reporting

        with reporting(report) as report_file:
            report_file.write(done(Exit.DONE, Tally().counts()))
