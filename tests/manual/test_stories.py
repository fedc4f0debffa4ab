"""Ways to a second job, or to the wrong one, that led through a verb of `state`."""

from tests.world import World

CHEF, CLERK = {"role": "Chef", "company": "Beta"}, {"role": "Clerk", "company": "Bank"}
COOKS = {**CHEF, "description": "cooks"}


def applied(here: World, **jobs: object) -> None:
    here.write({"experience": jobs})
    assert here.apply().code == 0


def test_adopt_takes_no_id_from_a_record_of_other_content(here: World) -> None:
    """An id under a reused key was adopted for the entry that had the key before, which was then added again."""
    applied(here, b=COOKS)
    here.cli("state", "adopt", "experience.b", "5")
    here.write({"experience": {"b": {**CLERK, "id": "777"}, "d": {**COOKS, "description": "cooks well"}}})
    before = here.state_path.read_bytes()
    done = here.cli("state", "adopt", "experience.b", "777")
    assert (done.code, "may be another one" in done.err, here.state_path.read_bytes()) == (1, True, before)
    here.apply()
    assert [job["role"] for job in here.live()["experience"]].count("Chef") == 1


def test_adopt_corrects_an_id_of_the_same_content(here: World) -> None:
    applied(here, b=COOKS)
    here.cli("state", "adopt", "experience.b", "5")
    here.write({"experience": {"b": {**COOKS, "id": "777"}}})
    assert here.cli("state", "adopt", "experience.b", "777").code == 0
    assert here.state()["sections"]["experience.b"]["id"] == "777"


def test_what_left_the_file_is_not_said_to_be_sent(here: World) -> None:
    here.write({"headline": "x", "experience": {"b": CHEF}})
    here.simulator.faults.add(["none", "close=before-edit"])
    here.apply()
    assert here.plan()["in_doubt"] == ["experience.b"]
    here.write({"headline": "x"})
    done = here.cli("state", "resolve", "experience.b", "--not-applied")
    assert (done.code, "does not send it" in done.err) == (0, True)


def test_what_the_file_still_holds_is_said_to_be_sent(here: World) -> None:
    here.write({"headline": "x", "experience": {"b": CHEF}})
    here.simulator.faults.add(["none", "close=before-edit"])
    here.apply()
    done = here.cli("state", "resolve", "experience.b", "--not-applied")
    assert (done.code, done.err) == (0, "experience.b: will be sent by the next apply\n")


def test_rm_takes_several_addresses_out_or_none(here: World) -> None:
    here.write({"headline": "x", "summary": "s"})
    here.apply()
    before = here.state_path.read_bytes()
    assert (here.cli("state", "rm", "headline", "skills").code, here.state_path.read_bytes()) == (1, before)
    assert (here.cli("state", "rm", "headline", "summary").code, here.state()["sections"]) == (0, {})


def test_neither_mv_nor_adopt_answers_what_the_plan_asks(here: World) -> None:
    applied(here, b=COOKS, d=CLERK)
    here.write({"experience": {"b": {**CLERK, "description": "files"}, "d": {**CHEF, "description": "cooks well"}}})
    codes = {change["reason"]["code"] for change in here.plan()["changes"]}
    assert "entry-identity" in codes
    before = here.state_path.read_bytes()
    for words in (("mv", "experience.b", "experience.x"), ("adopt", "experience.b", "7"), ("accept", "experience.b")):
        done = here.cli("state", *words)
        assert (done.code, "the plan asks" in done.err, here.state_path.read_bytes()) == (1, True, before), words


def test_an_id_for_what_is_in_doubt_does_not_answer_what_the_plan_asks(here: World) -> None:
    """The file gave the id to an entry that only looks like the one in doubt, and was taken for that one."""
    here.write({"experience": {"b": COOKS}})
    here.simulator.faults.add(["close=after-edit"])
    here.apply()
    here.write({"experience": {"d": {**CHEF, "id": "777", "description": "cooks elsewhere"}}})
    done = here.cli("state", "resolve", "experience.b", "--applied", "--id", "777")
    assert (done.code, "the plan asks" in done.err) == (1, True)
    assert here.cli("state", "resolve", "experience.b", "--applied").code == 0


def test_what_refuses_a_doubt_says_to_look_before_it_is_settled(here: World) -> None:
    """The command that it printed says that the entry arrived, and nothing said to look first."""
    here.write({"experience": {"b": CHEF}})
    here.simulator.faults.add(["close=before-edit"])
    here.apply()
    for verb, did in (("rm", "take it out"), ("accept", "accept it")):
        assert here.cli("state", verb, "experience.b").err == (
            f"experience.b: it is in doubt, and to {did} would hide that; look at the profile on LinkedIn, and settle "
            "it first; if it is not there, with --not-applied, else so: `reconciler state resolve experience.b "
            "--applied`\n"
        )


def test_two_new_entries_of_one_content_can_be_added_as_the_error_says(here: World) -> None:
    """It said to apply the first one first, which the same error refused."""
    here.write({"experience": {"a": CHEF, "b": CHEF}})
    said = here.apply("--target", "experience.a").err
    assert said.endswith("if they are two entries, take experience.b out, apply, and put it back\n")
    applied(here, a=CHEF)
    here.write({"experience": {"a": CHEF, "b": CHEF}})
    line = here.cli("plan").err.split("write `not_same_as: ")[1].split("`")[0]
    applied(here, a=CHEF, b={**CHEF, "not_same_as": line})
    assert len(here.live()["experience"]) == 2


def test_what_contradicts_itself_is_told_with_the_line_of_the_entry(here: World) -> None:
    """It named the file alone, in which the key had to be looked for."""
    here.write({"experience": {"a": CHEF, "b": CHEF}})
    (line,) = (n for n, text in enumerate((here.folder / here.name).read_text().splitlines(), 1) if '"b": {' in text)
    assert here.cli("plan").err.startswith(f"profile.yaml:{line}:1: experience.b: experience.a holds the same; ")


def test_a_question_tells_entries_of_one_name_apart_by_their_ids(here: World) -> None:
    """It asked which of `Chef · Beta` and `Chef · Beta` an entry is."""
    applied(here, a=COOKS, b={**CHEF, "description": "bakes"})
    assert here.cli("state", "adopt", "experience.a", "5", "experience.b", "6").code == 0
    here.write({"experience": {"c": {**CHEF, "description": "roasts"}}})
    asked = here.cli("plan").out
    assert 'experience.a ("Chef · Beta · id 5") or experience.b ("Chef · Beta · id 6"), which state knows' in asked
