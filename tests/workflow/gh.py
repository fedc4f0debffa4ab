"""A stand-in for `gh api`: what our workflows ask of GitHub, answered from a JSON file.

It is run as a program: `gh.py STORE api …`. The store is a mapping: `comments` by number of the pull request,
`pulls` by commit, `environments` by name, `applies` the runs of apply by status, `issues`, `opened` the pull
requests of the branch profile-pull. Whoever has the token `TOKEN` writes as github-actions[bot].
"""

from __future__ import annotations

import json
import os
import re
import sys

import jq

TYPE_CHECKING = False  # it is started a thousand times: without `typing` and `pathlib` in half the time
if TYPE_CHECKING:
    from typing import Any

TOKEN = "ghs_of_the_run"  # noqa: S105 - of nothing
PAGE = 2  # small, so that every test with three comments needs --paginate


def main(store: str, arguments: list[str]) -> int:
    assert arguments.pop(0) == "api", "only `gh api` is known here"
    if os.environ.get("GH_ENTERPRISE_TOKEN" if os.environ.get("GH_HOST") != "github.com" else "GH_TOKEN") != TOKEN:
        sys.stderr.write("gh: set the GH_TOKEN environment variable\n")
        return 4
    flags = {"--paginate": False, "--silent": False}
    values = {"--method": "GET", "--jq": "."}
    fields: dict[str, str] = {}
    (path,) = _parsed(arguments, flags, values, fields)
    known: dict[str, Any] = json.loads(_read(store))
    path, _, query = path.partition("?")
    answer = _answer(known, values["--method"], f"{path}?{query}" if path.endswith("/runs") else path, fields)
    if answer is None:
        sys.stderr.write(f"gh: Not Found (HTTP 404): {path}\n")
        return 1
    with open(store, "w", encoding="utf-8") as file:
        json.dump(known, file, indent=1)
    if not flags["--silent"]:
        assert "per_page=100" in query or not flags["--paginate"]
        pages = (
            [answer[number : number + PAGE] for number in range(0, len(answer), PAGE)]
            if isinstance(answer, list)
            else [answer]
        )
        for page in pages if flags["--paginate"] else pages[:1] or [[]]:
            for one in jq.compile(values["--jq"]).input_value(page).all():
                sys.stdout.write(f"{one if isinstance(one, str) else json.dumps(one)}\n")
    return 0


def _read(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def _parsed(arguments: list[str], flags: dict[str, bool], values: dict[str, str], fields: dict[str, str]) -> list[str]:
    rest = []
    left = iter(arguments)
    for one in left:
        if one in flags:
            flags[one] = True
        elif one in values:
            values[one] = next(left)
        elif one in ("--field", "--raw-field"):
            name, _, value = next(left).partition("=")
            is_file = one == "--field" and value.startswith("@")
            fields[name] = _read(value[1:]) if is_file else value
        else:
            assert not one.startswith("-"), f"this stand-in does not know {one}"
            rest.append(one)
    return rest


def _answer(known: dict[str, Any], method: str, path: str, fields: dict[str, str]) -> Any:  # noqa: ANN401 - JSON
    if found := re.fullmatch(r"repos/me/profile/issues/(\d+)/comments", path):
        comments = known["comments"].setdefault(found[1], [])
        if method == "GET":
            return comments
        assert method == "POST"
        comments.append({"id": known["next"], "user": {"login": "github-actions[bot]"}, "body": _body(fields)})
        known["next"] += 1
        return comments[-1]
    if found := re.fullmatch(r"repos/me/profile/issues/comments/(\d+)", path):
        assert method == "PATCH"
        for one in (comment for comments in known["comments"].values() for comment in comments):
            if one["id"] == int(found[1]):
                one["body"] = _body(fields)
                return one
    if found := re.fullmatch(r"repos/me/profile/commits/([0-9a-f]{40})/pulls", path):
        return known["pulls"].get(found[1], [])
    if found := re.fullmatch(r"repos/me/profile/environments/(\w+)", path):
        return known["environments"].get(found[1])
    return _read_answer(known, method, path, fields)


def _read_answer(known: dict[str, Any], method: str, path: str, fields: dict[str, str]) -> Any:  # noqa: ANN401 - JSON
    """Answer what the workflow that reads asks."""
    if path == "repos/me/profile/environments":
        return {"environments": [{"name": name} for name in known["environments"]]}
    if found := re.fullmatch(
        r"repos/me/profile/actions/workflows/profile-apply\.yml/runs\?status=(\w+)&per_page=1", path
    ):
        return {"total_count": known.get("applies", {}).get(found[1], 0)}
    if found := re.fullmatch(r"repos/me/profile/issues(?:/(\d+))?", path):
        return _issue(known, method, found[1], fields)
    if found := re.fullmatch(r"repos/me/profile/pulls(?:/(\d+))?", path):
        return _pull(known, method, found[1], fields)
    return None


def _pull(known: dict[str, Any], method: str, number: str, fields: dict[str, str]) -> Any:  # noqa: ANN401 - JSON
    opened: list[dict[str, Any]] = known.setdefault("opened", [])
    if method == "GET":
        return opened
    if method == "POST":
        assert (fields["head"], fields["base"]) == ("profile-pull", "main")
        opened.append({"number": 200 + len(opened), **fields})
        return opened[-1]
    (pull,) = [pull for pull in opened if (method, pull["number"]) == ("PATCH", int(number))]
    pull.update(fields)
    return pull


def _issue(known: dict[str, Any], method: str, number: str, fields: dict[str, str]) -> Any:  # noqa: ANN401 - JSON
    issues: list[dict[str, Any]] = known.setdefault("issues", [])
    if method == "GET":
        return issues
    given = {**fields, "body": _body({"body": fields["body"]})}
    if method == "POST":
        issues.append({"number": 100 + len(issues), "state": "open", "user": {"login": "github-actions[bot]"}, **given})
        return issues[-1]
    assert (method, given["state"] in ("open", "closed")) == ("PATCH", True)
    (issue,) = [issue for issue in issues if issue["number"] == int(number)]
    issue.update(given)
    return issue


def _body(fields: dict[str, str]) -> str:
    assert list(fields) == ["body"]
    body = fields["body"]
    assert len(body) <= 65_536, "GitHub takes no longer comment"
    return body


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
