"""Seeds in batches: each batch is a test, and which seeds it plays is in the test's name."""

import pytest


def batches(size: int, *, quick: int, long: int) -> pytest.MarkDecorator:
    """Give a test its `seeds`: so many batches, and those up to `long` in the long form alone."""
    return pytest.mark.parametrize("seeds", [_batch(number, size, torture=number >= quick) for number in range(long)])


def _batch(number: int, size: int, *, torture: bool) -> pytest.ParameterSet:
    seeds = range(number * size, (number + 1) * size)
    marks = [pytest.mark.torture] if torture else []
    return pytest.param(seeds, marks=marks, id=f"{seeds[0]}-{seeds[-1]}")
