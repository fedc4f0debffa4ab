"""Builds LinkedIn's archive in memory, with what can be odd about one, and says what lies in a profile file."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from reconciler.profile.document import read_document
from reconciler.simulator.app import Simulator
from tests.world import World

PROFILE = [
    *("First Name", "Last Name", "Maiden Name", "Address", "Birth Date", "Headline", "Summary"),
    *("Industry", "Zip Code", "Geo Location", "Twitter Handles", "Websites", "Instant Messengers"),
]
POSITIONS = ["Company Name", "Title", "Description", "Location", "Started On", "Finished On"]
EDUCATION = ["School Name", "Start Date", "End Date", "Notes", "Degree Name", "Activities"]
SKILLS = ["Name"]
HEADERS = {"Profile.csv": PROFILE, "Positions.csv": POSITIONS, "Education.csv": EDUCATION, "Skills.csv": SKILLS}

Row = Mapping[str, str]


def table(columns: list[str], rows: Iterable[Row], delimiter: str = ",", end: str = "\n") -> str:
    rows = list(rows)
    bare = any("\r" in cell for row in rows for cell in row.values())  # which the writer would not quote by itself
    out = io.StringIO()
    writer = csv.DictWriter(
        out,
        columns,
        delimiter=delimiter,
        lineterminator=end,
        quoting=csv.QUOTE_ALL if bare else csv.QUOTE_MINIMAL,
    )
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def job(company: str, title: str, *dates: str, text: str = "", place: str = "") -> Row:
    start, end = (*dates, "", "")[:2]
    return dict(zip(POSITIONS, (company, title, text, place, start, end), strict=True))


def school(name: str, *dates: str, degree: str = "", notes: str = "", activities: str = "") -> Row:
    start, end = (*dates, "", "")[:2]
    return dict(zip(EDUCATION, (name, start, end, notes, degree, activities), strict=True))


def positions(*rows: Row) -> str:
    return table(POSITIONS, rows)


def education(*rows: Row) -> str:
    return table(EDUCATION, rows)


def person(**cells: str) -> str:
    return table(PROFILE, [{name.replace("_", " "): cell for name, cell in cells.items()}])


def skills(*names: str) -> str:
    return table(SKILLS, [{"Name": name} for name in names])


def pack(path: Path, members: Mapping[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def desk(folder: Path) -> World:
    """A folder and the command line; nothing listens, since an import sends nothing."""
    return World(folder, Simulator(), "http://127.0.0.1:9")


def taken(folder: Path, members: Mapping[str, str | bytes]) -> dict[str, Any]:
    """Import an archive that must be fit; give what the profile holds, without type and account."""
    pack(folder / "archive.zip", members)
    here = desk(folder)
    done = here.cli("import", "--account-id", "acc_1", "--linkedin-export", "archive.zip")
    assert done.code == 0, done.err
    return held(here)


def held(here: World) -> dict[str, Any]:
    """Give what a profile file holds, without type and account."""
    value = read_document((here.folder / here.name).read_bytes(), here.name).value
    assert isinstance(value, dict)
    return {name: one for name, one in value.items() if name not in ("type", "account_id")}


def text(here: World) -> str:
    return (here.folder / here.name).read_text(encoding="utf-8")


def comments(here: World) -> str:
    """Give what the comments of a profile file say, as one line."""
    lines = [line.strip() for line in text(here).split("\n")]
    return " ".join(" ".join(line.lstrip("# ") for line in lines if line.startswith("#")).split())


def uncomment(here: World, key: str) -> None:
    """Take the `# ` away from one key and from what lies below it, as a reader would."""
    lines = text(here).split("\n")
    start = next(place for place, line in enumerate(lines) if re.match(rf"\s*# {key}:", line))
    indent = lines[start][: lines[start].index("#")]
    stop = start + 1
    while stop < len(lines) and re.match(rf"{indent}#(  |$)", lines[stop]):
        stop += 1
    opened = [re.sub(rf"^{indent}# ?", indent, line) for line in lines[start:stop]]
    (here.folder / here.name).write_text("\n".join([*lines[:start], *opened, *lines[stop:]]), encoding="utf-8")
