"""Seeds in batches: each batch is a test, and which seeds it plays is in the test's name."""

from collections.abc import Callable, Iterable

import pytest


def batches(size: int, *, quick: int, long: int) -> pytest.MarkDecorator:
    """Give a test its `seeds`: so many batches, and those up to `long` in the long form alone."""
    return pytest.mark.parametrize("seeds", [_batch(number, size, torture=number >= quick) for number in range(long)])


def play(tell: Callable[[int], None], seeds: Iterable[int]) -> None:
    """Go through what each seed makes; one that breaks a law is named with the command that tells it."""
    for seed in seeds:
        try:
            tell(seed)
        except AssertionError as broken:
            pytest.fail(f"`python -m {tell.__module__} {seed}` tells how: {broken}")


def _batch(number: int, size: int, *, torture: bool) -> "pytest.ParameterSet":  # pytest 8 has it elsewhere
    seeds = range(number * size, (number + 1) * size)
    marks = [pytest.mark.torture] if torture else []
    return pytest.param(seeds, marks=marks, id=f"seeds {seeds[0]}-{seeds[-1]}")
