"""Owns the comparison of two values field by field: the fence around deepdiff."""

from collections.abc import Collection, Iterator, Mapping
from typing import TypeGuard

from reconciler.planning.plan import FieldChange
from reconciler.values import Plain, canonical, content, is_file, members, same, value_at


def differences(before: Plain, after: Plain) -> tuple[FieldChange, ...]:
    """Return the fields that differ, sorted by path; lists and files count as one value.

    So does a mapping whose `type` differs: its fields mean other things then. A field that is only on one side has None
    on the other. Two values that are not both mappings differ as a whole, at the path `""`.
    """
    if same(before, after):
        return ()
    if not (_is_mapping(before) and _is_mapping(after)):
        return (FieldChange("", before, after),)
    names = [name for name in {**before, **after} if not same(before.get(name), after.get(name))]
    nested = [name for name in names if _are_alike(before.get(name), after.get(name))]
    paths: set[tuple[str, ...]] = {(name,) for name in names if name not in nested}
    if nested:
        paths |= _paths(
            {name: _leaves(before[name]) for name in nested}, {name: _leaves(after[name]) for name in nested}
        )
    changes = (FieldChange(".".join(path), value_at(before, path), value_at(after, path)) for path in paths)
    return tuple(sorted(changes, key=lambda change: change.path))


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


def _leaves(value: Plain) -> object:
    """Replace everything that counts as one value by a text that equal values share."""
    return {name: _leaves(below) for name, below in value.items()} if _is_mapping(value) else canonical(content(value))


def _are_alike(value: Plain, other: Plain) -> bool:
    """Tell whether two values are mappings whose fields mean the same."""
    return _is_mapping(value) and _is_mapping(other) and value.get("type") == other.get("type")


def _is_mapping(value: Plain) -> TypeGuard[dict[str, Plain]]:
    return isinstance(value, dict) and not is_file(value)
