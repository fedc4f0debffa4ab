from pathlib import Path

import pytest

from tests.docs.console import Step, environment, fits, follow, steps

PAGE = """# A page

<!-- file: a/b.txt -->

```text
x
```

```console
$ cat a/b.txt
x
$ echo one \\
    two
one two
```

```sh
exit 1
```
"""


def test_steps_are_files_and_commands_in_order() -> None:
    assert list(steps(PAGE)) == [
        Step(6, "a/b.txt", "x\n"),
        Step(10, None, "cat a/b.txt", "x\n"),
        Step(10, None, "echo one \\\n    two", "one two\n"),
    ]


def test_a_page_is_followed_and_a_wrong_output_is_told(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    assert follow(page, tmp_path, environment(tmp_path)) == 2
    page.write_text(PAGE.replace("one two\n```", "one three\n```"))
    with pytest.raises(AssertionError, match=r"page\.md:10: \$ echo one"):
        follow(page, tmp_path, environment(tmp_path))


@pytest.mark.parametrize(
    ("expected", "printed", "fitting"),
    [
        ("", "anything\n", True),
        ("a\n", "a\n", True),
        ("a … c\n", "a b c\n", True),
        ("a\n…\nd\n", "a\nb\nc\nd\n", True),
        ("a\n…\nd\n", "a\nd\n", True),
        ("a\n", "a\nb\n", False),
        ("a.c\n", "abc\n", False),
    ],
)
def test_an_ellipsis_stands_for_anything(expected: str, printed: str, *, fitting: bool) -> None:
    assert fits(expected, printed) is fitting
