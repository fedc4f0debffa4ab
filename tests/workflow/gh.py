"""A stand-in for `gh api`: what our workflows ask of GitHub, answered from a JSON file.

It is run as a program: `gh.py STORE api …`. The store is a mapping: `comments` by number of the pull request,
`pulls` by commit, `environments` by name. Whoever has the token `TOKEN` writes as github-actions[bot].
"""

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import jq

TOKEN = "ghs_of_the_run"  # noqa: S105 - of nothing
PAGE = 2  # small, so that every test with three comments needs --paginate


def main(store: Path, arguments: list[str]) -> int:
    assert arguments.pop(0) == "api", "only `gh api` is known here"
    if os.environ.get("GH_ENTERPRISE_TOKEN" if os.environ.get("GH_HOST") != "github.com" else "GH_TOKEN") != TOKEN:
        sys.stderr.write("gh: set the GH_TOKEN environment variable\n")
        return 4
    flags = {"--paginate": False, "--silent": False}
    values = {"--method": "GET", "--jq": ".", "--field": "", "--raw-field": ""}
    (path,) = _parsed(arguments, flags, values)
    known: dict[str, Any] = json.loads(store.read_text(encoding="utf-8"))
    path, _, query = path.partition("?")
    answer = _answer(known, values["--method"], path, values["--field"] or values["--raw-field"])
    if answer is None:
        sys.stderr.write(f"gh: Not Found (HTTP 404): {path}\n")
        return 1
    store.write_text(json.dumps(known, indent=1), encoding="utf-8")
    if not flags["--silent"]:
        assert "per_page=100" in query or not flags["--paginate"]
        pages = [answer[at : at + PAGE] for at in range(0, len(answer), PAGE)] if isinstance(answer, list) else [answer]
        for page in pages if flags["--paginate"] else pages[:1] or [[]]:
            for one in jq.compile(values["--jq"]).input_value(page).all():
                sys.stdout.write(f"{one if isinstance(one, str) else json.dumps(one)}\n")
    return 0


def _parsed(arguments: list[str], flags: dict[str, bool], values: dict[str, str]) -> list[str]:
    rest = []
    left = iter(arguments)
    for one in left:
        if one in flags:
            flags[one] = True
        elif one in values:
            values[one] = next(left)
        else:
            assert not one.startswith("-"), f"this stand-in does not know {one}"
            rest.append(one)
    return rest


def _answer(known: dict[str, Any], method: str, path: str, field: str) -> Any:  # noqa: ANN401 - JSON
    if found := re.fullmatch(r"repos/me/profile/issues/(\d+)/comments", path):
        comments = known["comments"].setdefault(found[1], [])
        if method == "GET":
            return comments
        assert method == "POST"
        comments.append({"id": known["next"], "user": {"login": "github-actions[bot]"}, "body": _body(field)})
        known["next"] += 1
        return comments[-1]
    if found := re.fullmatch(r"repos/me/profile/issues/comments/(\d+)", path):
        assert method == "PATCH"
        for one in (one for comments in known["comments"].values() for one in comments):
            if one["id"] == int(found[1]):
                one["body"] = _body(field)
                return one
    if found := re.fullmatch(r"repos/me/profile/commits/([0-9a-f]{40})/pulls", path):
        return known["pulls"].get(found[1], [])
    if found := re.fullmatch(r"repos/me/profile/environments/(\w+)", path):
        return known["environments"].get(found[1])
    return None


def _body(field: str) -> str:
    name, _, value = field.partition("=")
    assert name == "body"
    body = Path(value[1:]).read_text(encoding="utf-8", errors="replace") if value.startswith("@") else value
    assert len(body) <= 65_536, "GitHub takes no longer comment"
    return body


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
