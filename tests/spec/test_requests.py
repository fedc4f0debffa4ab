"""Everything that is encoded satisfies the schema of the wire, read back by code that knows only the page."""

import json
import re
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jsonschema_rs import Draft7Validator

from reconciler.planning.plan import FilePart, Part, Plan
from reconciler.planning.planner import make_plan
from reconciler.problem import StateError
from reconciler.profile.desired import Profile
from reconciler.profile.load import load
from reconciler.state.applied import Applied, Record
from tests.remedies import mend
from tests.spec.page import ADD, ATTACHMENTS, EDIT, Path_, page
from tests.strategies import FILES, Seen, later, profiles
from tests.world import PNG, written

IDS: dict[str, tuple[str, ...]] = {"experience": ("11", "12"), "education": ("21", "22")}
EXAMPLES = sorted((Path(__file__).parents[2] / "profiles").glob("*.yaml"))
NOTHING = Seen({"experience": [], "education": []}, frozenset(one for some in IDS.values() for one in some))
NAME = re.compile(r"[a-z_]+(\[[A-Za-z_]+\]|\[[0-9]+\])*")
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")


@cache
def _validator() -> Draft7Validator:
    schema = Path(__file__).parents[2] / "schemas" / "edit-request.schema.json"
    return Draft7Validator(json.loads(schema.read_text("utf-8")))


def _body(parts: tuple[Part, ...]) -> dict[str, Any]:
    """Nest parts by the page's rules: brackets, a repeated key for an array, an index for one of objects."""
    body: dict[str, Any] = {}
    for part in parts:
        assert NAME.fullmatch(part.name), part.name
        *above, last = re.split(r"\]\[|\[", part.name.removesuffix("]"))
        holder = body
        for step in above:
            holder = holder.setdefault(step, {})
        holder.setdefault(last, []).append(part)
    return {name: _read((name,), below) for name, below in body.items()}


def _read(path: Path_, found: Any) -> Any:  # noqa: ANN401 - as the page says
    """Read what was sent under a path as the type that the page gives it."""
    if path not in page():
        raise AssertionError(f"the page has no {'.'.join(path)}")
    kind = page()[path].type
    if kind == "object":
        path = _variant(path, found)
        return {name: _read((*path, name), below) for name, below in found.items()}
    if kind == "array of objects":
        assert list(found) == [str(place) for place in range(len(found))]
        return [{name: _read((*path, name), below) for name, below in one.items()} for one in found.values()]
    if kind == "array of strings":
        return [part.value for part in found]
    (part,) = found
    return _scalar(kind, part)


def _variant(path: Path_, found: dict[str, Any]) -> Path_:
    if path in (("experience",), ("education",)):
        return (*path, (EDIT if "id" in found else ADD).format(path[0]))
    if path[-1] == "attachment":
        (kind,) = found["type"]
        return (*path, ATTACHMENTS[kind.value])
    return path


def _scalar(kind: str, part: Part) -> Any:  # noqa: ANN401 - as the page says
    if kind == "binary":
        assert isinstance(part, FilePart)
        name = part.file.rpartition("/")[2]
        return {"filename": name, "content_type": part.content_type, "sha256": part.sha256, "size": part.size}
    assert not isinstance(part, FilePart)
    if kind == "number":
        assert NUMBER.fullmatch(part.value), part.value
        return json.loads(part.value)
    if kind == "boolean":
        return {"true": True, "false": False}[part.value]
    return part.value


def _check(plan: Plan) -> None:
    for request in plan.requests:
        body = _body(request.parts)
        assert [error.message for error in _validator().iter_errors(body)] == []


def _applied(profile: Profile) -> Applied:
    """Give the state in which all of a profile is live and every id known."""
    now = "2024-01-01T00:00:00Z"
    sections = {
        at: Record(one.value, now, "apply", one.id or (f"9{place}" if "." in at else None))
        for place, (at, one) in enumerate(profile.desired.wanted.items())
    }
    return Applied("lineage", 1, "write", profile.desired.account_id, sections)


def _planned(folder: Path, sections: dict[str, Any], applied: Applied | None) -> Profile:
    """Check the plan of a profile, mended where it contradicts itself; give the profile."""
    while True:
        profile = _load(folder, sections)
        try:
            _check(make_plan(profile, applied, "s", "0"))
        except StateError as error:
            mend(sections, [(problem.address, problem.remedy) for problem in error.problems])
        else:
            return profile


def _load(folder: Path, sections: dict[str, Any]) -> Profile:
    path = folder / "profile.yaml"
    path.write_text(written({"type": "LINKEDIN", "account_id": "acc_1", **sections}), "utf-8")
    return load(str(path))


@settings(
    max_examples=60,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(profiles(IDS).flatmap(lambda first: st.tuples(st.just(first), later([first], IDS, NOTHING))))
def test_all_that_is_encoded_satisfies_the_schema_of_the_wire(history: tuple[dict[str, Any], dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, number in FILES.items():
            (folder / file).write_bytes(PNG + bytes([number]))
        first = _planned(folder, history[0], None)
        _planned(folder, history[1], _applied(first))


def test_the_examples_make_requests_of_every_field_of_the_page() -> None:
    sent: set[str] = set()
    for path in EXAMPLES:
        plan = make_plan(load(str(path)), None, "s", "0")
        _check(plan)
        for request in plan.requests:
            sent |= {re.sub(r"\[[0-9]+\]", "", part.name) for part in request.parts}
    variants = {
        *ATTACHMENTS.values(),
        *(one.format(name) for one in (ADD, EDIT) for name in ("experience", "education")),
    }
    leaves = [path for path, said in page().items() if not said.type.endswith(("object", "objects"))]
    names = {path[0] + "".join(f"[{step}]" for step in path[1:] if step not in variants) for path in leaves}
    assert sent == names
