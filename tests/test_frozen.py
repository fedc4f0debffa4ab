"""A class that `frozen` makes behaves as the standard library's frozen dataclass with slots."""

import copy
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace

import pytest

from reconciler.frozen import frozen


@frozen
class Ours:
    """A value."""

    name: str
    number: int = 1
    texts: list[str] = field(default_factory=list)
    note: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Theirs:
    """A value."""

    name: str
    number: int = 1
    texts: list[str] = field(default_factory=list)
    note: str = field(default="", compare=False, repr=False)


@frozen
class Point:
    """Two numbers, with words of its own."""

    x: int
    y: int

    def __post_init__(self) -> None:
        if self.x < 0:
            raise ValueError(self)

    def __str__(self) -> str:
        return f"{self.x}|{self.y}"

    def __repr__(self) -> str:
        return f"<{self}>"


@pytest.mark.parametrize("arguments", [("a",), ("a", 2), ("a", 2, ["b"]), ("a", 2, ["b"], "c")])
def test_it_is_represented_and_held_as_a_dataclass_is(arguments: tuple[str, ...]) -> None:
    ours, theirs = Ours(*arguments), Theirs(*arguments)  # type: ignore[arg-type] # by place
    assert repr(ours).removeprefix("Ours") == repr(theirs).removeprefix("Theirs")
    assert [getattr(ours, each.name) for each in fields(ours)] == [
        getattr(theirs, each.name) for each in fields(theirs)
    ]
    assert not hasattr(ours, "__dict__")


def test_a_default_is_made_anew_for_each_value() -> None:
    one, other = Ours("a"), Ours("a")
    one.texts.append("b")
    assert other.texts == []


def test_values_are_equal_by_what_is_compared() -> None:
    assert Ours("a", note="b") == Ours("a", note="c")
    assert Ours("a") != Ours("b")
    assert Ours("a").__eq__(Theirs("a")) is NotImplemented
    assert len({Point(1, 2), Point(1, 2), Point(2, 1)}) == 2


def test_what_cannot_be_hashed_says_so() -> None:
    with pytest.raises(TypeError):
        hash(Ours("a"))


def test_nothing_can_be_assigned_or_deleted() -> None:
    value = Point(1, 2)
    with pytest.raises(FrozenInstanceError):
        value.x = 3  # type: ignore[misc] # that is the test
    with pytest.raises(FrozenInstanceError):
        del value.x
    assert value == Point(1, 2)


def test_a_wrong_argument_is_an_error() -> None:
    with pytest.raises(TypeError, match="name"):
        Ours()  # type: ignore[call-arg] # that is the test
    with pytest.raises(TypeError, match="other"):
        Ours("a", other=1)  # type: ignore[call-arg] # that is the test


def test_it_can_be_replaced_copied_pickled_and_matched() -> None:
    value = Ours("a", 2, ["b"], "c")
    assert replace(value, number=3) == Ours("a", 3, ["b"], "c")
    for other in (copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value))):  # noqa: S301 - ours
        assert (other, other.note) == (value, "c")
    match value:
        case Ours(name, number):
            assert (name, number) == ("a", 2)


def test_a_method_of_the_class_stays() -> None:
    assert repr(Point(1, 2)) == "<1|2>"
    assert {Point(1, 2): "found"}[Point(1, 2)] == "found"
    with pytest.raises(ValueError, match=r"-1\|2"):
        Point(-1, 2)
