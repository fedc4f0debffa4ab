"""A merge conflict in a state's text: either side of it, whatever style git marks it in."""

import pytest

from reconciler.state.conflict import holds_conflict, sides, with_markers

MINE, OTHER = '{\n  "serial": 6,\n  "x": 1\n}\n', '{\n  "serial": 5,\n  "x": 1\n}\n'
MARKED = {
    "merge": '{\n<<<<<<< HEAD\n  "serial": 6,\n=======\n  "serial": 5,\n>>>>>>> other\n  "x": 1\n}\n',
    "diff3": (
        '{\n<<<<<<< HEAD\n  "serial": 6,\n||||||| 1234567\n  "serial": 4,\n=======\n  "serial": 5,\n>>>>>>> other\n'
        '  "x": 1\n}\n'
    ),
    "an ancestor with a conflict of its own": (
        '{\n<<<<<<< HEAD\n  "serial": 6,\n||||||| merged\n<<<<<<<<< one\n  "serial": 3,\n=========\n  "serial": 2,\n'
        '>>>>>>>>> two\n=======\n  "serial": 5,\n>>>>>>> other\n  "x": 1\n}\n'
    ),
    "the whole": with_markers(MINE.rstrip("\n"), OTHER),
}


@pytest.mark.parametrize("style", MARKED)
def test_each_side_is_read_without_what_the_ancestor_held(style: str) -> None:
    assert holds_conflict(MARKED[style])
    assert sides(MARKED[style]) == (MINE, OTHER)


def test_a_text_without_markers_holds_no_conflict() -> None:
    assert not holds_conflict(MINE)
