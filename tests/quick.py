"""Owns what `make quick` runs: all but these modules, which take long, and of each of these one story.

A story is how a test's name begins; the first test that has it is run.
"""

from collections.abc import Sequence
from pathlib import Path

import pytest

HERE = Path(__file__).parent
STORIES: dict[str, str] = {
    "cli/test_apply_many.py": "test_",
    "cli/test_completion.py": "test_",
    "cli/test_hints.py": "test_",
    "cli/test_many.py": "test_",
    "cli/test_saved_plans.py": "test_",
    "cli/test_selecting.py": "test_",
    "cli/test_shells.py": "test_fish",
    "cli/test_state_verbs.py": "test_",
    "cli/test_streams.py": "test_",
    "cli/test_writing.py": "test_",
    "docs/test_pages.py": "test_every_command_of_a_page_does_what_it_says[docs/plans.md",
    "editors/test_editors.py": "test_",
    "importing/test_edit.py": "test_only",
    "importing/test_hostile.py": "test_",
    "importing/test_resume.py": "test_",
    "importing/test_stories.py": "test_",
    "importing/test_themes.py": "test_",
    "lint/test_command.py": "test_",
    "packaging/test_install.py": "test_the_wheel_holds_the_package_and_the_schemas_and_no_more",
    "packaging/test_locked.py": "test_the_file",
    "planning/test_histories.py": "test_small_histories",
    "planning/test_meanings.py": "test_an_edit_meets",
    "planning/test_mutation.py": "test_the_page_says_that",
    "preview/test_both_sides.py": "test_",
    "preview/test_browser.py": "test_a_short_about",
    "preview/test_command.py": "test_",
    "profile/test_validator.py": "test_both_allow_the_examples",
    "reading/test_commands.py": "test_",
    "reading/test_histories.py": "test_where_every_section_is_held_back_nothing_changes",
    "reading/test_laws.py": "test_each_field_that_can_be_read_is_seen_to_be_the_same",
    "reliability/test_contention.py": "test_planning_and_showing_need_no_lock",
    "reliability/test_crash.py": (
        "test_apply_killed_at_every_call_loses_nothing_and_does_nothing_twice[what sends nothing]"
    ),
    "reliability/test_crash_reads.py": "test_a_read_that_is_killed",
    "reliability/test_crash_verbs.py": "test_a_verb_killed_at_any_call_did_all_or_nothing",
    "reliability/test_episodes.py": "test_nothing_is_lost_and_nothing_is_twice",
    "reliability/test_fault_matrix.py": "test_each_error_means_what_the_table_says",
    "reliability/test_fuzz.py": "test_a_damaged_file_is_an_error_or_a_success",
    "reliability/test_interruption.py": (
        "test_a_signal_lets_the_request_in_flight_end_and_says_what_was_not_done[SIGINT]"
    ),
    "reliability/test_many.py": "test_a_signal_lets",
    "reliability/test_many_at_a_terminal.py": "test_",
    "reliability/test_odd_servers.py": "test_",
    "reliability/test_page.py": "test_the_page_says_how_many_calls_are_killed",
    "reliability/test_proxies.py": "test_",
    "reliability/test_secrets.py": "test_the_key_is_in_nothing_that_a_run_prints_or_leaves",
    "reliability/test_swap.py": "test_",
    "render/test_markdown_hostile.py": "test_",
    "simulator/test_control.py": "test_",
    "simulator/test_faults.py": "test_",
    "simulator/test_page.py": "test_the_page_and_the_help",
    "simulator/test_reads.py": "test_",
    "simulator/test_serve.py": "test_",
    "simulator/test_strict.py": "test_",
    "spec/test_requests.py": "test_the_examples",
    "state/test_merge_with_git.py": "test_",
    "test_demo.py": "test_the_demo_shows_the_loop_every_time",
    "test_imports_of_commands.py": "test_",
    "whole/test_convergence.py": "test_one_pass_converges_in_brief",
    "wire/test_changes.py": "test_",
    "wire/test_streaming.py": "test_what_is_sent_is_a_copy_without_a_name",
    "wire/test_values.py": "test_every_parser_reads_what_the_profile_says",
}
LONG = "workflow/"  # each module of this folder takes long


def mark(items: Sequence[pytest.Item]) -> None:
    """Mark what `make quick` runs."""
    told: set[str] = set()
    for item in items:
        module = item.path.relative_to(HERE).as_posix()
        story = STORIES.get(module, "test_" if module.startswith(LONG) else None)
        if story is not None and (module in told or not item.name.startswith(story)):
            continue
        told.add(module)
        item.add_marker(pytest.mark.quick)
