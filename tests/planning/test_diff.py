from typing import Any

from deepdiff import DeepDiff
from hypothesis import given
from hypothesis import strategies as st

from reconciler.planning.diff import differences

LEAVES = st.sampled_from(["a", "b", "", 1, 2.5, True])
MAPPINGS = st.recursive(
    st.dictionaries(st.sampled_from("xyz"), LEAVES, max_size=3),
    lambda below: st.dictionaries(st.sampled_from("xyz"), LEAVES | below, max_size=3),
    max_leaves=8,
)


@given(MAPPINGS, MAPPINGS)
def test_the_fields_that_differ_are_those_that_deepdiff_finds(before: dict[str, Any], after: dict[str, Any]) -> None:
    tree = DeepDiff(_marked(before), _marked(after), threshold_to_diff_deeper=0, view="tree")
    expected = {".".join(one.path(output_format="list")) for group in tree.values() for one in group}
    assert {difference.path for difference in differences(before, after)} == expected


def _marked(value: Any) -> Any:  # noqa: ANN401
    """Write leaves as text with their type: deepdiff compares texts as they are."""
    if isinstance(value, dict):
        return {key: _marked(below) for key, below in value.items()}
    return f"{type(value).__name__} {value}"


def test_a_type_may_be_no_text_in_a_state_that_was_edited() -> None:
    """It was compared by its hash, and a mapping has none: `plan` ended with an internal error."""
    before: Any = {"attachment": {"type": {"kind": "link"}, "title": "t"}}
    after: Any = {"attachment": {"type": "link", "title": "t"}}
    assert [difference.path for difference in differences(before, after)] == ["attachment"]
