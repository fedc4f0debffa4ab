"""Owns the comparison of two values field by field: the fence around deepdiff."""

from collections.abc import Collection, Iterator, Mapping
from typing import TypeGuard

from reconciler.planning.plan import FieldChange
from reconciler.values import Members, Plain, canonical, content, is_file, members, same, value_at


def differences(before: Plain, after: Plain) -> tuple[FieldChange, ...]:
    """Return the fields that differ, sorted by path; lists and files count as one value.

    So does a mapping whose `type` differs: its fields mean other things then. A field that is only on one side has None
    on the other. Two values that are not both mappings differ as a whole, at the path `""`.
    """
    if not (_is_mapping(before) and _is_mapping(after)):
        return () if same(before, after) else (FieldChange("", before, after),)
    before, after = _without_same(before, after), _without_same(after, before)
    if not (before or after):
        return ()
    whole = [name for name in before if not same(_type_of(before, name), _type_of(after, name))]
    changes = (
        FieldChange(".".join(path), value_at(before, path), value_at(after, path))
        for path in _paths(_leaves(before, whole), _leaves(after, whole))
    )
    return tuple(sorted(changes, key=lambda change: change.path))


def _without_same(value: Members, other: Members) -> Members:
    """Return the members that the other lacks or holds otherwise."""
    return {name: below for name, below in value.items() if name not in other or not same(below, other[name])}


def _type_of(value: Members, name: str) -> Plain:
    return members(value.get(name)).get("type")


def with_resent(changes: tuple[FieldChange, ...], sent: Mapping[str, Plain]) -> tuple[FieldChange, ...]:
    """Return the fields that differ, then what else is sent again because what is live is not known.

    `sent` gives by path what is sent.
    """
    told = {change.path for change in changes}
    return (*changes, *(field for path, value in sent.items() for field in _untold(path, value, told)))


def _untold(path: str, value: Plain, told: Collection[str]) -> Iterator[FieldChange]:
    """Yield what no told path holds of a value, each as large as can be."""
    if path in told:
        return
    start = f"{path}." if path else ""
    if any(other.startswith(start) for other in told):
        for name, below in members(value).items():
            yield from _untold(f"{start}{name}", below, told)
    else:
        yield FieldChange(path, None, value)


def _paths(before: dict[str, object], after: dict[str, object]) -> set[tuple[str, ...]]:
    from deepdiff import DeepDiff  # here: a text that changed does not need it, and it is slow to import

    tree = DeepDiff(before, after, threshold_to_diff_deeper=0, view="tree")
    return {tuple(map(str, change.path(output_format="list"))) for group in tree.values() for change in group}


def _leaves(value: dict[str, Plain], whole: Collection[str]) -> dict[str, object]:
    """Replace everything that counts as one value by a text that equal values share, as the names in `whole` do."""
    return {
        name: _leaves(below, ()) if _is_mapping(below) and name not in whole else canonical(content(below))
        for name, below in value.items()
    }


def _is_mapping(value: Plain) -> TypeGuard[dict[str, Plain]]:
    return isinstance(value, dict) and not is_file(value)
