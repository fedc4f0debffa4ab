"""The places of keys in TOML: one for each key and item that the standard library's parser finds."""

import tomllib
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from reconciler.config.places import places_in
from reconciler.values import Path

BY_HAND = '''\
# c
lint.never = ["a", 'b' , """x
"]y""\\"""", # ]
 'c']
[lint.severity] # x
"text\\u002dtoo-long" = 'off'
a = {b = 1, "c d".e = [1, {f = 2}]}
[[x]]
y=1
[x.z]
w = 2
[[x]]
y=1979-05-27 07:32:00
[[x.q]]
k = """a"""""
l = \'\'\'b\'\'\'\'\'
m=3
'''
NAMES = st.sampled_from(["a", "b", '"c d"', "'e'", "a . b", '"\\u0061x"'])
SCALARS = st.sampled_from(["1", '"x#]"', "'y\\'", '"""\nz"""', "'''q'''", "07:32:00", "true", "[]", "{}", "[1, [2]]"])
LINES = st.one_of(
    st.builds("{} = {}".format, NAMES, SCALARS),
    st.builds("[{}]".format, NAMES),
    st.builds("[[{}]]".format, NAMES),
    st.builds("{} = {{a = {}, b.c = {}}}".format, NAMES, SCALARS, SCALARS),
    st.builds("{} = [{},\n # ]\n {}]".format, NAMES, SCALARS, SCALARS),
    st.sampled_from(["", "# [x]", "  \t"]),
)


def paths(value: object, above: Path = ()) -> Iterator[Path]:
    if above:
        yield above
    if isinstance(value, dict):
        for key, below in value.items():
            yield from paths(below, (*above, key))
    elif isinstance(value, list):
        for place, below in enumerate(value):
            yield from paths(below, (*above, place))


def test_each_key_and_item_has_its_place() -> None:
    places = places_in(BY_HAND)
    assert sorted(map(str, places)) == sorted(map(str, paths(tomllib.loads(BY_HAND))))
    assert BY_HAND[places[("lint", "severity", "a", "c d", "e", 1, "f")] :].startswith("f = 2}")
    assert BY_HAND[places[("x", 1, "q", 0, "m")] :].startswith("m=3")


@given(st.lists(LINES, max_size=8).map("\n".join))
def test_the_walk_finds_what_the_parser_finds(text: str) -> None:
    try:
        value = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    assert set(places_in(text)) == set(paths(value))
