"""What a person says of a state on the command line: what is taken, what is refused, and what it is left like."""

import json

import pytest

from tests.world import ACCOUNT, World

JOB = {"role": "Founder", "company": "postpress"}


@pytest.mark.parametrize("flags", [(), ("--applied", "--not-applied"), ("--not-applied", "--applied")])
def test_resolve_takes_one_answer_neither_none_nor_both(here: World, flags: tuple[str, ...]) -> None:
    here.write({"experience": {"a": JOB}})
    here.simulator.faults.add(["close=after-edit"])
    here.apply()
    before = here.state_path.read_bytes()
    done = here.cli("state", "resolve", "experience.a", *flags)
    said = "experience.a: say whether it is there; pass either --applied or --not-applied\n"
    assert (done.code, done.err, here.state_path.read_bytes()) == (64, said, before)


VERBS = {
    "mv": ("mv", "experience.a", "experience.b"),
    "rm": ("rm", "headline"),
    "accept": ("accept", "headline"),
    "adopt": ("adopt", "experience.a", "7"),
    "resolve": ("resolve", "experience.c", "--applied"),
    "restore": ("restore", "rescued.json"),
}


@pytest.fixture
def doubted(here: World) -> World:
    """Give a state that holds a headline and an entry, another entry in doubt, and a rescue file of it."""
    here.write({"headline": "x", "experience": {"a": JOB}})
    here.apply()
    here.write({"headline": "x", "experience": {"a": JOB, "c": {"role": "Poet", "company": "Byron"}}})
    here.simulator.faults.add(["close=after-edit"])
    here.apply()
    state = here.state()
    rescued = {**state, "serial": state["serial"] + 1, "write": "00000000-0000-4000-8000-000000000000"}
    (here.folder / "rescued.json").write_text(json.dumps(rescued), encoding="utf-8")
    return here


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("where", [(), ("--profile", "profile.yaml"), ("--state", "profile.state.json")])
def test_a_verb_leaves_the_state_of_another_account_than_the_profiles(
    doubted: World, verb: str, where: tuple[str, ...]
) -> None:
    doubted.write({"account_id": "acc_2", "headline": "x"})
    before = doubted.state_path.read_bytes()
    done = doubted.cli("state", *VERBS[verb], *where)
    assert (done.code, doubted.state_path.read_bytes()) == (1, before)
    assert f"is of account {ACCOUNT}, but profile.yaml is of acc_2; name the" in done.err


@pytest.mark.parametrize("verb", [one for one in VERBS if one != "accept"])
@pytest.mark.parametrize("profile", [None, "type: [", "- account_id: acc_2\n", "account_id: 2\n"])
def test_a_state_can_be_mended_while_its_profile_is_broken(doubted: World, verb: str, profile: str | None) -> None:
    path = doubted.folder / "profile.yaml"
    path.unlink() if profile is None else path.write_text(profile, encoding="utf-8")
    assert doubted.cli("state", *VERBS[verb]).code == 0


def test_a_state_that_is_named_alone_is_not_compared_with_a_profile_that_it_does_not_lie_beside(doubted: World) -> None:
    doubted.state_path.rename(doubted.folder / "ada.state.json")
    doubted.write({"account_id": "acc_2", "headline": "x"})
    assert doubted.cli("state", "rm", "headline", "--state", "ada.state.json").code == 0
    named = ("--profile", "profile.yaml", "--state", "ada.state.json")
    assert doubted.cli("state", "rm", "experience.a", *named).code == 1
    (doubted.folder / "ada.yml").write_text("type: LINKEDIN\naccount_id: acc_2\n", encoding="utf-8")
    assert doubted.cli("state", "rm", "experience.a", "--state", "ada.state.json").code == 1


def test_after_a_reconnection_account_and_then_the_other_verbs_are_taken(doubted: World) -> None:
    doubted.write({"account_id": "acc_2", "headline": "x"})
    assert doubted.cli("state", "account", "acc_2").code == 0
    assert doubted.cli("state", "rm", "headline").code == 0


def test_an_address_is_warned_of_where_an_account_is_named(doubted: World) -> None:
    """Only a profile that held one was warned of; the state took it, and so did a new profile."""
    said = "warning: account_id: 'ada@example.com' looks like an address, a link or a name, not like an id; put in"
    assert said in doubted.cli("state", "account", "ada@example.com").err
    assert "warning" not in doubted.cli("state", "account", "acc_3").err
    (doubted.folder / "resume.json").write_text('{"basics": {"label": "x"}}', encoding="utf-8")
    made = doubted.cli("import", "new.yaml", "--account-id", "ada@example.com", "--json-resume", "resume.json")
    assert (made.code, made.err.count(said)) == (0, 1)


@pytest.mark.parametrize("name", ["profile.state.json", "./profile.state.json", "linked.json"])
def test_restore_of_the_state_itself_does_not_say_to_remove_it(here: World, name: str) -> None:
    here.write({"headline": "x"})
    here.apply()
    (here.folder / "linked.json").hardlink_to(here.state_path)
    done = here.cli("state", "restore", name)
    said = f"{name}: this is the state itself, and no rescue file; name the file that apply named\n"
    assert (done.code, done.err) == (1, said)


@pytest.mark.parametrize("text", ["headline: x\n", "{}", '{"version": 1}'])
def test_restore_of_a_file_that_is_no_state_says_to_name_the_rescue_file(here: World, text: str) -> None:
    """It said to take the last good state from git, as of a damaged one."""
    here.write({"headline": "x"})
    (here.folder / "other.json").write_text(text, encoding="utf-8")
    done = here.cli("state", "restore", "other.json")
    assert (done.code, done.err.endswith("; name the file that apply named\n")) == (1, True)
    assert done.err.startswith("other.json: this state cannot be used: ")


def test_an_empty_name_of_a_profile_is_not_the_usual_profile(here: World) -> None:
    here.write({"headline": "x"})
    here.apply()
    before = here.state_path.read_bytes()
    done = here.cli("state", "rm", "headline", "--profile", "")
    assert (done.code, here.state_path.read_bytes()) == (1, before)
