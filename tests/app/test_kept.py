"""A plan that waits for its turn is taken back only where nothing changed that it was made from."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reconciler.app.kept import KeptPlans, digest_of_state, packed
from reconciler.app.plans import Prepared, prepare, read_profiles
from reconciler.planning.planner import Options
from reconciler.state.storage import locked
from tests.world import PNG, World

PATH, STATE = "profile.yaml", "profile.state.json"


@pytest.fixture
def kept(here: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[KeptPlans]:
    (here.folder / "me.png").write_bytes(PNG)
    here.write({"headline": "h", "picture": "me.png", "experience": {"a": {"role": "r", "company": "c"}}})
    assert here.apply().code == 0
    here.write({"headline": "i", "picture": "me.png", "experience": {"a": {"role": "r", "company": "c"}}})
    monkeypatch.chdir(here.folder)
    kept = KeptPlans()
    kept.add(PATH, packed(_prepared(), digest_of_state(STATE)))
    yield kept
    kept.close()


def _prepared() -> Prepared:
    (profile,) = read_profiles((PATH,), None)
    return prepare(profile, None, Options())


def _taken(kept: KeptPlans, path: str = PATH) -> Prepared | None:
    with locked(STATE, "now") as lock:
        return kept.take(path, lock)


def test_what_is_kept_is_taken_back_as_it_was(kept: KeptPlans) -> None:
    assert _taken(kept) == _prepared()
    assert _taken(kept, "another.yaml") is None


def test_a_state_that_changes_after_its_plan_is_taken_back_is_noticed(kept: KeptPlans) -> None:
    with locked(STATE, "now") as lock:
        taken = kept.take(PATH, lock)
        assert taken is not None
        assert taken.applied is not None
        assert lock.lost(taken.applied) is None
        _edit(Path(STATE))
        assert lock.lost(taken.applied) is None  # the same state, laid out otherwise
        written = json.loads(Path(STATE).read_text("utf-8")) | {"write": "another"}
        Path(STATE).write_text(json.dumps(written), "utf-8")
        assert lock.lost(taken.applied) == "the file was changed meanwhile"


def _edit(path: Path) -> None:
    path.write_text(path.read_text("utf-8") + " ", "utf-8")


def _rewrite(path: Path) -> None:
    path.write_text(json.dumps(json.loads(path.read_text("utf-8"))), "utf-8")


@pytest.mark.parametrize(
    ("name", "change"),
    [(PATH, _edit), ("me.png", lambda path: path.write_bytes(PNG + b"\0")), (STATE, _rewrite)]
    + [(name, Path.unlink) for name in (PATH, "me.png", STATE)],
    ids=["profile", "picture", "state", "profile gone", "picture gone", "state gone"],
)
def test_what_changed_since_is_planned_anew(kept: KeptPlans, name: str, change: Callable[[Path], object]) -> None:
    change(Path(name))
    assert _taken(kept) is None


def test_a_state_that_was_written_meanwhile_keeps_nothing(kept: KeptPlans) -> None:
    del kept
    assert packed(_prepared(), "of another state") == b""
    assert packed(_prepared(), "") == b""
