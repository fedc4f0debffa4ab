"""`import reconciler` as programs use it."""

import subprocess
import sys
import threading

import pytest

import reconciler
from tests.world import World

JOB = {"experience": {"acme": {"role": "Founder", "company": "Acme"}}}


def test_importing_the_package_imports_nothing_else() -> None:
    code = "import sys; before = set(sys.modules); import reconciler; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["reconciler"]


@pytest.mark.parametrize("name", reconciler.__all__)
def test_every_name_is_there(name: str) -> None:
    assert getattr(reconciler, name) is not None
    assert name in dir(reconciler)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'unplan'"):
        reconciler.unplan  # noqa: B018 - that it raises is the test


def test_a_plan_that_no_longer_fits_is_refused(here: World) -> None:
    path = here.folder / here.name
    here.write({"headline": "a"})
    plan = reconciler.plan(path)
    here.write({"headline": "b"})
    with pytest.raises(reconciler.StaleError):
        reconciler.apply(plan, base_url=here.base_url, api_key="key")
    assert here.sent() == []


def test_what_nobody_approved_is_not_sent(here: World) -> None:
    here.write({"headline": "a"})
    path = here.folder / here.name
    with pytest.raises(reconciler.UsageError):
        reconciler.apply(path, base_url=here.base_url, api_key="key")
    with pytest.raises(reconciler.ReconcilerError):
        reconciler.apply(path, approve=lambda _: False, base_url=here.base_url, api_key="key")
    assert here.sent() == []


def test_a_first_apply_has_to_be_said(here: World) -> None:
    here.write(JOB)
    path = here.folder / here.name
    with pytest.raises(reconciler.ReconcilerError):
        reconciler.apply(path, approve=lambda _: True, base_url=here.base_url, api_key="key")
    assert here.sent() == []
    result = reconciler.apply(path, approve=lambda _: True, first_apply=True, base_url=here.base_url, api_key="key")
    assert (result.complete, result.done) == (True, ("experience.acme",))


def test_a_rejection_stands_in_the_result(here: World) -> None:
    here.write({"headline": "a"})
    here.simulator.faults.add(["error=unprocessable_entity"])
    events: list[reconciler.Event] = []
    result = reconciler.apply(
        here.folder / here.name,
        approve=lambda _: True,
        first_apply=True,
        base_url=here.base_url,
        api_key="key",
        on_event=events.append,
    )
    assert not result.complete
    assert [failed.addresses for failed in result.rejected] == [("headline",)]
    assert isinstance(events[0], reconciler.Sent)
    assert events[0].outcome.verdict is reconciler.Verdict.REJECTED


def test_it_works_outside_the_main_thread(here: World) -> None:
    here.write({"headline": "a"})
    plan = reconciler.plan(here.folder / here.name)
    results: list[reconciler.Result] = []
    thread = threading.Thread(
        target=lambda: results.append(reconciler.apply(plan, base_url=here.base_url, api_key="key"))
    )
    thread.start()
    thread.join(30)
    assert [result.complete for result in results] == [True]


def test_a_saved_plan_is_applied_by_its_path(here: World) -> None:
    here.write({"headline": "a"})
    plan = reconciler.plan(here.folder / here.name)
    reconciler.save(plan, here.folder / "plan.json")
    result = reconciler.apply(here.folder / "plan.json", base_url=here.base_url, api_key="key")
    assert result.done == ("headline",)


def test_a_file_of_several_plans_is_left_to_the_command(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(here.folder)
    here.write({"headline": "a"})
    (here.folder / "other.yaml").write_text('{type: LINKEDIN, account_id: "2", headline: b}', encoding="utf-8")
    assert here.cli("plan", here.name, "other.yaml", "--out", "plan.json").code == 0
    for refused in (reconciler.read, reconciler.apply):
        with pytest.raises(reconciler.UsageError):
            refused(here.folder / "plan.json")
    assert here.sent() == []


def test_the_forms_of_a_plan(here: World) -> None:
    here.write({"headline": "a"})
    plan = reconciler.plan(here.folder / here.name)
    assert '"format_version"' in reconciler.describe(plan, "json")
    assert "headline" in reconciler.describe(plan, "markdown")
    assert "\x1b[" in reconciler.describe(plan, color=True)
