"""Archives and résumés that mean harm: an error that says what was expected, exit 1, and nothing written anywhere."""

import os
import struct
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from reconciler.importing import archive as reading
from tests.importing.archives import desk, held, job, pack, person, positions, skills, table
from tests.world import Done

GOOD = {
    "Profile.csv": person(First_Name="Ada", Headline="Engineer"),
    "Positions.csv": positions(job("Acme", "Engineer")),
}


def imported(folder: Path, option: str = "--linkedin-export", source: str = "source") -> Done:
    return desk(folder).cli("import", "--account-id", "acc_1", option, source)


def refused(folder: Path, option: str = "--linkedin-export", source: str = "source") -> str:
    """Give the message of an import that must fail and must leave the folder as it was."""
    before = sorted(os.listdir(folder))
    done = imported(folder, option, source)
    assert (done.code, done.out, sorted(os.listdir(folder))) == (1, "", before)
    assert "Traceback" not in done.err
    assert "internal" not in done.err
    return done.err


def flagged(content: bytes, offset: int, local: int, value: int) -> bytes:
    """Set a field of every member's header, in the directory and in front of the member."""
    found = bytearray(content)
    for signature, place in ((b"PK\x01\x02", offset), (b"PK\x03\x04", local)):
        start = found.find(signature)
        while start >= 0:
            struct.pack_into("<H", found, start + place, value)
            start = found.find(signature, start + 4)
    return bytes(found)


def test_what_is_no_zip_is_told(tmp_path: Path) -> None:
    for content in (b"", b"PK\x03\x04 and no more", b"%PDF-1.7", GOOD["Positions.csv"].encode()):
        (tmp_path / "source").write_bytes(content)
        assert refused(tmp_path).startswith("source: this is not a zip archive that can be read: ")
        assert "give the zip that LinkedIn sent" in refused(tmp_path)


def test_a_source_that_is_missing_a_folder_or_a_pipe_is_told(tmp_path: Path) -> None:
    assert "cannot be read: no such file or directory" in refused(tmp_path)
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for option in ("--linkedin-export", "--json-resume"):
        assert "this is a folder, and a file is expected" in refused(tmp_path, option, "folder")
        assert "this is not a regular file, and a file is expected" in refused(tmp_path, option, "pipe")
        assert "cannot be read" in refused(tmp_path, option, "a\0b") or option


def test_a_zip_without_linkedins_tables_says_which_headers_were_expected(tmp_path: Path) -> None:
    pack(tmp_path / "source", {"a.csv": "x,y\n1,2\n", "b.txt": "", "c.csv": "No conversations found"})
    said = refused(tmp_path)
    assert "Company Name,Title,Description,Location,Started On,Finished On" in said
    assert "Get a copy of your data" in said


def test_a_truncated_archive_is_told(tmp_path: Path) -> None:
    whole = pack(tmp_path / "source", GOOD).read_bytes()
    for size in range(0, len(whole), 37):
        (tmp_path / "source").write_bytes(whole[:size])
        assert "give the zip" in refused(tmp_path)


def test_an_archive_with_any_byte_changed_is_read_or_refused(tmp_path: Path) -> None:
    whole = pack(tmp_path / "source", GOOD).read_bytes()
    for place in range(0, len(whole), 3):
        folder = tmp_path / str(place)
        folder.mkdir()
        (folder / "source").write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        done = imported(folder)
        assert done.code in (0, 1)
        assert "internal" not in done.err
        assert (folder / "profile.yaml").exists() is (done.code == 0)


def test_encrypted_members_are_told(tmp_path: Path) -> None:
    whole = pack(tmp_path / "source", GOOD).read_bytes()
    (tmp_path / "source").write_bytes(flagged(whole, 8, 6, 1))
    assert "source: the member Profile.csv is encrypted" in refused(tmp_path)


def test_unusual_compression_is_told(tmp_path: Path) -> None:
    for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        with zipfile.ZipFile(tmp_path / "source", "w", method) as made:
            made.writestr("Positions.csv", GOOD["Positions.csv"])
        assert "compressed in an unusual way" in refused(tmp_path)
    whole = pack(tmp_path / "source", GOOD).read_bytes()
    (tmp_path / "source").write_bytes(flagged(whole, 10, 8, 99))
    assert "compressed in an unusual way" in refused(tmp_path)


def test_a_bomb_is_refused_in_little_memory_and_time(tmp_path: Path) -> None:
    huge = positions() + '"' + "0" * (64 * 1024 * 1024)
    pack(tmp_path / "source", {"Positions.csv": huge})
    assert (tmp_path / "source").stat().st_size < 1024 * 1024
    del huge
    tracemalloc.start()
    start = time.monotonic()
    assert "the member Positions.csv has more than 4 MiB" in refused(tmp_path)
    assert tracemalloc.get_traced_memory()[1] < 48 * 1024 * 1024
    assert time.monotonic() - start < 20
    tracemalloc.stop()


def test_bombs_that_are_not_tables_are_read_at_their_heads_only(tmp_path: Path) -> None:
    filler = "x" * 1024 * 1024
    pack(tmp_path / "source", {**GOOD, **{f"{number}.csv": filler for number in range(60)}})
    assert imported(tmp_path).code == 0


def test_many_tables_together_are_bounded(tmp_path: Path) -> None:
    cell = "x" * 100_000
    rows = [{"First Name": "A", "Headline": "H", "Summary": cell} for _ in range(38)]
    one = table(["First Name", "Headline", "Summary"], rows)
    pack(tmp_path / "source", {f"{number}.csv": one for number in range(10)})
    assert "it holds more than 32 MiB of tables" in refused(tmp_path)


def test_a_directory_of_too_many_members_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pack(tmp_path / "source", {f"{number}.html": "" for number in range(200)})
    monkeypatch.setattr(reading, "MAX_MEMBERS", 100)
    assert "it holds 200 members, more than 100" in refused(tmp_path)
    monkeypatch.setattr(reading, "MAX_DIRECTORY", 1000)
    assert "bytes, more than 1,000" in refused(tmp_path)


def test_a_size_that_lies_is_not_believed(tmp_path: Path) -> None:
    whole = bytearray(pack(tmp_path / "source", {"Positions.csv": GOOD["Positions.csv"]}).read_bytes())
    struct.pack_into("<L", whole, whole.find(b"PK\x01\x02") + 24, 0xFFFF_FFF0)
    (tmp_path / "source").write_bytes(whole)
    assert imported(tmp_path).code == 0
    assert list(held(desk(tmp_path))["experience"]) == ["acme-engineer"]


def test_names_that_lead_elsewhere_are_names_only(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "er"
    folder.mkdir(parents=True)
    outside = {"../../up.csv": GOOD["Positions.csv"], "/abs.csv": skills("Go"), "..\\x.csv": "a,b\n"}
    pack(folder / "source", outside)
    assert "none of LinkedIn's tables is in this zip" in refused(folder)
    pack(folder / "source", {**outside, "Skills.csv": skills("Git")})
    assert imported(folder).code == 0
    assert held(desk(folder)) == {"skills": ["Git"]}
    assert sorted(os.listdir(tmp_path)) == ["deep"]
    assert sorted(os.listdir(folder)) == [
        ".gitattributes",
        ".gitignore",
        "profile.schema.json",
        "profile.state.json",
        "profile.yaml",
        "source",
    ]


def test_one_name_twice_with_other_content_is_told(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "source", "w") as made:
        made.writestr("Positions.csv", positions(job("Acme", "Engineer")))
        with pytest.warns(UserWarning, match="Duplicate name"):
            made.writestr("Positions.csv", positions(job("Globex", "Analyst")))
    assert "it holds more than one table of Positions: Positions.csv, Positions.csv" in refused(tmp_path)


def test_a_hostile_name_is_shown_and_does_not_reach_the_terminal(tmp_path: Path) -> None:
    pack(tmp_path / "source", {"\x1b[2J\u202e.csv": positions() + '"open'})
    said = refused(tmp_path)
    assert said.startswith("\\x1b[2J\\u202e.csv: line 2 is not CSV as it should be: ")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ('"' + "x" * 1_000_000 + '",B,,,,\n', "field larger than field limit"),
        ('"a" b,c,,,,\n', "expected after"),
        ("a,b,,,,\n" * 1001, "it has more than 1,000 rows"),
    ],
)
def test_rows_that_cannot_be_are_told(tmp_path: Path, rows: str, said: str) -> None:
    pack(tmp_path / "source", {"Positions.csv": positions() + rows})
    assert said in refused(tmp_path)


@pytest.mark.parametrize("rows", ["a,b\n" * 900_000, "\n" * 4_000_000, "x," * 2_000_000, "\x00,,,,,,y\n" * 400_000])
def test_a_table_of_many_small_things_takes_little_memory(tmp_path: Path, rows: str) -> None:
    pack(tmp_path / "source", {"Positions.csv": positions() + rows})
    tracemalloc.start()
    done = imported(tmp_path)
    assert tracemalloc.get_traced_memory()[1] < 150 * 1024 * 1024
    tracemalloc.stop()
    assert done.code in (0, 1)
    assert "internal" not in done.err


def test_a_resume_of_many_small_things_takes_little_memory(tmp_path: Path) -> None:
    (tmp_path / "source").write_text('{"basics": {}, "x": [' + "1," * 100_000 + "1]}")
    tracemalloc.start()
    assert imported(tmp_path, "--json-resume").code == 0
    assert tracemalloc.get_traced_memory()[1] < 100 * 1024 * 1024
    tracemalloc.stop()


def test_a_profile_that_would_be_too_large_is_told(tmp_path: Path) -> None:
    jobs = [job("Acme", "Engineer", text="line\n" * 1000) for _ in range(250)]
    pack(tmp_path / "source", {"Positions.csv": positions(*jobs)})
    assert "profile.yaml: what was found makes a profile of " in refused(tmp_path)


@pytest.mark.parametrize(
    "value",
    [
        "x\n# y\nz: 1",
        "x\u2028headline: pwned",
        "x\x85skills: [a]",
        "x\rexperience: {}",
        "]}, *x, &y, !!python/object:os.system",
        "--- \n...\n%YAML",
        "'\"\\",
        "\ufeffx",
        "- a: b #c",
        "\t- x",
        "{{ x }} | > ? :",
    ],
)
def test_values_break_out_of_nothing(tmp_path: Path, value: str) -> None:
    place = {"Geo_Location": value, "Zip_Code": value, "Summary": value + "  x", "Headline": value}
    row = job(value, value, value, value, text=value + "  x", place=value)
    pack(
        tmp_path / "source", {"p.csv": person(First_Name="A", **place), "j.csv": positions(row), "s.csv": skills(value)}
    )
    assert imported(tmp_path).code == 0
    here = desk(tmp_path)
    assert here.cli("plan", "--detailed-exitcode").code == 0
    assert set(here.state()["sections"]) <= {"headline", "summary", "skills", *here.state()["sections"]}
    assert len([address for address in here.state()["sections"] if address.startswith("experience.")]) == 1


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    pack(tmp_path / "source", GOOD)
    (tmp_path / "profile.yaml").write_text("mine")
    assert "profile.yaml: this file is there already, and an import overwrites nothing" in refused(tmp_path)
    (tmp_path / "profile.yaml").unlink()
    (tmp_path / "profile.state.json").symlink_to("nowhere")
    assert (
        "profile.state.json: there is a state already, and no profile; take it away if it belongs to none"
        in refused(tmp_path)
    )
    (tmp_path / "profile.state.json").unlink()
    (tmp_path / "profile.yaml").symlink_to("nowhere")
    assert "profile.yaml: this file is there already" in refused(tmp_path)
    assert not (tmp_path / "nowhere").exists()


def test_an_account_that_has_a_state_here_is_told(tmp_path: Path) -> None:
    pack(tmp_path / "source", GOOD)
    assert imported(tmp_path).code == 0
    done = desk(tmp_path).cli("import", "two.yaml", "--account-id", "acc_1", "--linkedin-export", "source")
    assert (done.code, "profile.state.json: the account acc_1 has a state here already" in done.err) == (1, True)
    assert not (tmp_path / "two.yaml").exists()


@pytest.mark.parametrize(
    ("failing", "said"),
    [
        (1, "profile.state.json: the state cannot be written: No space left on device"),
        (3, "profile.yaml: cannot be written: no space left on device; make room there"),
    ],
    ids=["state", "profile"],
)
def test_a_write_that_fails_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int, said: str
) -> None:
    pack(tmp_path / "source", GOOD)
    real = os.fsync
    synced: list[int] = []

    def full(descriptor: int) -> None:
        synced.append(descriptor)
        if len(synced) == failing:  # the state, its folder, the profile
            raise OSError(28, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    assert said in refused(tmp_path)


def test_a_table_that_is_not_the_utf_16_that_it_begins_as_is_told(tmp_path: Path) -> None:
    pack(tmp_path / "source", {"Positions.csv": GOOD["Positions.csv"].encode("utf-16") + b"\x00\xd8"})
    assert "Positions.csv: it is not the UTF-16 that it begins as" in refused(tmp_path)


def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    pack(tmp_path / "source", GOOD)
    done = desk(tmp_path).cli("import", "source/me.yaml", "--account-id", "a", "--linkedin-export", "source")
    assert (done.code, os.listdir(tmp_path)) == (1, ["source"])
    assert "source: the folder cannot be made" in done.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("--account-id", "a"),
        ("--account-id", "a", "--linkedin-export", "x", "--json-resume", "y"),
        ("--linkedin-export", "x"),
        ("--account-id", " ", "--linkedin-export", "x"),
        ("--account-id", "a\nb", "--linkedin-export", "x"),
    ],
)
def test_wrong_usage_is_told(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert desk(tmp_path).cli("import", *arguments).code == 64
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "this is not a JSON Resume: it is not JSON at line 1, column 1"),
        (b'{"basics": ', "it is not JSON at line 1, column 12"),
        (b"[1]", "this is JSON, and not a r\u00e9sum\u00e9".encode().decode()),
        (b'{"name": "left-pad", "version": "1"}', "not a résumé"),
        (b'{"basics": {"label": NaN}}', "it holds NaN, which is not a number"),
        (b'{"work": [], "work": []}', "it holds the key 'work' twice"),
        (b'{"basics": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "it is nested too deep"),
        (b'{"basics": {"label": "\xff"}}', "this file is not UTF-8: byte 0xff"),
        (b" " * (1024 * 1024 + 1), "this file has more than 1 MiB"),
        (b'{"work": [' + b"{}," * 1000 + b"{}]}", "work has 1,001 items, more than 1,000"),
    ],
)
def test_what_is_no_resume_is_told(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "source").write_bytes(content)
    assert said in refused(tmp_path, "--json-resume")


def test_a_resume_of_odd_types_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    deep = "[" * 400 + "1" + "]" * 400
    (tmp_path / "source").write_text(
        '{"basics": {"label": 5, "summary": ["x"], "location": "Paris", "email": null}, "work": {"a": 1}, '
        '"education": [5, null, {"institution": "College", "score": 4.50, "startDate": 2010, "area": true}], '
        f'"skills": ["Go", {{"name": 1e999, "keywords": "x"}}, "\\ud800"], "more": {deep}, "huge": {"9" * 10_000}}}'
    )
    done = imported(tmp_path, "--json-resume")
    assert done.code == 0, done.err
    left = [line.strip().partition(":")[0] for line in done.out.partition("left out:")[2].split("\n") if ":" in line]
    assert left[:8] == [
        *("basics.summary[]", "work.a", "education[]", "education[].area", "skills[].keywords", "skills[]"),
        "more" + "[]" * 400,
        "huge",
    ]
